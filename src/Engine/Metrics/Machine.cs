using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Brig.Linux.Proc;

namespace Brig.Engine.Metrics;

/// <summary>Reads the machine, and remembers the processors' ticks for the next time.</summary>
/// <param name="root">BRIG_ROOT: its file system's size is told.</param>
internal sealed class Machine(string root) : IDisposable
{
    private readonly MachineReader _reader = new();
    private MachineCounters _now, _before;

    /// <summary>After a pause the next rates would be of a long time ago, so they are NaN.</summary>
    public void Forget() => _now.CoreCount = 0;

    public MachineSample Read()
    {
        (_now, _before) = (_before, _now);
        _reader.Read(ref _now);
        var cores = new double[_now.CoreCount];
        for (int i = 0; i < cores.Length; i++)
        {
            cores[i] = i >= _before.CoreCount ? double.NaN : Busy(_now.Cores![i], _before.Cores![i]);
        }
        (long total, long free) = Disk();
        return new()
        {
            Cores = cores.Length,
            CpuCores = cores.Sum(),
            PerCore = ImmutableCollectionsMarshal.AsImmutableArray(cores),
            Load1 = _now.Load1,
            Load5 = _now.Load5,
            Load15 = _now.Load15,
            MemoryTotal = _now.MemoryTotal,
            MemoryAvailable = _now.MemoryAvailable,
            SwapTotal = _now.SwapTotal,
            SwapFree = _now.SwapFree,
            CpuPressure = _now.CpuPressure.ToPressure(),
            MemoryPressure = _now.MemoryPressure.ToPressure(),
            IoPressure = _now.IoPressure.ToPressure(),
            DiskTotal = total,
            DiskFree = free,
        };
    }

    private static double Busy(CoreTicks now, CoreTicks before)
        => now.Total <= before.Total ? 0 : Math.Clamp((double)(now.Busy - before.Busy) / (now.Total - before.Total), 0, 1);

    private (long Total, long Free) Disk()
    {
        try
        {
            DriveInfo drive = new(root);
            return (drive.TotalSize, drive.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (0, 0);   // not made yet
        }
    }

    public void Dispose() => _reader.Dispose();
}
