using System.Collections.Immutable;
using Brig.Engine.Health;
using Brig.Engine.Ids;
using Brig.Engine.Networks;

namespace Brig.Engine.Containers;

public enum ContainerStatus { Created, Running, Paused, Restarting, Exited, Removing }

/// <summary>What is: the third of the three types, replaced whole at each change.</summary>
/// <param name="Pid">Of PID 1 as the host sees it; 0 when there is none.</param>
/// <param name="Exit">How it last ended; null before the first end.</param>
/// <param name="Error">Why the last start failed, as a sentence; null when it did not.</param>
/// <param name="RestartCount">By the restart policy, since the last start by hand.</param>
/// <param name="RestartAt">When the policy starts it next; only while Restarting.</param>
/// <param name="Health">Null while it does not run, or without a health check.</param>
/// <param name="PostMortem">Of the last bad end since the last start by hand, or of a process that was killed for memory; null: there is none.</param>
public sealed record ContainerState(
    ContainerStatus Status,
    int Pid = 0,
    DateTimeOffset? StartedAt = null,
    DateTimeOffset? FinishedAt = null,
    ExitStatus? Exit = null,
    string? Error = null,
    int RestartCount = 0,
    DateTimeOffset? RestartAt = null,
    HealthState? Health = null,
    string? PostMortem = null);

/// <summary>How a process ended (wait(2)).</summary>
/// <param name="Code">0..255; 128 + signal when a signal ended it.</param>
/// <param name="Signal">The signal's number, or 0.</param>
/// <param name="OomKilled">The kernel's out-of-memory killer struck in its cgroup during this run.</param>
public sealed record ExitStatus(int Code, int Signal, bool OomKilled);

/// <summary>Asked and actual together, as the pages and the API show them.</summary>
/// <param name="Spec">With the name filled in and <see cref="Limits"/> as they are now.</param>
/// <param name="ImageDigest"><c>sha256:…</c> of the image it was made from.</param>
/// <param name="CommandLine">What PID 1 runs, image's entrypoint and command applied.</param>
/// <param name="Version">Grows with every change of this container.</param>
public sealed record Container(
    ContainerId Id,
    string Name,
    ContainerSpec Spec,
    ContainerState State,
    DateTimeOffset CreatedAt,
    string ImageDigest,
    string CommandLine,
    long Version)
{
    /// <summary>Which ids of the host its users are; the same for as long as it exists. Null: it is in the host's user namespace.</summary>
    public UserIds? Ids { get; init; }

    /// <summary>Its places on networks, in the order of the spec; the addresses are its own until it is removed.</summary>
    public ImmutableArray<Endpoint> Endpoints { get; init; } = [];

    /// <summary>What leads into it now; empty while it does not run.</summary>
    public ImmutableArray<PublishedPort> Ports { get; init; } = [];
}

/// <summary>One change: the container as it is now, or gone.</summary>
/// <param name="Container">Null when it was removed.</param>
public sealed record ContainerChange(ContainerId Id, Container? Container);
