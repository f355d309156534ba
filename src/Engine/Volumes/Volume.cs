using System.Collections.Immutable;

namespace Brig.Engine.Volumes;

/// <summary>Where a volume's files are.</summary>
public enum VolumeKind
{
    /// <summary>In a folder of Brig's own.</summary>
    Folder,

    /// <summary>In memory, from its first use until it is removed or the machine starts anew.</summary>
    Tmpfs,

    /// <summary>In a folder of the machine, which stays when the volume is removed.</summary>
    Bind,
}

/// <summary>What is asked for.</summary>
/// <param name="Name">Null: one is made up.</param>
public sealed record VolumeSpec(string? Name = null)
{
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Nobody named it, also where it has a name: whoever made that one up.</summary>
    public bool Anonymous { get; init; }

    /// <summary>
    /// Of Docker's local driver: none; <c>type=tmpfs</c> with <c>o=size=64m,mode=0755,uid=1,gid=1,nr_inodes=1k</c>; <c>type=none</c>, <c>o=bind[,ro]</c>, <c>device=/a/folder</c>.
    /// </summary>
    public ImmutableDictionary<string, string> Options { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <param name="Bytes">What its files take of the disk, or of memory; one with several names once.</param>
/// <param name="MeasuredAt">It is measured now and then, not at every change.</param>
public sealed record VolumeSize(long Bytes, long Files, DateTimeOffset MeasuredAt);

/// <param name="Target">Where it is inside.</param>
public sealed record VolumeUse(string ContainerId, string Container, string Target, bool ReadOnly, bool Running);

/// <summary>The files as they were at that time.</summary>
/// <param name="Running">Names of the containers that ran with it meanwhile, whose writes may be in it by halves; none: it is as quiet as a volume at rest.</param>
public sealed record VolumeSnapshot(string Id, string Name, DateTimeOffset CreatedAt, long Bytes, long Files, ImmutableArray<string> Running);

/// <param name="Id">24 hex digits; the name of one that was never given a name.</param>
/// <param name="Anonymous">Made because a container needed one and nobody named it: goes with that container where it is asked for.</param>
public sealed record Volume(string Id, string Name, bool Anonymous, VolumeKind Kind, DateTimeOffset CreatedAt)
{
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableDictionary<string, string> Options { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The folder that holds its files, as the machine sees it. Owners in it are the containers' own numbers.</summary>
    public required string Path { get; init; }

    /// <summary>Null: not measured yet.</summary>
    public VolumeSize? Size { get; init; }

    /// <summary>The containers that have it, running or not.</summary>
    public ImmutableArray<VolumeUse> UsedBy { get; init; } = [];

    /// <summary>The oldest first.</summary>
    public ImmutableArray<VolumeSnapshot> Snapshots { get; init; } = [];
}

/// <param name="Now">Null: it was removed. <see cref="Volume.UsedBy"/> is not followed here: it changes with containers.</param>
public sealed record VolumeChange(string Name, Volume? Now);

/// <summary>Which volumes a prune takes. Those that a container has stay.</summary>
/// <param name="All">Those with names too; false: only anonymous ones.</param>
/// <param name="Labels">Only those with all of these, as <c>key</c> or <c>key=value</c>.</param>
public sealed record VolumePrune(bool All = false, ImmutableArray<string> Labels = default)
{
    /// <summary>None of those with any of these.</summary>
    public ImmutableArray<string> NotLabels { get; init; } = [];
}

public sealed record VolumePruneReport(ImmutableArray<string> Removed, long FreedBytes);
