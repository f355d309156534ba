using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Brig.Linux.Proc;

namespace Brig.Engine.Metrics;

/// <summary>Reads the machine, and remembers what only grows for the next time.</summary>
/// <param name="root">BRIG_ROOT: its file system's size is told.</param>
internal sealed class Machine(string root, TimeProvider time) : IDisposable
{
    private readonly MachineReader _reader = new();
    private long _readAt;
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
        (long total, long free) = DiskSize.Of(root);
        double seconds = _before.CoreCount == 0 || _before.Devices != _now.Devices ? double.NaN : time.GetElapsedTime(_readAt).TotalSeconds;
        _readAt = time.GetTimestamp();
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
            Anonymous = _now.Anonymous,
            FileCache = _now.FileCache,
            Kernel = _now.Kernel,
            Pids = _now.Tasks,
            ReadBytes = Rate.Of(_now.ReadBytes, _before.ReadBytes, seconds),
            WriteBytes = Rate.Of(_now.WriteBytes, _before.WriteBytes, seconds),
            ReceiveBytes = Rate.Of(_now.ReceiveBytes, _before.ReceiveBytes, seconds),
            TransmitBytes = Rate.Of(_now.TransmitBytes, _before.TransmitBytes, seconds),
            CpuPressure = _now.CpuPressure.ToPressure(),
            MemoryPressure = _now.MemoryPressure.ToPressure(),
            IoPressure = _now.IoPressure.ToPressure(),
            DiskTotal = total,
            DiskFree = free,
        };
    }

    private static double Busy(CoreTicks now, CoreTicks before)
        => now.Total <= before.Total ? 0 : Math.Clamp((double)(now.Busy - before.Busy) / (now.Total - before.Total), 0, 1);

    public void Dispose() => _reader.Dispose();
}
