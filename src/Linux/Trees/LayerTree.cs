using System.Text;
using Brig.Linux.Tar;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>What an entry gets beside its name.</summary>
/// <param name="Mode">Permission bits, with set-id and sticky.</param>
/// <param name="ModifiedAt">Nanoseconds since 1970.</param>
public readonly record struct NodeAttributes(uint Mode, uint Uid, uint Gid, long ModifiedAt, IReadOnlyList<TarXattr> Xattrs);

/// <summary>
/// A directory that an archive is unpacked into, and never outside: every parent is resolved by openat2(2) with RESOLVE_IN_ROOT, so a symlink in it leads nowhere
/// else, and no last name is followed. Names are bytes. Whiteouts are overlayfs' own: a device 0:0, and trusted.overlay.opaque. Not thread safe.
/// </summary>
public sealed unsafe partial class LayerTree : IDisposable
{
    private static readonly byte[] Opaque = "trusted.overlay.opaque\0"u8.ToArray();

    private readonly int _root;
    private readonly Parents _parents;
    private readonly LateAttributes _late;
    private int _replaced;

    /// <param name="root">Exists and is empty.</param>
    public LayerTree(string root)
    {
        _root = Errno.Check(open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", root);
        _parents = new(_root);
        _late = new(root);
    }

    /// <summary>Directories made because something lies in them that the archive never names.</summary>
    public IReadOnlyCollection<string> Implied => _parents.Implied;

    /// <summary>Its mode and times are set by <see cref="Finish"/>, when nothing is made in it any more.</summary>
    public void Directory(TreePath path, in NodeAttributes attributes)
    {
        if (!path.IsRoot)
        {
            var (parent, name) = At(path);
            fixed (byte* n = name)
            {
                if (mkdirat(parent, n, 0x1C0) != 0)
                {
                    int error = Errno.Last;
                    if (error != Errno.EEXIST)
                    {
                        throw new LinuxException("mkdir", path.ToString(), error);
                    }
                    bool wasWhiteout = IsWhiteout(parent, n);
                    if (!IsDirectory(parent, n))
                    {
                        Remove(parent, n, path);
                        Check(mkdirat(parent, n, 0x1C0), "mkdir", path);
                        if (wasWhiteout)
                        {
                            MakeOpaque(path);
                        }
                    }
                }
            }
            _parents.Named(path);
        }
        using (var fd = OpenDirectory(path))
        {
            Check(fchown(fd.Number, attributes.Uid, attributes.Gid), "chown", path);
            SetXattrs(fd.Number, attributes.Xattrs, path);
        }
        _late.Add(path, attributes.Mode, attributes.ModifiedAt);
    }

    /// <summary>A new file, open for writing; <see cref="Close"/> it.</summary>
    public int Create(TreePath path)
    {
        var (parent, name) = At(path);
        fixed (byte* n = name)
        {
            int fd = openat(parent, n, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180);
            if (fd < 0 && Errno.Last == Errno.EEXIST)
            {
                Remove(parent, n, path);
                fd = openat(parent, n, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180);
            }
            return Check(fd, "open", path);
        }
    }

    public static void Write(int file, ReadOnlySpan<byte> bytes, long offset, TreePath path)
    {
        fixed (byte* start = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint wrote = pwrite(file, start + done, bytes.Length - done, offset + done);
                if (wrote < 0 && Errno.Last == Errno.EINTR)
                {
                    continue;
                }
                Check((int)Math.Min(wrote, int.MaxValue), "write", path);
                done += (int)wrote;
            }
        }
    }

    /// <param name="size">Null: what was written.</param>
    public static void Close(int file, in NodeAttributes attributes, long? size, TreePath path)
    {
        try
        {
            if (size is { } bytes)
            {
                Check(ftruncate(file, bytes), "ftruncate", path);
            }
            if (attributes.Uid != 0 || attributes.Gid != 0)
            {
                // Made by root it is root's already: no directory here passes on its group before the end.
                Check(fchown(file, attributes.Uid, attributes.Gid), "chown", path);
            }
            Check(fchmod(file, attributes.Mode), "chmod", path);
            SetXattrs(file, attributes.Xattrs, path);
            Check(SetTime(file, attributes.ModifiedAt), "futimens", path);
        }
        finally
        {
            _ = close(file);
        }
    }

