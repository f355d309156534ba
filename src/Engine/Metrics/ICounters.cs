using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Metrics;

/// <summary>What grows, as the kernel counts it, for those who make rates of it themselves.</summary>
public interface ICounters
{
    /// <summary>
    /// Every watched container, read now: in the frame of the last tick it would be up to a second old, and rates over a scrape's interval off by as much.
    /// Some 30 µs for each container.
    /// </summary>
    ImmutableArray<ContainerCounters> ReadCounters();

    /// <summary>One of them; null: it does not run, or has just begun to.</summary>
    /// <param name="atTick">For who asks after each tick: what was told last is told again while no tick sees anything happen.</param>
    ContainerCounters? ReadCounters(ContainerId id, bool atTick = false);

    /// <summary>The machine, read now.</summary>
    MachineTotals ReadMachine();

    SamplerWork Work { get; }
}

/// <summary>One container. Counters run since its cgroup was made: since its start.</summary>
public sealed record ContainerCounters
{
    public required ContainerId Id { get; init; }
    public long CpuMicroseconds { get; init; }
    public long CpuUserMicroseconds { get; init; }
    public long CpuSystemMicroseconds { get; init; }
    /// <summary>Cores; null: no limit.</summary>
    public double? CpuLimit { get; init; }
    public long Periods { get; init; }
    public long ThrottledPeriods { get; init; }
    public long ThrottledMicroseconds { get; init; }

    /// <summary>Bytes.</summary>
    public long Memory { get; init; }
    public long WorkingSet { get; init; }
    public long Anonymous { get; init; }
    public long FileCache { get; init; }
    public long MappedFile { get; init; }
    public long ActiveFile { get; init; }
    public long InactiveFile { get; init; }
    public long Kernel { get; init; }
    public long Swap { get; init; }
    public long MemoryPeak { get; init; }
    public long? MemoryLimit { get; init; }
    public long MemoryHighEvents { get; init; }
    public long MemoryMaxEvents { get; init; }
    public long OomKills { get; init; }
    public long PageFaults { get; init; }
    public long MajorPageFaults { get; init; }

    public long Processes { get; init; }
    /// <summary>Threads: what the kernel's pids controller counts.</summary>
    public long Pids { get; init; }
    public long? PidsLimit { get; init; }

    public StallTotals CpuStalled { get; init; }
    public StallTotals MemoryStalled { get; init; }
    public StallTotals IoStalled { get; init; }

    public ImmutableArray<DeviceTotals> Devices { get; init; } = [];
    public ImmutableArray<InterfaceTotals> Interfaces { get; init; } = [];
}

/// <summary>Microseconds in which some, or all, of its tasks stalled (Documentation/accounting/psi.rst).</summary>
public readonly record struct StallTotals(long Some, long Full);

/// <param name="Major">With <paramref name="Minor"/> its number, as /sys/dev/block has it.</param>
public readonly record struct DeviceTotals(string Device, long ReadBytes, long WriteBytes, long Reads, long Writes, int Major = 0, int Minor = 0);

public readonly record struct InterfaceTotals(
    string Name, long ReceiveBytes, long ReceivePackets, long ReceiveErrors, long ReceiveDropped, long TransmitBytes, long TransmitPackets, long TransmitErrors, long TransmitDropped);

/// <summary>The machine.</summary>
/// <param name="BusySeconds">Of all its cores, since it began.</param>
public sealed record MachineTotals(
    int Cores, double BusySeconds, double Load1, double Load5, double Load15, long MemoryTotal, long MemoryAvailable, long SwapTotal, long SwapFree, long DiskTotal, long DiskFree);

/// <summary>What the sampler did since the engine began.</summary>
/// <param name="Seconds">In all ticks together.</param>
/// <param name="FramesDropped">Frames that a follower did not take before two newer ones came.</param>
public readonly record struct SamplerWork(long Ticks, double Seconds, long FramesDropped);
