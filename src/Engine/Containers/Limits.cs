using System.Collections.Immutable;

namespace Brig.Engine.Containers;

/// <summary>What a container may use. Null: no limit of its own. Applied to the cgroup, live when it runs.</summary>
public sealed record Limits
{
    public static readonly Limits None = new();

    /// <summary>Cores, for example 1.5 (cgroup v2 <c>cpu.max</c>, v1 <c>cpu.cfs_quota_us</c>); at least 0.01.</summary>
    public double? Cpus { get; init; }

    /// <summary>Microseconds, 1,000 to 1,000,000, in which that many cores' time may be used; null: 100,000. A short one waits shorter and more often.</summary>
    public long? CpuPeriod { get; init; }

    /// <summary>Share against siblings, 1..10000, 100 is normal (v2 <c>cpu.weight</c>).</summary>
    public int? CpuWeight { get; init; }

    /// <summary>Which cores, as <c>0-2,4</c> (<c>cpuset.cpus</c>).</summary>
    public string? CpusetCpus { get; init; }

    /// <summary>Bytes (v2 <c>memory.max</c>); at least 512 KiB.</summary>
    public long? Memory { get; init; }

    /// <summary>Bytes kept from reclaim when it can be (v2 <c>memory.low</c>, v1 <c>memory.soft_limit_in_bytes</c>).</summary>
    public long? MemoryLow { get; init; }

    /// <summary>Bytes of swap on top of memory (v2 <c>memory.swap.max</c>); 0 for none.</summary>
    public long? Swap { get; init; }

    /// <summary>Processes and threads (<c>pids.max</c>).</summary>
    public long? Pids { get; init; }

    /// <summary>Block I/O share, 1..1000, 100 is normal (v2 <c>io.weight</c> or <c>io.bfq.weight</c>).</summary>
    public int? IoWeight { get; init; }

    /// <summary>Block I/O rates by device (v2 <c>io.max</c>, v1 <c>blkio.throttle.*</c>).</summary>
    public ImmutableArray<IoRate> IoRates { get; init; } = [];
}

/// <summary>Rates of one block device. Null: no limit.</summary>
/// <param name="Device">A path such as <c>/dev/vda</c> or <c>major:minor</c>.</param>
public sealed record IoRate(string Device, long? ReadBytesPerSecond, long? WriteBytesPerSecond, long? ReadsPerSecond, long? WritesPerSecond);
