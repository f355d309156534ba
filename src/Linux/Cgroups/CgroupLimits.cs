using System.Collections.Immutable;

namespace Brig.Linux.Cgroups;

/// <summary>What the processes of one cgroup may use. Null: no limit of its own.</summary>
public sealed record CgroupLimits
{
    public static readonly CgroupLimits None = new();

    /// <summary>Cores, at least 0.01: the quota in a period.</summary>
    public double? Cpus { get; init; }

    /// <summary>Microseconds, 1,000 to 1,000,000; null: 100 ms.</summary>
    public long? CpuPeriod { get; init; }

    /// <summary>1..10000, 100 is normal.</summary>
    public int? CpuWeight { get; init; }

    /// <summary>As <c>0-2,4</c>.</summary>
    public string? CpusetCpus { get; init; }

    /// <summary>Bytes.</summary>
    public long? Memory { get; init; }

    /// <summary>Bytes kept from reclaim when it can be.</summary>
    public long? MemoryLow { get; init; }

    /// <summary>Bytes of swap on top of memory; 0 for none.</summary>
    public long? Swap { get; init; }

    /// <summary>Processes and threads.</summary>
    public long? Pids { get; init; }

    /// <summary>1..1000, 100 is normal.</summary>
    public int? IoWeight { get; init; }

    public ImmutableArray<CgroupIoRate> IoRates { get; init; } = [];
}

/// <summary>Rates of one whole block device. Null: no limit.</summary>
/// <param name="Device">A path such as <c>/dev/vda</c>, or <c>major:minor</c>.</param>
public sealed record CgroupIoRate(string Device, long? ReadBytesPerSecond, long? WriteBytesPerSecond, long? ReadsPerSecond, long? WritesPerSecond);
