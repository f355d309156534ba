using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Linux.Cgroups;

namespace Brig.Engine.PostMortems;

/// <summary>What is taken at the moment of an end, because it is gone a moment later; the rest is read from logs, rings and the kernel soon after.</summary>
/// <param name="Id">Of the post-mortem it is for.</param>
/// <param name="Container">As it was when it ended.</param>
/// <param name="Asked">Who asked for it; null: nobody.</param>
/// <param name="Cgroup">Its counters at the end; null: they were gone already.</param>
/// <param name="Restarts">By the policy, before this end.</param>
/// <param name="NotStarted">Why it could not be started; null: it ran.</param>
/// <param name="Lives">Its first process did not end: a child was killed.</param>
internal sealed record Death(
    string Id, Container Container, RunEnd End, AskedEnd? Asked, CgroupSample? Cgroup, ImmutableArray<ProbeResult> Probes, int Restarts, string? NotStarted = null, bool Lives = false)
{
    /// <summary>The signal that ended its program; 0: none. Brig's own init ends with 128 and the signal, in place of the program.</summary>
    public int Signal => End.Exit switch
    {
        { Signal: > 0 } exit => exit.Signal,
        { Code: > 128 and <= 192 } exit when Container.Spec.Init => exit.Code - 128,
        _ => 0,
    };

    /// <summary>What makes two ends the same.</summary>
    public string Key => NotStarted is not null ? "not started: " + NotStarted : Lives ? "child" : End.Exit is { } exit ? $"{exit.Code} {exit.Signal} {exit.OomKilled} {(Asked is { Ask: EndAsk.Stop, Forced: false } ? null : Asked?.Ask)}" : "lost";
}
