namespace Brig.Engine.Containers.Files;

public enum ContainerFileKind { File, Directory, Symlink, Fifo, Socket, CharDevice, BlockDevice }

/// <summary>What lies at a path in a container. Ids are the container's.</summary>
/// <param name="Mode">Octal permission bits, for example <c>0755</c>.</param>
/// <param name="LinkTarget">Of a symlink, as it is written; else null.</param>
public sealed record ContainerFile(string Name, ContainerFileKind Kind, long Size, string Mode, uint Uid, uint Gid, DateTimeOffset ModifiedAt, string? LinkTarget);

/// <summary>
/// Files into and out of a container, whether it runs or not. A path is the container's: links in it lead nowhere else, and a last one is not followed.
/// All throw <see cref="EngineException"/>: NotFound, Invalid for a path or an archive that cannot be used, Conflict for what is read-only there.
/// </summary>
public interface IContainerFiles
{
    Task<ContainerFile> StatAsync(string idOrName, string path, CancellationToken stop = default);

    /// <summary>The file, or the directory with all below it but what is mounted there, as a tar whose first entry has the path's last name.</summary>
    Task ReadAsync(string idOrName, string path, Stream to, CancellationToken stop = default);

    /// <summary>A directory and all below it, as a tar in which it has another name; with the name <c>/</c> it is no entry itself. A last link is not followed.</summary>
    Task ReadFolderAsync(string idOrName, string path, string name, Stream to, CancellationToken stop = default);

    /// <summary>
    /// Unpacks a tar (plain, gzip or zstd) into a directory. What is there is replaced, but a directory only by a directory; devices are refused. What was unpacked
    /// before an error stays.
    /// </summary>
    Task WriteAsync(string idOrName, string path, Stream tar, CancellationToken stop = default);

    /// <summary>What it made, changed and deleted of its image's files, directories on the way included; the first 100,000, what is mounted not looked into.</summary>
    Task<IReadOnlyList<PathChange>> ChangesAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Read from the disk, which takes as long as it has files of its own.</summary>
    Task<ContainerSize> SizeAsync(string idOrName, CancellationToken stop = default);
}

/// <summary>Docker's numbers for them.</summary>
public enum PathChangeKind { Changed, Added, Deleted }

/// <param name="Path">Absolute, inside.</param>
public sealed record PathChange(string Path, PathChangeKind Kind);

/// <param name="OwnBytes">Of the files it wrote itself, as long as they say they are.</param>
/// <param name="AllBytes">With its image's.</param>
public sealed record ContainerSize(long OwnBytes, long AllBytes);
