using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>What an entry gets beside its name.</summary>
/// <param name="Mode">Permission bits, with set-id and sticky.</param>
/// <param name="ModifiedAt">Nanoseconds since 1970.</param>
public readonly record struct EntryAttributes(uint Mode, uint Uid, uint Gid, long ModifiedAt, IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs);

/// <summary>
/// A directory below which things are made, and never outside: every parent is resolved by openat2(2) with
/// RESOLVE_IN_ROOT, so a symlink in it leads nowhere else, and no last name is followed. Not thread safe.
/// </summary>
public sealed partial class RootedTree : IDisposable
{
    private const int O_PATH = 0x200000, O_DIRECTORY = 0x10000, O_CLOEXEC = 0x80000, O_NOFOLLOW = 0x20000, O_WRONLY = 1, O_CREAT = 0x40, O_EXCL = 0x80;
    private const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_EMPTY_PATH = 0x1000;
    private const ulong RESOLVE_NO_MAGICLINKS = 2, RESOLVE_IN_ROOT = 0x10;
    private const uint S_IFCHR = 0x2000, S_IFBLK = 0x6000, S_IFIFO = 0x1000;

    private readonly int _root;
    private readonly List<(string Path, EntryAttributes Attributes)> _directories = [];
    private string? _parentPath;
    private int _parent = -1;

    /// <param name="root">Exists.</param>
    public RootedTree(string root) => _root = Check(open(root, O_PATH | O_DIRECTORY | O_CLOEXEC, 0), "open", root);

    /// <summary>Its times are set by <see cref="Finish"/>, when nothing is made in it any more.</summary>
    public void Directory(string path, in EntryAttributes attributes)
    {
        if (path.Length == 0)
        {
            Attributes(_root, ".", attributes, link: false);
            _directories.Add((path, attributes));
            return;
        }
        var (parent, name) = Parent(path);
        if (mkdirat(parent, name, 0x1C0) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            bool isDirectory = error == Errno.EEXIST && TryOpenDirectory(parent, name);
            if (error == Errno.EEXIST && !isDirectory)
            {
                Unlink(parent, name, path);
                Check(mkdirat(parent, name, 0x1C0), "mkdir", path);
            }
            else if (!isDirectory)
            {
                throw new LinuxException("mkdir", path, error);
            }
        }
        Attributes(parent, name, attributes, link: false);
        _directories.Add((path, attributes));
    }

    /// <summary>Of the root itself.</summary>
    public void Owner(uint uid, uint gid) => Check(fchownat(_root, ".", uid, gid, 0), "chown", ".");

