namespace Brig.Linux.Tar;

public enum TarKind { File, HardLink, Symlink, CharDevice, BlockDevice, Directory, Fifo }

/// <param name="Name">With its namespace, as <c>security.capability</c>: bytes, as the kernel has them.</param>
public readonly record struct TarXattr(byte[] Name, byte[] Value);

/// <summary>A stretch of a sparse file that holds data; what lies between is a hole.</summary>
public readonly record struct TarSegment(long Offset, long Length);

/// <summary>One member of an archive. Names are bytes as the archive has them; nothing is made safe here.</summary>
public sealed record TarEntry
{
    public required TarKind Kind { get; init; }
    public required byte[] Name { get; init; }

    /// <summary>Of a symlink or hard link; else empty.</summary>
    public byte[] Link { get; init; } = [];

    /// <summary>Permission bits, with set-id and sticky.</summary>
    public uint Mode { get; init; }

    public uint Uid { get; init; }
    public uint Gid { get; init; }

    /// <summary>Bytes of a file as it will be, holes included.</summary>
    public long Size { get; init; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long ModifiedAt { get; init; }

    public uint Major { get; init; }
    public uint Minor { get; init; }
    public IReadOnlyList<TarXattr> Xattrs { get; init; } = [];

    /// <summary>Null: the whole file is stored.</summary>
    public IReadOnlyList<TarSegment>? Segments { get; init; }
}

/// <summary>Not an archive, or one that breaks off; the message is a sentence.</summary>
public sealed class TarException(string message) : Exception(message);
