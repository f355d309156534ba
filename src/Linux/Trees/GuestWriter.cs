using System.Text;
using Brig.Linux.Tar;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>What an archive asked for and is not done in a container; continues a sentence that begins with the path.</summary>
public sealed class GuestException(string path, string message) : Exception(message)
{
    public string Path { get; } = path;
}

/// <summary>
/// Unpacks into a container, whose programs may change the same directories meanwhile. Parents are resolved in its root for each entry, whatever is made is made new,
/// and what was there is only replaced where it is the container's own: in a directory of the host's that is mounted in it (its owner is none of the container's ids)
/// nothing is made, for the container could not make it either, and a link would lead there. Run it by <see cref="GuestThread"/>. Not thread safe.
/// </summary>
public sealed unsafe class GuestWriter(GuestRoot root, TreePath directory, CancellationToken stop)
{
    private const int MostTimes = 100_000;
    private readonly List<(TreePath Path, long Time)> _times = [];

    /// <summary>Asked before a file's content is written, with its bytes; throws where there is no room for them. Null: only the disk says so.</summary>
    public Action<long>? RoomFor { get; init; }

    /// <exception cref="LinuxException">The kernel refused.</exception>
    /// <exception cref="GuestException">We refuse.</exception>
    /// <exception cref="TarException">Not a whole tar.</exception>
    public void Unpack(TarReader tar)
    {
        while (tar.Next() is { } entry)
        {
            stop.ThrowIfCancellationRequested();
            One(entry, tar);
        }
        foreach (var (path, time) in Enumerable.Reverse(_times))
        {
            int fd = OpenOwn(path);
            _ = LayerTree.SetTime(fd, time);
            _ = close(fd);
        }
    }

    private void One(TarEntry entry, TarReader tar)
    {
        var path = Inside(entry.Name);
        if (path.Bytes.SequenceEqual(directory.Bytes))
        {
            return;   // "./": the directory itself stays as it is
        }
        int parent = Parent(path);
        try
        {
            fixed (byte* name = path.TerminatedName)
            {
                switch (entry.Kind)
                {
                    case TarKind.Directory:
                        Directory(parent, name, path, entry);
                        break;
                    case TarKind.File:
                        File(parent, name, path, entry, tar);
                        break;
                    case TarKind.Symlink:
                        Replace(parent, name, path);
                        fixed (byte* target = (byte[])[.. entry.Link, 0])
                            Check(LayerTree.symlinkat(target, parent, name), "symlink", path);
                        Own(parent, name, S_IFLNK, path, entry);
                        break;
                    case TarKind.HardLink:
                        HardLink(parent, name, path, Inside(entry.Link));
                        break;
                    case TarKind.Fifo:
                        Replace(parent, name, path);
                        Check(LayerTree.mknodat(parent, name, S_IFIFO | (entry.Mode & 0x1FF), 0), "mkfifo", path);
                        Own(parent, name, S_IFIFO, path, entry);
                        break;
                    default:
                        throw new GuestException(path.ToString(), "is a device, and devices are not put in this way; ask for it when a container is created");
                }
            }
        }
        finally
        {
            _ = close(parent);
        }
    }

    private void Directory(int parent, byte* name, TreePath path, TarEntry entry)
    {
        if (LayerTree.mkdirat(parent, name, 0x1C0) != 0)
        {
            stat status;
            if (Errno.Last != Errno.EEXIST || LayerTree.fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
                throw new LinuxException("mkdir", path.ToString(), Errno.Last);
            if ((status.st_mode & S_IFMT) == S_IFLNK)
                return;   // what comes for it goes where it leads, inside
            if ((status.st_mode & S_IFMT) != S_IFDIR)
                throw new GuestException(path.ToString(), "is a directory in the archive and none where it goes");
        }
        int fd = Check(LayerTree.openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0), "open", path);
        try
        {
            RefuseForeign(fd, path);
            Check(LayerTree.fchown(fd, Id(entry.Uid), Id(entry.Gid)), "chown", path);
            Check(LayerTree.fchmod(fd, entry.Mode), "chmod", path);
            Xattrs(fd, path, entry);
        }
        finally
        {
            _ = close(fd);
        }
        if (_times.Count < MostTimes)
            _times.Add((path, entry.ModifiedAt));
    }

