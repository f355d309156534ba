using System.Runtime.InteropServices;
using System.Text;
using Brig.Linux.Tar;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <param name="Bytes">Of the files' contents; holes count nothing.</param>
public readonly record struct CopiedTree(long Bytes, long Files);

/// <summary>
/// All that lies in one directory as a copy in another: owners, modes, times, links, holes, attributes; sharing the disk's blocks where the file system can (ioctl_ficlone(2)).
/// The source may belong to somebody who changes it meanwhile: nothing is followed, a name is looked at before it is opened, a mount is left out. Nobody else may see the copy yet.
/// </summary>
public sealed unsafe partial class TreeCopy
{
    private const int FICLONE = 0x40049409, SEEK_DATA = 3, SEEK_HOLE = 4, MostDepth = 1000, BufferSize = 256 * 1024;

    private readonly CancellationToken _stop;
    private readonly ulong _device;
    private readonly int _to;
    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _links = [];
    private bool _clones = true, _copies = true;
    private readonly RoomMeter _room;
    private long _bytes, _files;

    private TreeCopy(int to, ulong device, RoomMeter room, CancellationToken stop) => (_to, _device, _room, _stop) = (to, device, room, stop);

    /// <param name="from">A directory; its own owner, mode and times are the copy's too.</param>
    /// <param name="to">Exists and is empty.</param>
    /// <param name="roomFor">Asked again and again with the bytes that come next, unless the disk's blocks are shared; throws where there is no room for them.</param>
    /// <exception cref="LinuxException">Something cannot be read or made.</exception>
    public static CopiedTree Copy(string from, string to, CancellationToken stop, Action<long>? roomFor = null)
    {
        int source = Errno.Check(open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", from);
        int target = -1;
        try
        {
            target = Errno.Check(open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", to);
            return Copy(source, target, stop, roomFor);
        }
        finally
        {
            _ = close(source);
            _ = target < 0 ? 0 : close(target);
        }
    }

    /// <param name="from">Open for reading.</param>
    internal static CopiedTree Copy(int from, int to, CancellationToken stop, Action<long>? roomFor = null)
    {
        stat status;
        Errno.Check(fstat(from, &status), "stat", "/");
        var run = new TreeCopy(to, status.st_dev, new(roomFor), stop);
        run.Inside(from, to, [], 0);
        Finish(to, status, Way(from, "."u8), []);
        return new(run._bytes, run._files);
    }

    private void Inside(int from, int to, byte[] path, int depth)
    {
        if (depth > MostDepth)
            throw new LinuxException("open", Shown(path), Errno.ENAMETOOLONG);
        foreach (byte[] name in TreeNode.Names(from))
        {
            _stop.ThrowIfCancellationRequested();
            One(from, to, [.. name, 0], path.Length == 0 ? name : [.. path, (byte)'/', .. name], depth);
        }
    }

    private void One(int from, int to, byte[] name, byte[] path, int depth)
    {
        stat status;
        fixed (byte* n = name)
        {
            if (LayerTree.fstatat(from, n, &status, AT_SYMLINK_NOFOLLOW) != 0)
            {
                if (Errno.Last == Errno.ENOENT)
                    return;   // deleted meanwhile
                throw new LinuxException("stat", Shown(path), Errno.Last);
            }
            uint type = status.st_mode & S_IFMT;
            if (type == S_IFSOCK || (type == S_IFCHR && status.st_rdev == 0))
                return;
            if (type != S_IFDIR && status.st_nlink > 1 && !_links.TryAdd((status.st_dev, status.st_ino), path) && Link(to, n, _links[(status.st_dev, status.st_ino)]))
                return;
            switch (type)
            {
                case S_IFDIR:
                    Directory(from, to, n, path, depth);
                    return;
                case S_IFREG:
                    File(from, to, n, path);
                    break;
                case S_IFLNK:
                    fixed (byte* target = (byte[])[.. TreeNode.ReadLink(from, name), 0])
                        Check(LayerTree.symlinkat(target, to, n), "symlink", path);
                    break;
                default:
                    Check(LayerTree.mknodat(to, n, type | 0x180, status.st_rdev), "mknod", path);
                    break;
            }
            _files++;
            if (type != S_IFREG)
                FinishNamed(from, to, name, status, path);
        }
    }

    /// <returns>False: the first name is longer than a path can be, so this one becomes a file of its own.</returns>
    private bool Link(int to, byte* name, byte[] first)
    {
        fixed (byte* f = (byte[])[.. first, 0])
            return LayerTree.linkat(_to, f, to, name, 0) == 0;
    }

    private void Directory(int from, int to, byte* name, byte[] path, int depth)
    {
        int source = LayerTree.openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
        if (source < 0 && Errno.Last is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
            return;   // something else by now
        Check(source, "open", path);
        int made = -1;
        try
        {
            stat status;
            Check(fstat(source, &status), "stat", path);
            Check(LayerTree.mkdirat(to, name, 0x1C0), "mkdir", path);
            made = Check(LayerTree.openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0), "open", path);
            if (status.st_dev == _device)
                Inside(source, made, path, depth + 1);
            Finish(made, status, Way(source, "."u8), path);
        }
        finally
        {
            _ = close(source);
            _ = made < 0 ? 0 : close(made);
        }
    }

    private void File(int from, int to, byte* name, byte[] path)
    {
        int found = LayerTree.openat(from, name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
        if (found < 0 && Errno.Last == Errno.ENOENT)
            return;
        Check(found, "open", path);
        int source = -1, made = -1;
        try
        {
            stat status;
            Check(fstat(found, &status), "stat", path);
            if ((status.st_mode & S_IFMT) != S_IFREG)
                return;   // something else by now, and opening a device does things to the machine
            source = Check(open($"/proc/self/fd/{found}", O_RDONLY | O_CLOEXEC | O_NONBLOCK), "open", path);
            made = Check(LayerTree.openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180), "open", path);
            Content(source, made, status, path);
            Finish(made, status, Way(from, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), path);
        }
        finally
        {
            foreach (int fd in (int[])[found, source, made])
                _ = fd < 0 ? 0 : close(fd);
        }
    }

    private void Content(int from, int to, in stat status, byte[] path)
    {
        if (_clones && status.st_size > 0)
        {
            if (ioctl(to, FICLONE, (nint)from) == 0)
            {
                _bytes += Math.Min(status.st_size, status.st_blocks * 512);
                return;
            }
            _clones = false;
        }
        _room.Next(Math.Min(status.st_size, status.st_blocks * 512));
        for (long at = 0; at < status.st_size;)
        {
            long data = TreeNode.lseek(from, at, SEEK_DATA);
            if (data < 0 && Errno.Last != Errno.EINVAL)
                break;   // only a hole is left
            long hole = data < 0 ? status.st_size : TreeNode.lseek(from, data, SEEK_HOLE);
            long end = Math.Min(hole < 0 ? status.st_size : hole, status.st_size);
            Copy(from, to, Math.Max(at, data), end, path);
            at = Math.Max(end, at + 1);
        }
        Check(LayerTree.ftruncate(to, status.st_size), "ftruncate", path);
    }

    private void Copy(int from, int to, long at, long end, byte[] path)
    {
        byte[]? buffer = null;
        while (at < end)
        {
            _stop.ThrowIfCancellationRequested();
            nint moved;
            if (_copies)
            {
                long source = at, target = at;
                _room.Next(Math.Min(end - at, 64 << 20));
                moved = copy_file_range(from, &source, to, &target, (nuint)Math.Min(end - at, 64 << 20), 0);
                if (moved < 0)
                {
                    _copies = Errno.Last is Errno.ENOSPC or Errno.EIO or Errno.EFBIG or Errno.EDQUOT ? throw new LinuxException("write", Shown(path), Errno.Last) : false;
                    continue;
                }
            }
            else
            {
                buffer ??= new byte[BufferSize];
                fixed (byte* b = buffer)
                    moved = pread(from, b, (nint)Math.Min(buffer.Length, end - at), at);
                Check((int)moved, "read", path);
                for (int done = 0; done < moved;)
                {
                    fixed (byte* b = buffer)
                    {
                        nint wrote = LayerTree.pwrite(to, b + done, moved - done, at + done);
                        done += Check((int)wrote, "write", path);
                    }
                }
            }
            if (moved == 0)
                return;   // it shrank meanwhile
            at += moved;
            _bytes += moved;
        }
    }

    /// <param name="way">To the attributes of what was copied.</param>
    private static void Finish(int made, in stat status, byte[] way, byte[] path)
    {
        Check(LayerTree.fchown(made, status.st_uid, status.st_gid), "chown", path);
        Check(LayerTree.fchmod(made, status.st_mode & 0xFFF), "chmod", path);
        foreach (var (key, value) in TreeNode.Xattrs(way))
        {
            fixed (byte* k = (byte[])[.. key, 0], v = value)
            {
                if (IsCopied(key) && LayerTree.fsetxattr(made, k, v, (nuint)value.Length, 0) != 0)
                    Forgive(key, path);
            }
        }
        Check(LayerTree.SetTime(made, status.st_mtim.Nanoseconds), "futimens", path);
    }

    /// <summary>Of what cannot be opened: links, pipes and devices.</summary>
    private static void FinishNamed(int from, int to, byte[] name, in stat status, byte[] path)
    {
        fixed (byte* n = name)
        {
            Check(LayerTree.fchownat(to, n, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW), "chown", path);
            if ((status.st_mode & S_IFMT) != S_IFLNK)
                Check(LayerTree.fchmodat(to, n, status.st_mode & 0xFFF, 0), "chmod", path);
            timespec* times = stackalloc timespec[2];
            times[0] = times[1] = status.st_mtim;
            Check(LayerTree.utimensat(to, n, times, AT_SYMLINK_NOFOLLOW), "utimensat", path);
        }
    }

    /// <summary>What an image may carry, and access lists; overlayfs' marks and the host's labels stay where they are.</summary>
    private static bool IsCopied(byte[] name) =>
        TreeTar.IsPortable(name) || name.AsSpan().SequenceEqual("system.posix_acl_access"u8) || name.AsSpan().SequenceEqual("system.posix_acl_default"u8);

    private static void Forgive(byte[] key, byte[] path)
    {
        if (Errno.Last != Errno.EOPNOTSUPP)
            throw new LinuxException("setxattr " + Encoding.UTF8.GetString(key), Shown(path), Errno.Last);
    }

    /// <summary>Of a name in a directory; a last link is not followed.</summary>
    private static byte[] Way(int directory, ReadOnlySpan<byte> name) => [.. Encoding.ASCII.GetBytes($"/proc/self/fd/{directory}/"), .. name, 0];

    private static string Shown(byte[] path) => path.Length == 0 ? "/" : Encoding.UTF8.GetString(path);

    private static int Check(int result, string call, byte[] path) => result >= 0 ? result : throw new LinuxException(call, Shown(path), Errno.Last);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nint request, nint argument);
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint copy_file_range(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);
}