    public static void Abandon(int file) => _ = close(file);

    /// <param name="target">Kept as it is; nothing follows it here.</param>
    public void Symlink(TreePath path, ReadOnlySpan<byte> target, in NodeAttributes attributes)
    {
        var (parent, name) = At(path);
        byte[] terminated = [.. target, 0];
        fixed (byte* n = name, t = terminated)
        {
            if (symlinkat(t, parent, n) != 0)
            {
                if (Errno.Last != Errno.EEXIST)
                {
                    Check(-1, "symlink", path);
                }
                Remove(parent, n, path);
                Check(symlinkat(t, parent, n), "symlink", path);
            }
            Finish(parent, n, attributes with { Mode = uint.MaxValue }, path);
        }
    }

    /// <param name="target">Of this tree, made before.</param>
    public void HardLink(TreePath path, TreePath target)
    {
        if (path.Bytes.SequenceEqual(target.Bytes))
        {
            return;     // tar says so when a file is named twice on its command line
        }
        var (targetParent, targetName) = At(target);
        var (parent, name) = At(path);
        fixed (byte* t = targetName, n = name)
        {
            if (linkat(targetParent, t, parent, n, 0) != 0)
            {
                if (Errno.Last != Errno.EEXIST)
                {
                    Check(-1, "link", path);
                }
                Remove(parent, n, path);
                Check(linkat(targetParent, t, parent, n, 0), "link", path);
            }
        }
    }

