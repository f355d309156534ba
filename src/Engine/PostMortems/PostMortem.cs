using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Health;

namespace Brig.Engine.PostMortems;

/// <summary>All that is known of one bad end. What a container chose (names, lines) is in it as it was, but for control characters.</summary>
public sealed record PostMortem
{
    public required string Id { get; init; }
    public required ContainerId Container { get; init; }
    public required string Name { get; init; }
    public required string Image { get; init; }
    public string? ImageDigest { get; init; }
    public string? Stack { get; init; }

    /// <summary>It had no walls.</summary>
    public bool Privileged { get; init; }
    public required string CommandLine { get; init; }

    public required EndKind Kind { get; init; }
    public required EndedBy By { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Null: it never ran.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null: it lives on, or never ran.</summary>
    public ExitStatus? Exit { get; init; }

    /// <summary>One or two plain sentences.</summary>
    public required string Verdict { get; init; }

    /// <summary>What may be done about it, or looked at next; each a sentence.</summary>
    public ImmutableArray<string> Hints { get; init; } = [];

    /// <summary>The code or signal in words; null: there is none.</summary>
    public string? ExitMeaning { get; init; }

    /// <summary>Null: nothing was killed for memory.</summary>
    public OomDeath? Oom { get; init; }
    public MemoryAtDeath? Memory { get; init; }

    /// <summary>Which processes it had, where the kernel told; biggest first.</summary>
    public ImmutableArray<ProcessAtDeath> Processes { get; init; } = [];

    /// <summary>The kernel's own lines, escaped as it escapes them.</summary>
    public ImmutableArray<string> KernelLines { get; init; } = [];

    public LastMinute? Metrics { get; init; }
    public ImmutableArray<LastLine> Lines { get; init; } = [];

    /// <summary>Results of its health check, oldest first; empty without one.</summary>
    public ImmutableArray<ProbeResult> Probes { get; init; } = [];

    /// <summary>What happened to it, its image and its stack before, newest first.</summary>
    public ImmutableArray<EngineEvent> Before { get; init; } = [];

    public Limits Limits { get; init; } = Limits.None;

    /// <summary>Largest core dump it might write, in bytes; 0: none.</summary>
    public ulong CoreLimit { get; init; }
    public RestartPolicy Restart { get; init; } = RestartPolicy.No;

    /// <summary>Starts by the policy before this end, since the last by hand.</summary>
    public int Restarts { get; init; }

    /// <summary>Null: it is the only one of its kind in a row.</summary>
    public EndStreak? Streak { get; init; }

    /// <summary>What is not known, and why; each a sentence.</summary>
    public ImmutableArray<string> Unknown { get; init; } = [];
}

/// <summary>The same end again and again: only the first and the last are kept whole.</summary>
/// <param name="First">Id of the first one's post-mortem, which may be this one's.</param>
/// <param name="Last">Id of the last one's.</param>
/// <param name="Count">How many ends there were when this was written.</param>
public sealed record EndStreak(string First, string Last, int Count, DateTimeOffset Since);

/// <param name="Victim">Null: the kernel did not tell, or could not be read.</param>
/// <param name="LimitOf">Whose limit was reached: <c>container</c>, <c>pod</c>, <c>machine</c>, or the path of a cgroup; null: not told.</param>
public sealed record OomDeath(ProcessAtDeath? Victim, string? LimitOf)
{
    /// <summary>Kills in its cgroup during this run; 0 when that cannot be read.</summary>
    public long Kills { get; init; }
}

/// <param name="Pid">As the machine sees it; null: not known.</param>
/// <param name="InnerPid">As the container sees it; null: not known.</param>
/// <param name="User">As the container sees it.</param>
/// <param name="ScoreAdjustment">proc_pid_oom_score_adj(5).</param>
public sealed record ProcessAtDeath(string Name, int? Pid, int? InnerPid, long? ResidentBytes, uint? User, int? ScoreAdjustment)
{
    /// <summary>Memory of its own (heap, stack).</summary>
    public long? AnonymousBytes { get; init; }

    /// <summary>What counts as its own: pages of mapped files may be charged to another, who read them first.</summary>
    internal long? OwnBytes => AnonymousBytes is { } anonymous ? anonymous + (SharedBytes ?? 0) : ResidentBytes;

    /// <summary>Of files it has mapped.</summary>
    public long? FileBytes { get; init; }

    /// <summary>Shared with others, /dev/shm.</summary>
    public long? SharedBytes { get; init; }
}

/// <summary>Bytes. At the kill as the kernel told, else as last sampled; what is not known is null.</summary>
/// <param name="Limit">Null: it had none.</param>
/// <param name="Peak">Most it ever had in this run.</param>
/// <param name="Shared">tmpfs and /dev/shm, a part of <paramref name="File"/>.</param>
/// <param name="LimitHits">How often the limit was met, so that memory had to be taken back.</param>
public sealed record MemoryAtDeath(long? Limit, long? Usage, long? Peak, long? Anonymous, long? File, long? Shared, long? Kernel, long? Swap, long? LimitHits);

/// <summary>One line of its log.</summary>
/// <param name="At">When the shim read it.</param>
/// <param name="Position">Its place in the log, as <c>3:1024</c>.</param>
public sealed record LastLine(DateTimeOffset At, OutputStream Stream, string Text, string Position);

/// <summary>Its last minute, a value for each second; null: not known.</summary>
/// <param name="Series">By the names of the live hub's columns: cpuCores, memory, workingSet …</param>
public sealed record LastMinute(ImmutableArray<DateTimeOffset> Times, ImmutableDictionary<string, ImmutableArray<double?>> Series);

/// <summary>One line of a list.</summary>
public sealed record PostMortemSummary(
    string Id, ContainerId Container, string Name, string Image, EndKind Kind, EndedBy By, DateTimeOffset At, ExitStatus? Exit, string Verdict, EndStreak? Streak)
{
    public bool Privileged { get; init; }

    public static PostMortemSummary Of(PostMortem whole) =>
        new(whole.Id, whole.Container, whole.Name, whole.Image, whole.Kind, whole.By, whole.At, whole.Exit, whole.Verdict, whole.Streak) { Privileged = whole.Privileged };
}
