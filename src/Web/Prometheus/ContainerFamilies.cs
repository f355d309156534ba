using System.Collections.Immutable;
using Brig.Engine.Metrics;
using static Brig.Web.Prometheus.FamilyType;

namespace Brig.Web.Prometheus;

/// <param name="Write">Writes the samples of one container that runs.</param>
internal sealed record ContainerFamily(string Name, FamilyType Type, string Help, Action<Exposition, Scraped, ContainerCounters> Write);

/// <summary>
/// What is told of each container that runs, under the names cAdvisor gives (its docs/storage/prometheus.md; container_pressure_* as since 0.52), so that
/// dashboards made for it work.
/// </summary>
internal static class ContainerFamilies
{
    /// <summary>The scheduler's period in which a limit is told.</summary>
    private const double Period = 100_000;

    public static readonly ImmutableArray<ContainerFamily> All =
    [
        .. Cpu(), .. Memory(), .. Pressure(), .. Network(), .. Disk(),
        One("container_processes", Gauge, "Processes in it.", c => c.Processes),
        One("container_threads", Gauge, "Threads in it, what its process limit counts.", c => c.Pids),
        One("container_threads_max", Gauge, "Threads it may have; 0: no limit.", c => c.PidsLimit ?? 0),
        new("container_start_time_seconds", Gauge, "When it was started, unix time.", (to, one, _) => to.Sample(Unix(one.Container.State.StartedAt), one.Labels)),
        .. Spec(),
    ];

    public static double Unix(DateTimeOffset? at) => (at?.ToUnixTimeMilliseconds() ?? 0) / 1000.0;

    private static IEnumerable<ContainerFamily> Cpu() =>
    [
        new("container_cpu_usage_seconds_total", Counter, "CPU time used.", (to, one, c) => to.Sample(c.CpuMicroseconds / 1e6, one.Labels, "cpu=\"total\""u8)),
        One("container_cpu_user_seconds_total", Counter, "CPU time used in programs.", c => c.CpuUserMicroseconds / 1e6),
        One("container_cpu_system_seconds_total", Counter, "CPU time used in the kernel.", c => c.CpuSystemMicroseconds / 1e6),
        One("container_cpu_cfs_periods_total", Counter, "Periods of the scheduler in which its CPU limit counted.", c => c.Periods),
        One("container_cpu_cfs_throttled_periods_total", Counter, "Periods in which it was throttled.", c => c.ThrottledPeriods),
        One("container_cpu_cfs_throttled_seconds_total", Counter, "Time for which it was throttled.", c => c.ThrottledMicroseconds / 1e6),
    ];

    private static IEnumerable<ContainerFamily> Memory() =>
    [
        One("container_memory_usage_bytes", Gauge, "All memory charged to it.", c => c.Memory),
        One("container_memory_working_set_bytes", Gauge, "Memory it really needs: all but the file cache nobody used lately.", c => c.WorkingSet),
        One("container_memory_rss", Gauge, "Anonymous memory.", c => c.Anonymous),
        One("container_memory_cache", Gauge, "File cache.", c => c.FileCache),
        One("container_memory_mapped_file", Gauge, "File cache that programs have mapped.", c => c.MappedFile),
        One("container_memory_total_active_file_bytes", Gauge, "File cache used lately.", c => c.ActiveFile),
        One("container_memory_total_inactive_file_bytes", Gauge, "File cache not used lately.", c => c.InactiveFile),
        One("container_memory_kernel_usage", Gauge, "Memory the kernel has for it.", c => c.Kernel),
        One("container_memory_swap", Gauge, "Memory swapped out.", c => c.Swap),
        One("container_memory_max_usage_bytes", Gauge, "The most memory it ever had.", c => c.MemoryPeak),
        One("container_memory_failcnt", Counter, "How often it reached its memory limit.", c => c.MemoryMaxEvents),
        new("container_memory_failures_total", Counter, "Page faults; pgmajfault: those that waited for a disk.", (to, one, c) =>
        {
            to.Sample(c.PageFaults, one.Labels, "failure_type=\"pgfault\",scope=\"hierarchy\""u8);
            to.Sample(c.MajorPageFaults, one.Labels, "failure_type=\"pgmajfault\",scope=\"hierarchy\""u8);
        }),
        One("container_oom_events_total", Counter, "Processes that the kernel's out-of-memory killer ended.", c => c.OomKills),
        One("brig_container_memory_high_events_total", Counter, "How often it was slowed because it had more memory than memory.high.", c => c.MemoryHighEvents),
    ];

