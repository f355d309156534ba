using System.Text.Json;
using Brig.Engine.Metrics;

namespace Brig.Web.Hubs;

/// <summary>The columns of docs/architecture.md, "Metric columns, in order". NaN and "no limit" are null.</summary>
internal static class MetricsColumns
{
    public static void Write(Utf8JsonWriter to, MachineSample m)
    {
        to.WriteStartArray();
        Number(to, m.CpuCores);
        to.WriteNumberValue(m.Cores);
        Number(to, m.Load1);
        Number(to, m.Load5);
        Number(to, m.Load15);
        to.WriteNumberValue(m.MemoryTotal);
        to.WriteNumberValue(m.MemoryAvailable);
        to.WriteNumberValue(m.SwapTotal);
        to.WriteNumberValue(m.SwapFree);
        Number(to, m.CpuPressure.Some10);
        Number(to, m.MemoryPressure.Some10);
        Number(to, m.MemoryPressure.Full10);
        Number(to, m.IoPressure.Some10);
        Number(to, m.IoPressure.Full10);
        to.WriteNumberValue(m.DiskTotal);
        to.WriteNumberValue(m.DiskFree);
        to.WriteNumberValue(m.Anonymous);
        to.WriteNumberValue(m.FileCache);
        to.WriteNumberValue(m.Kernel);
        to.WriteNumberValue(m.Pids);
        Whole(to, m.ReadBytes);
        Whole(to, m.WriteBytes);
        Whole(to, m.ReceiveBytes);
        Whole(to, m.TransmitBytes);
        foreach (double core in m.PerCore)
            Number(to, core);
        to.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter to, ContainerSample c)
    {
        to.WriteStartArray();
        Number(to, c.CpuCores);
        Number(to, c.CpuLimit ?? double.NaN);
        Number(to, c.ThrottledRatio);
        to.WriteNumberValue(c.Memory);
        to.WriteNumberValue(c.WorkingSet);
        to.WriteNumberValue(c.Anonymous);
        to.WriteNumberValue(c.FileCache);
        to.WriteNumberValue(c.Kernel);
        to.WriteNumberValue(c.Swap);
        to.WriteNumberValue(c.MemoryPeak);
        Limit(to, c.MemoryLimit);
        to.WriteNumberValue(c.MemoryHighEvents);
        to.WriteNumberValue(c.MemoryMaxEvents);
        to.WriteNumberValue(c.OomEvents);
        to.WriteNumberValue(c.OomKills);
        to.WriteNumberValue(c.Pids);
        Limit(to, c.PidsLimit);
        Number(to, c.CpuPressure.Some10);
        Number(to, c.MemoryPressure.Some10);
        Number(to, c.MemoryPressure.Full10);
        Number(to, c.IoPressure.Some10);
        Number(to, c.IoPressure.Full10);
        WriteRates(to, c);
        to.WriteEndArray();
    }

    private static void WriteRates(Utf8JsonWriter to, ContainerSample c)
    {
        double read = 0, written = 0, received = 0, sent = 0;
        foreach (var device in c.Devices)
        {
            read += device.ReadBytes;
            written += device.WriteBytes;
        }
        foreach (var link in c.Interfaces)
        {
            received += link.ReceiveBytes;
            sent += link.TransmitBytes;
        }
        Whole(to, read);
        Whole(to, written);
        Whole(to, received);
        Whole(to, sent);
    }

    /// <summary>To a ten-thousandth: a core, a percentage or a load says no more.</summary>
    private static void Number(Utf8JsonWriter to, double value)
    {
        if (double.IsFinite(value))
            to.WriteNumberValue(Math.Round(value, 4));
        else
            to.WriteNullValue();
    }

    private static void Whole(Utf8JsonWriter to, double value)
    {
        if (double.IsFinite(value))
            to.WriteNumberValue(Math.Round(value));
        else
            to.WriteNullValue();
    }

    private static void Limit(Utf8JsonWriter to, long? value)
    {
        if (value is { } limit)
            to.WriteNumberValue(limit);
        else
            to.WriteNullValue();
    }
}