    private void File(int parent, byte* name, TreePath path, TarEntry entry, TarReader tar)
    {
        RoomFor?.Invoke(entry.Segments?.Sum(segment => segment.Length) ?? entry.Size);
        Replace(parent, name, path);
        int fd = Check(LayerTree.openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180), "open", path);
        try
        {
            foreach (var (offset, length) in entry.Segments ?? [new TarSegment(0, entry.Size)])
                Copy(fd, offset, length, path, tar);
            if (entry.Segments is not null)
                Check(LayerTree.ftruncate(fd, entry.Size), "ftruncate", path);
            Check(LayerTree.fchown(fd, Id(entry.Uid), Id(entry.Gid)), "chown", path);
            Check(LayerTree.fchmod(fd, entry.Mode), "chmod", path);
            Xattrs(fd, path, entry);
            Check(LayerTree.SetTime(fd, entry.ModifiedAt), "futimens", path);
        }
        finally
        {
            _ = close(fd);
        }
    }

    private void Copy(int fd, long offset, long length, TreePath path, TarReader tar)
    {
        while (length > 0)
        {
            stop.ThrowIfCancellationRequested();
            var chunk = tar.Content((int)Math.Min(length, int.MaxValue));
            LayerTree.Write(fd, chunk, offset, path);
            (offset, length) = (offset + chunk.Length, length - chunk.Length);
        }
    }

    /// <summary>Of a file that is the container's; by descriptor, because its name may be another's by now.</summary>
    private void HardLink(int parent, byte* name, TreePath path, TreePath target)
    {
        int from = Parent(target);
        int held = -1;
        try
        {
            fixed (byte* t = target.TerminatedName)
                held = Check(LayerTree.openat(from, t, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0), "open", target);
            RefuseForeign(held, target);
            stat status;
            if (fstat(held, &status) == 0 && (status.st_mode & S_IFMT) == S_IFDIR)
                throw new GuestException(target.ToString(), "is a directory, and only files have hard links");
            Replace(parent, name, path);
            byte empty = 0;
            Check(LayerTree.linkat(held, &empty, parent, name, AT_EMPTY_PATH), "link", path);
        }
        finally
        {
            if (held >= 0)
                _ = close(held);
            _ = close(from);
        }
    }

    /// <summary>A directory is never taken away: it may hold more than the archive knows of.</summary>
    private static void Replace(int parent, byte* name, TreePath path)
    {
        if (LayerTree.unlinkat(parent, name, 0) == 0 || Errno.Last == Errno.ENOENT)
            return;
        throw Errno.Last == Errno.EISDIR ? new GuestException(path.ToString(), "is a directory there and none in the archive") : new LinuxException("unlink", path.ToString(), Errno.Last);
    }

    /// <summary>Owner and time of what was just made; unless it is something else by now, which is the container's affair.</summary>
    private void Own(int parent, byte* name, uint type, TreePath path, TarEntry entry)
    {
        int fd = LayerTree.openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
        if (fd < 0)
            return;
        stat status;
        if (fstat(fd, &status) == 0 && (status.st_mode & S_IFMT) == type && IsOwn(status))
        {
            byte empty = 0;
            _ = LayerTree.fchownat(fd, &empty, Id(entry.Uid), Id(entry.Gid), AT_EMPTY_PATH);
        }
        _ = close(fd);
    }

    private void Xattrs(int fd, TreePath path, TarEntry entry)
    {
        foreach (var xattr in entry.Xattrs.Where(x => TreeTar.IsPortable(x.Name) && !x.Name.AsSpan().Contains((byte)0)).Select(x => root.Ids?.Outside(x) ?? x))
        {
            fixed (byte* key = (byte[])[.. xattr.Name, 0], value = xattr.Value)
            {
                if (LayerTree.fsetxattr(fd, key, value, (nuint)xattr.Value.Length, 0) != 0 && Errno.Last != Errno.EOPNOTSUPP)
                    throw new LinuxException("setxattr " + Encoding.UTF8.GetString(xattr.Name), path.ToString(), Errno.Last);
            }
        }
    }

    /// <returns>The directory it lies in, the container's own; made with those above it where it is missing.</returns>
    private int Parent(TreePath path)
    {
        var above = path.Up();
        try
        {
            return OpenOwn(above);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT && above.Bytes.Length > directory.Bytes.Length)
        {
            int up = Parent(above);
            try
            {
                fixed (byte* name = above.TerminatedName)
                {
                    if (LayerTree.mkdirat(up, name, 0x1ED) != 0 && Errno.Last != Errno.EEXIST)
                        throw new LinuxException("mkdir", above.ToString(), Errno.Last);
                }
            }
            finally
            {
                _ = close(up);
            }
            return OpenOwn(above);
        }
    }

    private int OpenOwn(TreePath path)
    {
        int fd = root.OpenDirectory(path);
        try
        {
            KernelFiles.Refuse(fd, path);
            RefuseForeign(fd, path);
            int readable = open($"/proc/self/fd/{fd}", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            return Check(readable, "open", path);
        }
        finally
        {
            _ = close(fd);
        }
    }

    private void RefuseForeign(int fd, TreePath path)
    {
        stat status;
        Check(fstat(fd, &status), "stat", path);
        if (!IsOwn(status))
            throw new GuestException(path.ToString(), "belongs to none of the container's users, so that it could not write there itself");
    }

    private bool IsOwn(in stat status) => root.Ids is not { } ids || ids.Has(status.st_uid);

    private uint Id(uint inside) => root.Ids?.Outside(inside) ?? inside;

    private TreePath Inside(ReadOnlySpan<byte> name)
    {
        try
        {
            return TreePath.Parse([.. directory.Bytes, (byte)'/', .. name]);
        }
        catch (TreePathException e)
        {
            throw new GuestException(Encoding.UTF8.GetString(name), e.Message);
        }
    }

    private static int Check(int result, string call, TreePath path) => result >= 0 ? result : throw new LinuxException(call, path.ToString(), Errno.Last);
}
