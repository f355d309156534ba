using System.Collections.Immutable;

namespace Brig.Engine.Containers;

/// <summary>
/// What a client of Docker's API said beside what this engine knows, kept because it reads it back and decides by it. Nothing here changes what the container does: whatever does is in the spec itself,
/// and is told from there, so that there is one truth.
/// </summary>
public sealed record DockerAside
{
    /// <summary>Which streams <c>docker start --attach</c> attaches to.</summary>
    public bool AttachStdin { get; init; }
    public bool AttachStdout { get; init; }
    public bool AttachStderr { get; init; }

    /// <summary>Standard input ends with the first client that gives some.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>json-file or local, which both mean Brig's own log. Null: json-file.</summary>
    public string? LogDriver { get; init; }
    public ImmutableDictionary<string, string> LogOptions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>As <c>name:alias</c>; the names that follow are the network's.</summary>
    public ImmutableArray<string> Links { get; init; } = [];
    public string? ContainerIdFile { get; init; }

    /// <summary>Ports as <c>80/tcp</c> that were named and not published, beside the image's.</summary>
    public ImmutableArray<string> ExposedPorts { get; init; } = [];
    public bool PublishAllPorts { get; init; }

    /// <summary>Targets of the anonymous volumes among the mounts that were asked for as such.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>Targets of the mounts that were written as <c>--mount</c> and not as <c>--volume</c>.</summary>
    public ImmutableArray<string> Mounts { get; init; } = [];

    /// <summary>As they were asked for; what came of them is among the mounts.</summary>
    public ImmutableArray<string> VolumesFrom { get; init; } = [];

    /// <summary>Labels of SELinux, which Brig has none of.</summary>
    public ImmutableArray<string> SecurityLabels { get; init; } = [];
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Asked for, and left out with a warning.</summary>
    public bool OomKillDisable { get; init; }
    public long? MemorySwappiness { get; init; }

    /// <summary>The cores were asked for as a quota of a period.</summary>
    public bool CpuQuota { get; init; }

    /// <summary>The weight as it was asked for, of 1024.</summary>
    public long? CpuShares { get; init; }
}