    public void File(string path, Stream? content, in EntryAttributes attributes, byte[] buffer)
    {
        var (parent, name) = Parent(path);
        Unlink(parent, name, path);
        int fd = Check(openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180), "open", path);
        using (var handle = new SafeFileHandle(fd, ownsHandle: true))
        {
            long offset = 0;
            for (int read; content is not null && (read = content.Read(buffer)) > 0; offset += read)
            {
                RandomAccess.Write(handle, buffer.AsSpan(0, read), offset);
            }
        }
        Attributes(parent, name, attributes, link: false);
    }

    /// <param name="target">Kept as it is; nothing follows it here.</param>
    public void Symlink(string path, string target, in EntryAttributes attributes)
    {
        var (parent, name) = Parent(path);
        Unlink(parent, name, path);
        Check(symlinkat(target, parent, name), "symlink", path);
        Attributes(parent, name, attributes, link: true);
    }

    /// <param name="target">Of this tree, made before.</param>
    public void HardLink(string path, string target)
    {
        var (targetParent, targetName) = Parent(target);
        int held = Check(openat(targetParent, targetName, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0), "open", target);
        try
        {
            var (parent, name) = Parent(path);
            Unlink(parent, name, path);
            Check(linkat(held, "", parent, name, AT_EMPTY_PATH), "link", path);
        }
        finally
        {
            _ = close(held);
        }
    }

    /// <param name="type">'c', 'b' or 'p'.</param>
    public void Node(string path, char type, uint major, uint minor, in EntryAttributes attributes)
    {
        var (parent, name) = Parent(path);
        Unlink(parent, name, path);
        ulong device = type == 'p' ? 0 : ((ulong)(major & 0xfffff000) << 32) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);
        Check(mknodat(parent, name, type switch { 'c' => S_IFCHR, 'b' => S_IFBLK, _ => S_IFIFO }, device), "mknod", path);
        Attributes(parent, name, attributes, link: false);
    }

    /// <summary>A regular file's text; null when it is not there, not regular, or longer. Never waits on a pipe or device.</summary>
    /// <param name="most">Bytes.</param>
    public string? ReadText(string path, int most)
    {
        int fd = RegularFile.Open(_root, path, out long size);
        if (fd < 0)
        {
            return null;
        }
        using var file = new SafeFileHandle(fd, ownsHandle: true);
        if (size > most)
        {
            return null;
        }
        // What tells no size is not a file of the image but one of the kernel's, as /proc/kmsg, and reading it may take something away.
        byte[] bytes = new byte[size];
        return System.Text.Encoding.UTF8.GetString(bytes, 0, size == 0 ? 0 : RandomAccess.Read(file, bytes, 0));
    }

    /// <summary>Directories get their times last, the deepest first.</summary>
    public void Finish()
    {
        for (int i = _directories.Count - 1; i >= 0; i--)
        {
            var (path, attributes) = _directories[i];
            if (path.Length == 0)
            {
                Times(_root, ".", attributes.ModifiedAt, path);
            }
            else
            {
                var (parent, name) = Parent(path);
                Times(parent, name, attributes.ModifiedAt, path);
            }
        }
    }

    public void Dispose()
    {
        if (_parent >= 0)
        {
            _ = close(_parent);
        }
        _ = close(_root);
    }

    private static void Attributes(int parent, string name, in EntryAttributes attributes, bool link)
    {
        Check(fchownat(parent, name, attributes.Uid, attributes.Gid, AT_SYMLINK_NOFOLLOW), "chown", name);
        if (!link)
        {
            Check(fchmodat(parent, name, attributes.Mode, 0), "chmod", name);
        }
        foreach (var (key, value) in attributes.Xattrs)
        {
            Check(lsetxattr($"/proc/self/fd/{parent}/{name}", key, value, (nuint)value.Length, 0), "setxattr " + key, name);
        }
        Times(parent, name, attributes.ModifiedAt, name);
    }

    private static unsafe void Times(int parent, string name, long nanoseconds, string path)
    {
        long* times = stackalloc long[4];
        times[0] = times[2] = Math.DivRem(nanoseconds, 1_000_000_000, out long rest);
        times[1] = times[3] = rest;
        Check(utimensat(parent, name, times, AT_SYMLINK_NOFOLLOW), "utimensat", path);
    }

    /// <summary>The directory something is made in, kept open for the next; missing ones are made.</summary>
    private (int Parent, string Name) Parent(string path)
    {
        int slash = path.LastIndexOf('/');
        string parent = slash < 0 ? "" : path[..slash], name = path[(slash + 1)..];
        if (parent.Length == 0)
        {
            return (_root, name);
        }
        if (parent != _parentPath)
        {
            int opened = OpenDirectory(parent);
            if (_parent >= 0)
            {
                _ = close(_parent);
            }
            (_parent, _parentPath) = (opened, parent);
        }
        return (_parent, name);
    }

    private int OpenDirectory(string path)
    {
        int fd = Resolve(path);
        if (fd >= 0)
        {
            return fd;
        }
        if (-fd != Errno.ENOENT)
        {
            throw new LinuxException("open", path, -fd);
        }
        int slash = path.LastIndexOf('/');
        int parent = slash < 0 ? Check(openat(_root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0), "open", "/") : OpenDirectory(path[..slash]);
        try
        {
            Check(mkdirat(parent, path[(slash + 1)..], 0x1ED), "mkdir", path);
        }
        finally
        {
            _ = close(parent);
        }
        fd = Resolve(path);
        return fd >= 0 ? fd : throw new LinuxException("open", path, -fd);
    }

    private int Resolve(string path)
    {
        int fd = Libc.openat2(_root, path, O_PATH | O_DIRECTORY | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        return fd >= 0 ? fd : -Marshal.GetLastPInvokeError();
    }

    private static bool TryOpenDirectory(int parent, string name)
    {
        int fd = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
        return fd >= 0 && close(fd) == 0;
    }

    /// <summary>An entry that comes twice replaces the first; a directory only while it is empty.</summary>
    private static void Unlink(int parent, string name, string path)
    {
        if (unlinkat(parent, name, 0) == 0 || Marshal.GetLastPInvokeError() == Errno.ENOENT)
        {
            return;
        }
        Check(unlinkat(parent, name, AT_REMOVEDIR), "rmdir", path);
    }

    private static int Check(int result, string call, string path) =>
        result >= 0 ? result : throw new LinuxException(call, path, Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int directory, string path, int flags, uint mode);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdirat(int directory, string path, uint mode);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int symlinkat(string target, int directory, string path);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int linkat(int fromDirectory, string from, int toDirectory, string to, int flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlinkat(int directory, string path, int flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mknodat(int directory, string path, uint mode, ulong device);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int fchownat(int directory, string path, uint owner, uint group, int flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int fchmodat(int directory, string path, uint mode, int flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int utimensat(int directory, string path, long* times, int flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lsetxattr(string path, string name, ReadOnlySpan<byte> value, nuint size, int flags);
    [LibraryImport("libc")]
    private static partial int close(int fd);
}
