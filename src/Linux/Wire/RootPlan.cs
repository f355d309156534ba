using System.Collections.Immutable;

namespace Brig.Linux.Wire;

/// <summary>The root file system: an overlay over the image's layers, and what is mounted in it, in order.</summary>
public sealed record RootPlan
{
    /// <summary>The image's layers, the topmost first; at least one.</summary>
    public required ImmutableArray<string> LowerDirectories { get; init; }
    public required string Upper { get; init; }
    public required string Work { get; init; }

    public bool ReadOnly { get; init; }
    public ImmutableArray<MountPlan> Mounts { get; init; } = StandardRoot.Mounts;
    public ImmutableArray<DevicePlan> Devices { get; init; } = StandardRoot.Devices;

    /// <summary>Symlinks made after the mounts; one that exists already stays.</summary>
    public ImmutableArray<LinkPlan> Links { get; init; } = StandardRoot.Links;

    /// <summary>Covered by /dev/null or an empty read-only tmpfs; one that does not exist is left out.</summary>
    public ImmutableArray<string> MaskedPaths { get; init; } = StandardRoot.MaskedPaths;

    /// <summary>Made read-only; one that does not exist is left out.</summary>
    public ImmutableArray<string> ReadOnlyPaths { get; init; } = StandardRoot.ReadOnlyPaths;
}

public enum MountKind : byte
{
    /// <summary>A new file system of <see cref="MountPlan.Type"/>, for example tmpfs, proc, mqueue, devpts.</summary>
    FileSystem,

    /// <summary>A host path, as a rule with everything mounted below it; a missing source is an error.</summary>
    Bind,

    /// <summary>As FileSystem, but made with the host's rights and showing the host's namespaces: where a user namespace may not mount it.</summary>
    HostFileSystem,
}

/// <param name="Source">A host path for Bind; for FileSystem what /proc/mounts shows.</param>
/// <param name="Target">An absolute path inside; made if missing, and never outside the root whatever the image's symlinks say.</param>
/// <param name="Type">Not for Bind.</param>
/// <param name="Data">FileSystem only, as in mount(8) -o, for example <c>mode=755,size=65536k</c>.</param>
/// <param name="Propagation">Bind only.</param>
public sealed record MountPlan(
    MountKind Kind, string Source, string Target, string Type = "", MountFlags Flags = MountFlags.None, string Data = "", Propagation Propagation = Propagation.Private)
{
    /// <summary>Bind only: what belongs to the host's 0 to 65,535 belongs to the container's inside, by mount_setattr(2). Nothing to do without a user namespace.</summary>
    public bool Idmap { get; init; }

    /// <summary>With <see cref="Idmap"/>: where its file system cannot do that, it is mounted without.</summary>
    public bool IdmapOptional { get; init; }

    /// <summary>Bind only: without what is mounted below it.</summary>
    public bool NonRecursive { get; init; }

    /// <summary>Bind only: what is mounted is this below the source, resolved there as a root is, so that no link in it leads anywhere else; null: the source itself.</summary>
    public string? Subpath { get; init; }
}

/// <summary>mount_namespaces(7), of a bind and everything mounted below it.</summary>
public enum Propagation : byte { Private, Slave, Shared }

/// <summary>Of mount(2); the same numbers.</summary>
[Flags]
public enum MountFlags : uint
{
    None = 0,
    ReadOnly = 1,
    NoSuid = 2,
    NoDev = 4,
    NoExec = 8,
}

/// <summary>A node in /dev. In a user namespace, where mknod is forbidden, the host's is bind mounted in its place, or one like it that is the container's where not everybody may open the host's.</summary>
/// <param name="Type">'c' or 'b'.</param>
/// <param name="Mode">Permission bits, for example 0666 octal.</param>
/// <param name="HostPath">Where the host has it; null: at the same path.</param>
public sealed record DevicePlan(string Path, char Type, uint Major, uint Minor, uint Mode = 0b110_110_110, uint Uid = 0, uint Gid = 0, string? HostPath = null);

public sealed record LinkPlan(string Path, string Target);
