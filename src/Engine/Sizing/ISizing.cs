using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Sizing;

/// <summary>What containers really need, out of their history, beside what they are given.</summary>
public interface ISizing
{
    /// <exception cref="EngineException">As <see cref="History.IHistory"/>.</exception>
    Task<SizingReport> ReadAsync(SizingRange range, CancellationToken stop = default);
}

public enum SizingRange { Hour, Day, Week, Month }

/// <param name="Needed">So much of the range must have been measured before anything is proposed.</param>
/// <param name="Machine">Null: of the machine nothing was measured.</param>
public sealed record SizingReport(DateTimeOffset From, DateTimeOffset To, TimeSpan Needed, MachineRoom? Machine, ImmutableArray<ContainerSize> Containers);

/// <summary>What the machine has left.</summary>
/// <param name="CpuP99">Cores in use, 99 of 100 times at most.</param>
/// <param name="MemoryFree">Bytes available, 99 of 100 times at least, less a twentieth of all, which is the machine's own.</param>
public sealed record MachineRoom(double Cores, double CpuP99, long Memory, long MemoryFree)
{
    public double CpuFree => Math.Max(0, Cores - CpuP99);
}

/// <summary>One container that exists.</summary>
/// <param name="Measured">How much of the range it was measured.</param>
/// <param name="Cpu">Cores; null: nothing was measured. So is <paramref name="Memory"/>, bytes of its working set.</param>
/// <param name="ThrottledRatio">Largest part of the scheduler's periods in which it was held back, in any minute or shorter.</param>
/// <param name="OomKills">In the range.</param>
/// <param name="Proposal">Null: there is too little history.</param>
/// <param name="More">Null: nothing was measured of it or of the machine.</param>
public sealed record ContainerSize(
    ContainerId Id, string Name, string Image, string? Stack, bool IsPod, Limits Limits, TimeSpan Measured, Spread? Cpu, Spread? Memory, double ThrottledRatio, long OomKills, SizeProposal? Proposal, Density? More)
{
    /// <summary>Bytes of its limit that it would not miss.</summary>
    public long WastedMemory => Proposal is { Memory: { } wanted } && Limits.Memory is { } given ? Math.Max(0, given - wanted) : 0;

    /// <summary>Cores of its limit that it would not miss.</summary>
    public double WastedCpus => Proposal is { Cpus: { } wanted } && Limits.Cpus is { } given ? Math.Max(0, given - wanted) : 0;
}

/// <summary>How a value was spread over time.</summary>
/// <param name="P50">Half of the time it was less: of averages.</param>
/// <param name="P99">99 of 100 times it was less: of the largest of each point, so that bursts count.</param>
public sealed record Spread(double P50, double P99, double Peak);

/// <param name="Cpus">Null: as it is.</param>
/// <param name="Memory">Bytes; null: as it is.</param>
/// <param name="Reasons">Each a sentence.</param>
public sealed record SizeProposal(double? Cpus, long? Memory, ImmutableArray<string> Reasons)
{
    /// <summary>The limits with the proposal in them.</summary>
    public Limits Over(Limits limits) => limits with { Cpus = Cpus ?? limits.Cpus, Memory = Memory ?? limits.Memory };
}

/// <summary>How many more of the same the machine could carry, by what it needs 99 of 100 times.</summary>
/// <param name="Count">Of both the less.</param>
/// <param name="EndsFirst">memory or cpu.</param>
public sealed record Density(int Count, string EndsFirst, int ByMemory, int ByCpu);
