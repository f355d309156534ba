using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

/// <summary>Holds the files of one cgroup open, so that a read of all of them costs microseconds and allocates nothing. For one thread at a time.</summary>
public abstract class CgroupReader : IDisposable
{
    /// <summary>False when the cgroup is gone, or this is disposed; the sample is then not to be used.</summary>
    /// <param name="sample">Give the same one again and again: its device buffer is reused.</param>
    public bool TryRead(ref CgroupSample sample) => TryRead(ref sample, details: false);

    /// <param name="details">Also <see cref="CgroupSample.Details"/>, from the same texts and some more files that are not held open.</param>
    public abstract bool TryRead(ref CgroupSample sample, bool details);

    /// <summary>
    /// Whether nothing happened in it since it was read: no time on a processor, not a byte of memory or of I/O more or less. Nothing else of the sample can be different then but the pressures, which are
    /// brought up to date in it. A third of what a read costs, and most containers sleep most of the time. Every <see cref="LimitsEvery"/> it says no, and after <see cref="Refresh"/>.
    /// </summary>
    /// <param name="last">As <see cref="TryRead"/> left it.</param>
    public bool IsStill(ref CgroupSample last)
    {
        int left = _readsToLimits;
        if (left == 0 || !IsUnmoved(last))
        {
            return false;
        }
        _readsToLimits = left - 1;
        ReadPressures(ref last, now: false);
        return true;
    }

    /// <summary>Reads the limits anew at the next read. Otherwise every <see cref="LimitsEvery"/> reads, because they seldom change.</summary>
    public void Refresh() => _readsToLimits = 0;

    public const int LimitsEvery = 10;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    private static int s_readers;

    private volatile int _readsToLimits;
    private int _turn = Interlocked.Increment(ref s_readers);   // so that not all read their pressures in the same second
    private PressureReading? _cpuPressure;
    private PressureReading _memoryPressure, _ioPressure;

    private protected abstract bool IsUnmoved(in CgroupSample last);

    private protected abstract (HeldFile Cpu, HeldFile Memory, HeldFile Io) PressureFiles { get; }

    /// <summary>Every other time: the kernel makes new averages every two seconds (PSI_FREQ in kernel/sched/psi.c), and tells the old ones in between.</summary>
    /// <param name="now">In any case: the sums are always of now.</param>
    private protected void ReadPressures(ref CgroupSample sample, bool now)
    {
        if (now || _cpuPressure is null || (_turn++ & 1) == 0)
        {
            var (cpu, memory, io) = PressureFiles;
            (_cpuPressure, _memoryPressure, _ioPressure) = (HeldFiles.Pressure(cpu), HeldFiles.Pressure(memory), HeldFiles.Pressure(io));
        }
        (sample.CpuPressure, sample.MemoryPressure, sample.IoPressure) = (_cpuPressure.Value, _memoryPressure, _ioPressure);
    }

    private protected bool LimitsAreDue()
    {
        int left = _readsToLimits;
        _readsToLimits = left == 0 ? LimitsEvery - 1 : left - 1;
        return left == 0;
    }
}
