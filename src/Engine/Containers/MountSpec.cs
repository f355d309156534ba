namespace Brig.Engine.Containers;

public enum MountKind
{
    /// <summary>A path of the host.</summary>
    Bind,

    /// <summary>In memory, the container's alone, gone with its run.</summary>
    Tmpfs,

    /// <summary>Of <see cref="Volumes.IVolumes"/>: it outlives the container, others may have it too, and its owners are the same numbers in each.</summary>
    Volume,
}

/// <summary>mount_namespaces(7), of a bind and everything mounted below it.</summary>
public enum MountPropagation
{
    /// <summary>What is mounted later on either side stays there.</summary>
    Private,

    /// <summary>What the host mounts there later is seen inside.</summary>
    Slave,

    /// <summary>And what is mounted inside is seen on the host.</summary>
    Shared,
}

/// <param name="Source">A host path for Bind; null for Tmpfs; for Volume its name, made if there is none, or null for an anonymous one: a container that exists has its name.</param>
/// <param name="Target">An absolute path inside.</param>
/// <param name="ReadOnly">Of a bind: with everything mounted below it.</param>
/// <param name="SizeBytes">Tmpfs only; null: half of memory, as the kernel does.</param>
public sealed record MountSpec(MountKind Kind, string? Source, string Target, bool ReadOnly = false, long? SizeBytes = null)
{
    /// <summary>Bind only.</summary>
    public MountPropagation Propagation { get; init; }

    /// <summary>
    /// Bind only: its files belong inside to whom they belong to on the host, root's to root. Without it they belong to nobody there, whom only others' permissions serve.
    /// What the container's root makes then belongs to the host's root, set-user-id bits and all: keep it in a folder that others on the host cannot enter.
    /// </summary>
    public bool Idmap { get; init; }

    /// <summary>With <see cref="Idmap"/>: where a file system cannot do that, it is mounted without, instead of an error.</summary>
    public bool IdmapOptional { get; init; }

    /// <summary>Bind only: what is mounted below the source is not there, but what lies under it.</summary>
    public bool NonRecursive { get; init; }

    /// <summary>Nothing in it can be executed. Null: so it is in a tmpfs, and not in a bind.</summary>
    public bool? NoExec { get; init; }

    /// <summary>Tmpfs only: octal permissions of its root; null: 1777.</summary>
    public string? Mode { get; init; }

    /// <summary>Tmpfs only: the owner of its root, as seen inside; null: 0.</summary>
    public uint? Uid { get; init; }
    public uint? Gid { get; init; }

    /// <summary>Volume only: what the image has there does not become the content of one that is empty.</summary>
    public bool NoCopy { get; init; }

    /// <summary>Volume only: a directory or file in it, relative, which must be there; null: all of it.</summary>
    public string? Subpath { get; init; }

    /// <summary>Bind only: a directory, root's and 0755, is made where the host has nothing; else that is an error.</summary>
    public bool CreateSource { get; init; }

    /// <summary>Tmpfs only: files and directories at most; null: as the kernel does, half of memory's pages.</summary>
    public long? Inodes { get; init; }
}
