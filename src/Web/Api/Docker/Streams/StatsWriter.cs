using System.Buffers;
using System.Text.Json;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Web.Api.Docker;

/// <summary>One look at a container's counters.</summary>
/// <param name="Counters">Null: it did not run.</param>
/// <param name="MachineNanoseconds">What all cores together had to give until then, busy or idle: the client divides by its growth.</param>
internal sealed record StatsLook(DateTimeOffset At, ContainerCounters? Counters, long MachineNanoseconds);

/// <summary>Docker's stats, written as they are read: no object for any of it, for a client asks for all containers once a second.</summary>
/// <param name="memoryTotal">Bytes: the limit of what has none.</param>
internal sealed class StatsWriter(Container container, int cgroupVersion, int cores, long memoryTotal)
{
    /// <summary>What cgroup v1 says for no limit of processes.</summary>
    private const ulong NoLimit = ulong.MaxValue;

    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    /// <param name="before">Null: this is the first look.</param>
    public void Write(IBufferWriter<byte> to, StatsLook now, StatsLook? before)
    {
        using (var json = new Utf8JsonWriter(to, Unchecked))
        {
            json.WriteStartObject();
            json.WriteString("read"u8, now.Counters is null ? DockerTime.Never : DockerTime.Text(now.At));
            json.WriteString("preread"u8, before?.Counters is null ? DockerTime.Never : DockerTime.Text(before.At));
            Pids(json, now.Counters);
            Devices(json, now.Counters);
            json.WriteNumber("num_procs"u8, 0);
            json.WriteStartObject("storage_stats"u8);
            json.WriteEndObject();
            Cpu(json, "cpu_stats"u8, now);
            Cpu(json, "precpu_stats"u8, before);
            Memory(json, now.Counters);
            json.WriteString("name"u8, "/" + container.Name);
            json.WriteString("id"u8, container.Id.Value);
            Interfaces(json, now.Counters);
            json.WriteEndObject();
        }
        to.Write("\n"u8);
    }

    private static void Pids(Utf8JsonWriter json, ContainerCounters? counters)
    {
        json.WriteStartObject("pids_stats"u8);
        if (counters is not null)
        {
            json.WriteNumber("current"u8, counters.Pids);
            json.WriteNumber("limit"u8, counters.PidsLimit is { } limit ? (ulong)limit : NoLimit);
        }
        json.WriteEndObject();
    }

    private static void Devices(Utf8JsonWriter json, ContainerCounters? counters)
    {
        json.WriteStartObject("blkio_stats"u8);
        json.WriteStartArray("io_service_bytes_recursive"u8);
        foreach (var device in counters?.Devices ?? [])
        {
            Operation(json, device, "read"u8, device.ReadBytes);
            Operation(json, device, "write"u8, device.WriteBytes);
        }
        json.WriteEndArray();
        json.WriteStartArray("io_serviced_recursive"u8);
        foreach (var device in counters?.Devices ?? [])
        {
            Operation(json, device, "read"u8, device.Reads);
            Operation(json, device, "write"u8, device.Writes);
        }
        json.WriteEndArray();
        foreach (string other in (string[])["io_queue_recursive", "io_service_time_recursive", "io_wait_time_recursive", "io_merged_recursive", "io_time_recursive", "sectors_recursive"])
        {
            json.WriteNull(other);
        }
        json.WriteEndObject();
    }

    private static void Operation(Utf8JsonWriter json, DeviceTotals device, ReadOnlySpan<byte> operation, long value)
    {
        json.WriteStartObject();
        json.WriteNumber("major"u8, device.Major);
        json.WriteNumber("minor"u8, device.Minor);
        json.WriteString("op"u8, operation);
        json.WriteNumber("value"u8, value);
        json.WriteEndObject();
    }

    private void Cpu(Utf8JsonWriter json, ReadOnlySpan<byte> name, StatsLook? look)
    {
        var counters = look?.Counters;
        json.WriteStartObject(name);
        json.WriteStartObject("cpu_usage"u8);
        json.WriteNumber("total_usage"u8, Nanoseconds(counters?.CpuMicroseconds));
        json.WriteNumber("usage_in_kernelmode"u8, Nanoseconds(counters?.CpuSystemMicroseconds));
        json.WriteNumber("usage_in_usermode"u8, Nanoseconds(counters?.CpuUserMicroseconds));
        json.WriteEndObject();
        if (counters is not null)
        {
            json.WriteNumber("system_cpu_usage"u8, look!.MachineNanoseconds);
            json.WriteNumber("online_cpus"u8, cores);
        }
        json.WriteStartObject("throttling_data"u8);
        json.WriteNumber("periods"u8, counters?.Periods ?? 0);
        json.WriteNumber("throttled_periods"u8, counters?.ThrottledPeriods ?? 0);
        json.WriteNumber("throttled_time"u8, Nanoseconds(counters?.ThrottledMicroseconds));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Memory(Utf8JsonWriter json, ContainerCounters? counters)
    {
        json.WriteStartObject("memory_stats"u8);
        if (counters is not null)
        {
            json.WriteNumber("usage"u8, counters.Memory);
            json.WriteStartObject("stats"u8);
            if (cgroupVersion == 2)
            {
                json.WriteNumber("anon"u8, counters.Anonymous);
                json.WriteNumber("file"u8, counters.FileCache);
                json.WriteNumber("kernel"u8, counters.Kernel);
                json.WriteNumber("file_mapped"u8, counters.MappedFile);
            }
            else
            {
                json.WriteNumber("rss"u8, counters.Anonymous);
                json.WriteNumber("cache"u8, counters.FileCache);
                json.WriteNumber("mapped_file"u8, counters.MappedFile);
                json.WriteNumber("swap"u8, counters.Swap);
                json.WriteNumber("total_inactive_file"u8, counters.InactiveFile);
                json.WriteNumber("total_active_file"u8, counters.ActiveFile);
            }
            json.WriteNumber("active_file"u8, counters.ActiveFile);
            json.WriteNumber("inactive_file"u8, counters.InactiveFile);
            json.WriteNumber("pgfault"u8, counters.PageFaults);
            json.WriteNumber("pgmajfault"u8, counters.MajorPageFaults);
            json.WriteEndObject();
            if (cgroupVersion != 2)
            {
                json.WriteNumber("max_usage"u8, counters.MemoryPeak);
                json.WriteNumber("failcnt"u8, counters.MemoryMaxEvents);
            }
            json.WriteNumber("limit"u8, counters.MemoryLimit ?? memoryTotal);
        }
        json.WriteEndObject();
    }

    private static void Interfaces(Utf8JsonWriter json, ContainerCounters? counters)
    {
        if (counters is null or { Interfaces.IsEmpty: true })
        {
            return;   // no network of its own: Docker leaves it out too
        }
        json.WriteStartObject("networks"u8);
        foreach (var one in counters.Interfaces)
        {
            json.WriteStartObject(one.Name);
            json.WriteNumber("rx_bytes"u8, one.ReceiveBytes);
            json.WriteNumber("rx_packets"u8, one.ReceivePackets);
            json.WriteNumber("rx_errors"u8, one.ReceiveErrors);
            json.WriteNumber("rx_dropped"u8, one.ReceiveDropped);
            json.WriteNumber("tx_bytes"u8, one.TransmitBytes);
            json.WriteNumber("tx_packets"u8, one.TransmitPackets);
            json.WriteNumber("tx_errors"u8, one.TransmitErrors);
            json.WriteNumber("tx_dropped"u8, one.TransmitDropped);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static long Nanoseconds(long? microseconds) => microseconds.GetValueOrDefault() * 1000;
}