    private static IEnumerable<ContainerFamily> Pressure() =>
    [
        One("container_pressure_cpu_waiting_seconds_total", Counter, "Time in which some task of it waited for a CPU.", c => c.CpuStalled.Some / 1e6),
        One("container_pressure_cpu_stalled_seconds_total", Counter, "Time in which all its tasks waited for a CPU.", c => c.CpuStalled.Full / 1e6),
        One("container_pressure_memory_waiting_seconds_total", Counter, "Time in which some task of it waited for memory.", c => c.MemoryStalled.Some / 1e6),
        One("container_pressure_memory_stalled_seconds_total", Counter, "Time in which all its tasks waited for memory.", c => c.MemoryStalled.Full / 1e6),
        One("container_pressure_io_waiting_seconds_total", Counter, "Time in which some task of it waited for a disk.", c => c.IoStalled.Some / 1e6),
        One("container_pressure_io_stalled_seconds_total", Counter, "Time in which all its tasks waited for a disk.", c => c.IoStalled.Full / 1e6),
    ];

    private static IEnumerable<ContainerFamily> Network() =>
    [
        EachInterface("receive_bytes", "Bytes received.", link => link.ReceiveBytes),
        EachInterface("receive_packets", "Packets received.", link => link.ReceivePackets),
        EachInterface("receive_errors", "Errors while receiving.", link => link.ReceiveErrors),
        EachInterface("receive_packets_dropped", "Packets dropped while receiving.", link => link.ReceiveDropped),
        EachInterface("transmit_bytes", "Bytes sent.", link => link.TransmitBytes),
        EachInterface("transmit_packets", "Packets sent.", link => link.TransmitPackets),
        EachInterface("transmit_errors", "Errors while sending.", link => link.TransmitErrors),
        EachInterface("transmit_packets_dropped", "Packets dropped while sending.", link => link.TransmitDropped),
    ];

    private static IEnumerable<ContainerFamily> Disk() =>
    [
        EachDevice("reads_bytes", "Bytes read.", device => device.ReadBytes),
        EachDevice("writes_bytes", "Bytes written.", device => device.WriteBytes),
        EachDevice("reads", "Reads.", device => device.Reads),
        EachDevice("writes", "Writes.", device => device.Writes),
    ];

    /// <summary>What it may use. 0 where there is no limit; without a CPU limit no quota is told, as cAdvisor does.</summary>
    private static IEnumerable<ContainerFamily> Spec() =>
    [
        One("container_spec_cpu_period", Gauge, "Microseconds of the scheduler's period.", _ => Period),
        new("container_spec_cpu_quota", Gauge, "Microseconds of CPU time it may use in a period.", (to, one, c) =>
        {
            if (c.CpuLimit is { } cores)
            {
                to.Sample(Math.Round(cores * Period), one.Labels);
            }
        }),
        new("container_spec_cpu_shares", Gauge, "Its share against others, 1024 is normal.", (to, one, _) => to.Sample(Math.Round(10.24 * (one.Container.Spec.Limits.CpuWeight ?? 100)), one.Labels)),
        One("container_spec_memory_limit_bytes", Gauge, "Memory it may have; 0: no limit.", c => c.MemoryLimit ?? 0),
        new("container_spec_memory_swap_limit_bytes", Gauge, "Memory and swap it may have together; 0: no limit.", (to, one, c) =>
            to.Sample(c.MemoryLimit is { } memory && one.Container.Spec.Limits.Swap is { } swap ? memory + swap : 0, one.Labels)),
        new("container_spec_memory_reservation_limit_bytes", Gauge, "Memory that is kept from reclaim; 0: none.", (to, one, _) => to.Sample(one.Container.Spec.Limits.MemoryLow ?? 0, one.Labels)),
    ];

    private static ContainerFamily One(string name, FamilyType type, string help, Func<ContainerCounters, double> value) =>
        new(name, type, help, (to, one, c) => to.Sample(value(c), one.Labels));

    private static ContainerFamily EachInterface(string what, string help, Func<InterfaceTotals, long> value) =>
        new($"container_network_{what}_total", Counter, help, (to, one, c) =>
        {
            foreach (var link in c.Interfaces)
            {
                to.Sample(value(link), one.Labels, Labels.Of(("interface", link.Name)));
            }
        });

    private static ContainerFamily EachDevice(string what, string help, Func<DeviceTotals, long> value) =>
        new($"container_fs_{what}_total", Counter, help, (to, one, c) =>
        {
            foreach (var device in c.Devices)
            {
                to.Sample(value(device), one.Labels, Labels.Of(("device", "/dev/" + device.Device)));
            }
        });
}
