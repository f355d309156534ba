using Brig.Linux.Proc;

namespace Brig.Engine.Metrics;

/// <summary>Reads the machine's counters for whoever asks, apart from the sampler's own reader, which remembers its last tick.</summary>
internal sealed class MachineCounter(string root) : IDisposable
{
    /// <summary>USER_HZ, in which /proc/stat counts on every architecture we run on (proc_stat(5)).</summary>
    private const double TicksPerSecond = 100;

    private readonly Lock _gate = new();
    private readonly MachineReader _reader = new();
    private MachineCounters _now;

    public MachineTotals Read()
    {
        lock (_gate)
        {
            _reader.Read(ref _now);
            long busy = 0;
            foreach (CoreTicks core in _now.Cores.AsSpan(0, _now.CoreCount))
            {
                busy += core.Busy;
            }
            (long total, long free) = DiskSize.Of(root);
            return new(_now.CoreCount, busy / TicksPerSecond, _now.Load1, _now.Load5, _now.Load15, _now.MemoryTotal, _now.MemoryAvailable, _now.SwapTotal, _now.SwapFree, total, free);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _reader.Dispose();
        }
    }
}
