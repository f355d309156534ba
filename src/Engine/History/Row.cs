using Brig.Engine.Metrics;

namespace Brig.Engine.History;

/// <summary>A sample as the numbers that are kept of it, in the order of <see cref="Columns"/>.</summary>
internal static class Row
{
    public static readonly int MachineWidth = Columns.Machine.Length;

    /// <param name="row">As many as <see cref="Columns.Container"/>.</param>
    public static void Fill(Span<long> row, ContainerSample c)
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
        ReadOnlySpan<double> values =
        [
            c.CpuCores, c.CpuLimit ?? double.NaN, c.ThrottledRatio, c.Memory, c.WorkingSet, c.Anonymous, c.FileCache, c.Kernel, c.Swap, c.MemoryPeak, c.MemoryLimit ?? double.NaN,
            c.MemoryHighEvents, c.MemoryMaxEvents, c.OomEvents, c.OomKills, c.Pids, c.PidsLimit ?? double.NaN,
            c.CpuPressure.Some10, c.MemoryPressure.Some10, c.MemoryPressure.Full10, c.IoPressure.Some10, c.IoPressure.Full10, read, written, received, sent,
        ];
        Fill(row, values, isMachine: false);
    }

    /// <param name="row"><see cref="MachineWidth"/> long.</param>
    public static void Fill(Span<long> row, MachineSample m)
    {
        ReadOnlySpan<double> values =
        [
            m.CpuCores, m.Cores, m.Load1, m.Load5, m.Load15, m.MemoryTotal, m.MemoryAvailable, m.SwapTotal, m.SwapFree,
            m.CpuPressure.Some10, m.MemoryPressure.Some10, m.MemoryPressure.Full10, m.IoPressure.Some10, m.IoPressure.Full10, m.DiskTotal, m.DiskFree,
        ];
        Fill(row, values, isMachine: true);
        for (int core = 0; core < Columns.MostCores; core++)
        {
            row[Columns.FirstCore + core] = core < m.PerCore.Length ? Columns.Machine[Columns.FirstCore + core].Kept(m.PerCore[core]) : Column.None;
        }
        ReadOnlySpan<double> later = [m.Anonymous, m.FileCache, m.Kernel, m.Pids, m.ReadBytes, m.WriteBytes, m.ReceiveBytes, m.TransmitBytes];
        for (int i = 0; i < later.Length; i++)
        {
            row[Columns.Later + i] = Columns.Machine[Columns.Later + i].Kept(later[i]);
        }
    }

    private static void Fill(Span<long> row, ReadOnlySpan<double> values, bool isMachine)
    {
        var columns = Columns.Of(isMachine);
        for (int i = 0; i < values.Length; i++)
        {
            row[i] = columns[i].Kept(values[i]);
        }
    }
}