    /// <param name="type">S_IFCHR, S_IFBLK or S_IFIFO.</param>
    public void Node(TreePath path, uint type, uint major, uint minor, in NodeAttributes attributes)
    {
        var (parent, name) = At(path);
        ulong device = ((ulong)(major & 0xfffff000) << 32) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);
        fixed (byte* n = name)
        {
            if (mknodat(parent, n, type | 0x180, type == S_IFIFO ? 0 : device) != 0)
            {
                if (Errno.Last != Errno.EEXIST)
                {
                    Check(-1, "mknod", path);
                }
                Remove(parent, n, path);
                Check(mknodat(parent, n, type | 0x180, type == S_IFIFO ? 0 : device), "mknod", path);
            }
            Finish(parent, n, attributes, path);
        }
    }

    /// <summary>What lower layers have by this name is gone. What this layer itself has stays, and then hides theirs.</summary>
    public void Whiteout(TreePath path)
    {
        var (parent, name) = At(path);
        fixed (byte* n = name)
        {
            if (mknodat(parent, n, S_IFCHR, 0) == 0)
            {
                return;
            }
            if (Errno.Last != Errno.EEXIST)
            {
                Check(-1, "mknod", path);
            }
            if (IsDirectory(parent, n))
            {
                MakeOpaque(path);
            }
        }
    }

    /// <summary>Nothing that lower layers have in this directory is seen.</summary>
    public void MakeOpaque(TreePath directory)
    {
        using var fd = OpenDirectory(directory);
        fixed (byte* key = Opaque)
        {
            byte yes = (byte)'y';
            Check(fsetxattr(fd.Number, key, &yes, 1, 0), "setxattr trusted.overlay.opaque", directory);
        }
    }

    /// <summary>What a directory of a finished tree shall be; one that is none, or no symlink's, is left as it is.</summary>
    /// <param name="path">Relative to the root.</param>
    public static void SetDirectory(string root, string path, uint mode, uint uid, uint gid, long modifiedAt)
    {
        int top = Errno.Check(open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), "open", root);
        int fd = Libc.openat2(top, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        _ = close(top);
        if (fd >= 0)
        {
            bool isSet = fchown(fd, uid, gid) == 0 && fchmod(fd, mode) == 0 && SetTime(fd, modifiedAt) == 0;
            int error = Errno.Last;
            _ = close(fd);
            if (!isSet)
            {
                throw new LinuxException("chmod", path, error);
            }
        }
    }

    /// <summary>Directories get their mode and times.</summary>
    public void Finish() => _late.Apply(_root);

    public void Dispose()
    {
        _late.Dispose();
        _parents.Dispose();
        _ = close(_root);
    }

    private static void Finish(int parent, byte* name, in NodeAttributes attributes, TreePath path)
    {
        Check(fchownat(parent, name, attributes.Uid, attributes.Gid, AT_SYMLINK_NOFOLLOW), "chown", path);
        if (attributes.Mode != uint.MaxValue)
        {
            Check(fchmodat(parent, name, attributes.Mode, 0), "chmod", path);
        }
        if (attributes.Xattrs.Count > 0)
        {
            byte[] way = [.. Encoding.ASCII.GetBytes($"/proc/self/fd/{parent}/"), .. path.TerminatedName];
            foreach (var (key, value) in attributes.Xattrs)
            {
                fixed (byte* w = way, k = (byte[])[.. key, 0], v = value)
                {
                    if (lsetxattr(w, k, v, (nuint)value.Length, 0) != 0)
                    {
                        Forgive(key, path);
                    }
                }
            }
        }
        timespec* times = stackalloc timespec[2];
        times[0] = times[1] = Time(attributes.ModifiedAt);
        Check(utimensat(parent, name, times, AT_SYMLINK_NOFOLLOW), "utimensat", path);
    }

    private static void SetXattrs(int fd, IReadOnlyList<TarXattr> xattrs, TreePath path)
    {
        foreach (var (key, value) in xattrs)
        {
            fixed (byte* k = (byte[])[.. key, 0], v = value)
            {
                if (fsetxattr(fd, k, v, (nuint)value.Length, 0) != 0)
                {
                    Forgive(key, path);
                }
            }
        }
    }

    /// <summary>A note of a user's that this file system, or this kind of file, cannot keep is let go; a capability is not.</summary>
    private static void Forgive(byte[] key, TreePath path)
    {
        int error = Errno.Last;
        if (!key.AsSpan().StartsWith("user."u8) || error is not (Errno.EOPNOTSUPP or Errno.EPERM))
        {
            throw new LinuxException("setxattr " + Encoding.UTF8.GetString(key), path.ToString(), error);
        }
    }

    private (int Parent, byte[] Name) At(TreePath path) => (_parents.Of(path), path.TerminatedName.ToArray());

    private HeldDirectory OpenDirectory(TreePath path)
    {
        if (path.IsRoot)
        {
            return new(Check(fcntl(_root, F_DUPFD_CLOEXEC, 0), "dup", path));
        }
        int parent = _parents.Of(path);
        fixed (byte* n = path.TerminatedName)
        {
            return new(Check(openat(parent, n, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0), "open", path));
        }
    }

    private static bool IsDirectory(int parent, byte* name)
    {
        stat status;
        return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && (status.st_mode & S_IFMT) == S_IFDIR;
    }

    private static bool IsWhiteout(int parent, byte* name)
    {
        stat status;
        return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && (status.st_mode & S_IFMT) == S_IFCHR && status.st_rdev == 0;
    }

    /// <summary>An entry that comes twice replaces the first, a directory with all that is in it.</summary>
    private void Remove(int parent, byte* name, TreePath path)
    {
        if (unlinkat(parent, name, 0) == 0)
        {
            return;
        }
        if (Errno.Last != Errno.EISDIR)
        {
            Check(-1, "unlink", path);
        }
        // Its name may be no text, so it is deleted by another.
        string aside = $".brig-replaced-{_replaced++}";
        Span<byte> ascii = [.. Encoding.ASCII.GetBytes(aside), 0];
        fixed (byte* a = ascii)
        {
            Check(renameat(parent, name, _root, a), "rename", path);
        }
        TreeDeletion.Delete($"/proc/self/fd/{_root}/{aside}");
        _parents.Forget();
    }

    private static int Check(int result, string call, TreePath path) => result >= 0 ? result : throw new LinuxException(call, path.ToString(), Errno.Last);

    internal static int SetTime(int fd, long nanoseconds)
    {
        timespec* times = stackalloc timespec[2];
        times[0] = times[1] = Time(nanoseconds);
        return futimens(fd, times);
    }

    private static timespec Time(long nanoseconds)
    {
        long seconds = Math.DivRem(nanoseconds, 1_000_000_000, out long rest);
        return rest < 0 ? new() { tv_sec = seconds - 1, tv_nsec = rest + 1_000_000_000 } : new() { tv_sec = seconds, tv_nsec = rest };
    }

    private readonly ref struct HeldDirectory(int number)
    {
        public int Number => number;

        public void Dispose() => _ = close(number);
    }
}
