namespace Brig.Linux.Cgroups;

/// <summary>Holds the files of one cgroup open, so that a read of all of them costs microseconds and allocates nothing. For one thread at a time.</summary>
public abstract class CgroupReader : IDisposable
{
    /// <summary>False when the cgroup is gone, or this is disposed; the sample is then not to be used.</summary>
    /// <param name="sample">Give the same one again and again: its device buffer is reused.</param>
    public abstract bool TryRead(ref CgroupSample sample);

    /// <summary>Reads the limits anew at the next read. Otherwise every <see cref="LimitsEvery"/> reads, because they seldom change.</summary>
    public void Refresh() => _readsToLimits = 0;

    public const int LimitsEvery = 10;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    private volatile int _readsToLimits;

    private protected bool LimitsAreDue()
    {
        int left = _readsToLimits;
        _readsToLimits = left == 0 ? LimitsEvery - 1 : left - 1;
        return left == 0;
    }
}
