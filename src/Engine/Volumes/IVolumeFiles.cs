using System.Collections.Immutable;

namespace Brig.Engine.Volumes;

public enum VolumeFileKind { File, Directory, Symlink, Fifo, Socket, CharDevice, BlockDevice }

/// <summary>What lies in a volume. Ids are those that containers see.</summary>
/// <param name="Name">Of one whose name is no UTF-8, what can be shown of it.</param>
/// <param name="Path">From the volume's root, with a slash before it.</param>
/// <param name="Size">Bytes; of what is no file 0.</param>
/// <param name="Mode">Octal permission bits, for example <c>0755</c>.</param>
/// <param name="LinkTarget">Of a symlink, as it is written; else null.</param>
public sealed record VolumeFile(string Name, string Path, VolumeFileKind Kind, long Size, string Mode, uint Uid, uint Gid, DateTimeOffset ModifiedAt, string? LinkTarget);

/// <param name="More">There are more than the 10,000 that are told.</param>
public sealed record VolumeFolder(ImmutableArray<VolumeFile> Files, bool More);

/// <summary>
/// The files of a volume, with no container, while containers may change them. A path begins at the volume's root: links in it lead nowhere else, whoever made them.
/// All throw <see cref="EngineException"/>: NotFound for a volume or path that is not there, Invalid for one that cannot be used, Unavailable where there is no room.
/// </summary>
public interface IVolumeFiles
{
    /// <summary>A directory, in the order of the names' bytes. A last link is followed, in the volume.</summary>
    Task<VolumeFolder> ListAsync(string name, string path, CancellationToken stop = default);

    /// <summary>A last link is not followed.</summary>
    Task<VolumeFile> StatAsync(string name, string path, CancellationToken stop = default);

    /// <summary>A regular file to read; the caller disposes it. A last link is followed, in the volume.</summary>
    Task<FileStream> OpenAsync(string name, string path, CancellationToken stop = default);

    /// <summary>
    /// A regular file, whole or not at all. It gets owner and mode of the one it replaces, or its directory's owner and 0644.
    /// </summary>
    Task PutAsync(string name, string path, Stream content, CancellationToken stop = default);

    /// <summary>0755, with the owner of the directory it is made in. Conflict: there is something.</summary>
    Task MakeFolderAsync(string name, string path, CancellationToken stop = default);

    /// <summary>A directory with all in it. Nothing is followed.</summary>
    Task RemoveAsync(string name, string path, CancellationToken stop = default);

    /// <summary>The file, or the directory with all below it, as a tar whose first entry has the path's last name.</summary>
    Task ReadAsync(string name, string path, Stream to, CancellationToken stop = default);

    /// <summary>
    /// Unpacks a tar (plain, gzip or zstd) into a directory. What is there is replaced, but a directory only by a directory; devices are refused. What was unpacked
    /// before an error stays.
    /// </summary>
    Task WriteAsync(string name, string path, Stream tar, CancellationToken stop = default);
}
