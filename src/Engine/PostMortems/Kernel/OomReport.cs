using System.Collections.Immutable;

namespace Brig.Engine.PostMortems.Kernel;

/// <summary>One kill by the kernel's out-of-memory killer, as its own lines tell it. Names are as the kernel escaped them.</summary>
/// <param name="Sequence">Of the line that tells the kill.</param>
/// <param name="Microseconds">Since the machine started.</param>
internal sealed record OomReport(long Sequence, long Microseconds, OomVictim Victim)
{
    /// <summary>CONSTRAINT_MEMCG, CONSTRAINT_NONE (the whole machine) …; null where the kernel told only the kill, for it tells at most ten in five seconds whole.</summary>
    public string? Constraint { get; init; }

    /// <summary>The cgroup whose limit was reached, from the hierarchy's top, with a slash before it.</summary>
    public string? LimitOf { get; init; }

    /// <summary>The cgroup of the one that was killed.</summary>
    public string? CgroupOf { get; init; }

    /// <summary>Bytes charged to <see cref="LimitOf"/> at that moment, and its limit; null: not told, or without one.</summary>
    public long? Usage { get; init; }
    public long? Limit { get; init; }

    /// <summary>memory.stat of <see cref="LimitOf"/> at that moment; of v1 the lines <c>total_…</c>, without that.</summary>
    public ImmutableDictionary<string, long> Stat { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Whom the kernel could have killed: every process below <see cref="LimitOf"/>.</summary>
    public ImmutableArray<OomProcess> Processes { get; init; } = [];

    /// <summary>The lines without the call trace and the table, as they are.</summary>
    public ImmutableArray<string> Lines { get; init; } = [];
}

/// <param name="Pid">As the first process of the machine sees it.</param>
/// <param name="AnonymousBytes">Of its memory; <see cref="FileBytes"/> and <see cref="SharedBytes"/> are the rest.</param>
/// <param name="UserId">On the host.</param>
internal sealed record OomVictim(int Pid, string Name, long VirtualBytes, long AnonymousBytes, long FileBytes, long SharedBytes, uint UserId, int ScoreAdjustment)
{
    public long ResidentBytes => AnonymousBytes + FileBytes + SharedBytes;
}

internal sealed record OomProcess(int Pid, string Name, uint UserId, long VirtualBytes, long ResidentBytes, int ScoreAdjustment);
