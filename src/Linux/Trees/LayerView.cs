using System.Text;
using Microsoft.Win32.SafeHandles;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>What a name in a <see cref="LayerView"/> is.</summary>
/// <param name="Path">Where it really lies, without a leading slash, no symlink left in it; empty: the root.</param>
/// <param name="Type">S_IFREG, S_IFDIR …</param>
/// <param name="Mode">Permission bits, with set-id and sticky.</param>
/// <param name="ModifiedAt">Nanoseconds since 1970.</param>
public readonly record struct ViewNode(string Path, uint Type, uint Mode, uint Uid, uint Gid, long Size, long ModifiedAt)
{
    public bool IsDirectory => Type == S_IFDIR;
    public bool IsFile => Type == S_IFREG;
    public bool IsSymlink => Type == S_IFLNK;

    public ulong Inode { get; init; }
    public ulong Links { get; init; }

    /// <summary>Of a single layer: what the layers below have by this name is hidden.</summary>
    public bool IsWhiteout { get; init; }
}

/// <summary>
/// Layers stacked as a container sees them: an overlay that is mounted nowhere, read only, gone when disposed. Its files are somebody else's, so every path
/// is resolved by openat2(2) with RESOLVE_IN_ROOT and leads nowhere else. Thread safe.
/// </summary>
public sealed unsafe class LayerView : IDisposable
{
    /// <summary>As the kernel's own (path_resolution(7)).</summary>
    private const int MostLinks = 40;

    private static readonly Version s_oneByOne = new(6, 5);

    private readonly int _root;

    private LayerView(int root) => _root = root;

    /// <param name="layers">Directories, the lowest first; none: an empty root.</param>
    /// <exception cref="LinuxException">A layer is missing, or there are more than overlayfs takes.</exception>
    public static LayerView Open(IReadOnlyList<string> layers)
    {
        var held = new List<int>();
        try
        {
            // Highest first, as overlayfs has them. One layer needs no stacking, none is an empty file system.
            foreach (string layer in Enumerable.Reverse(layers))
            {
                held.Add(Errno.Check(open(layer, O_PATH | O_DIRECTORY | O_CLOEXEC), "open", layer));
            }
            if (held.Count > 1)
            {
                int root = Stack(held);
                return new(root);
            }
            return new(held.Count == 0 ? Mount("tmpfs", []) : Errno.Check(fcntl(held[0], F_DUPFD_CLOEXEC, 0), "dup", layers[0]));
        }
        finally
        {
            held.ForEach(fd => _ = close(fd));
        }
    }

    /// <summary>A directory that can be named while this lives, for what takes paths: <c>/proc/self/fd/N</c>.</summary>
    public string Root => Name(_root);

    /// <summary>Null: there is nothing by this name. A last symlink is followed.</summary>
    public ViewNode? Find(string path)
    {
        int fd = openat2(_root, Relative(path), O_PATH | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        return fd < 0 ? Missing(path) : Describe(fd, path);
    }

    /// <summary>The same, and a last symlink is itself what is told.</summary>
    public ViewNode? FindItself(string path)
    {
        int fd = openat2(_root, Relative(path), O_PATH | O_NOFOLLOW | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        return fd < 0 ? Missing(path) : Describe(fd, path);
    }

    /// <summary>Where writing to this path would end up, also when it is not there yet: symlinks on the way followed, those that lead nowhere too.</summary>
    /// <returns>Without a leading slash.</returns>
    /// <exception cref="LinuxException">ELOOP, or ENOTDIR: a file stands in the way.</exception>
    public string Resolve(string path)
    {
        string resolved = "";
        var open = new Stack<string>(Enumerable.Reverse(path.Split('/')));
        int links = 0;
        while (open.TryPop(out string? part))
        {
            if (part is "" or ".")
            {
                continue;
            }
            if (part == "..")
            {
                resolved = resolved.Contains('/', StringComparison.Ordinal) ? resolved[..resolved.LastIndexOf('/')] : "";
                continue;
            }
            string next = resolved.Length == 0 ? part : $"{resolved}/{part}";
            var node = FindItself(next);
            if (node is { Type: S_IFLNK })
            {
                if (++links > MostLinks)
                {
                    throw new LinuxException("open", path, Errno.ELOOP);
                }
                string target = Link(next);
                resolved = target.StartsWith('/') ? "" : resolved;
                foreach (string piece in Enumerable.Reverse(target.Split('/')))
                {
                    open.Push(piece);
                }
                continue;
            }
            if (node is { IsDirectory: false } && open.Any(rest => rest is not ("" or ".")))
            {
                throw new LinuxException("open", path, Errno.ENOTDIR);
            }
            resolved = next;
        }
        return resolved;
    }

    /// <summary>A symlink's text.</summary>
    public string Link(string path)
    {
        int fd = Errno.Check(openat2(_root, Relative(path), O_PATH | O_NOFOLLOW | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS), "open", path);
        try
        {
            return Encoding.UTF8.GetString(TreeNode.ReadLink(fd, [0]));
        }
        finally
        {
            _ = close(fd);
        }
    }

    /// <summary>Of a single layer: nothing that lower layers have in this directory is seen.</summary>
    public bool IsOpaque(string path)
    {
        int fd = OpenDirectory(path);
        if (fd < 0)
        {
            return false;
        }
        try
        {
            return TreeNode.Xattrs(Encoding.ASCII.GetBytes($"/proc/self/fd/{fd}/.\0")).Any(xattr => xattr.Name.AsSpan().SequenceEqual("trusted.overlay.opaque"u8) && xattr.Value is [(byte)'y']);
        }
        finally
        {
            _ = close(fd);
        }
    }

    /// <summary>A regular file's text; null when it is not there, not regular, or longer.</summary>
    /// <param name="most">Bytes.</param>
    public string? ReadText(string path, int most)
    {
        using var tree = new RootedTree(Root);
        return tree.ReadText(path, most);
    }

    /// <summary>A regular file to read; null when it is not there or not regular.</summary>
    public FileStream? OpenFile(string path)
    {
        int fd = RegularFile.Open(_root, Relative(path), out _);
        return fd < 0 ? null : new(new SafeFileHandle(fd, ownsHandle: true), FileAccess.Read, bufferSize: 0);
    }

    /// <summary>A directory of this view by descriptor, to be walked; the caller closes it. -1 with errno.</summary>
    public int OpenDirectory(string path) => openat2(_root, Relative(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

    /// <summary>Of a directory, in the order of their bytes; those that are no UTF-8 are left out.</summary>
    public IReadOnlyList<string> Names(string path)
    {
        int fd = Errno.Check(OpenDirectory(path), "open", path);
        try
        {
            return [.. TreeNode.Names(fd).Select(Encoding.UTF8.GetString).Where(name => !name.Contains('\uFFFD', StringComparison.Ordinal))];
        }
        finally
        {
            _ = close(fd);
        }
    }

    /// <summary>What lies in a directory, in the order of the names' bytes, nothing followed; names that are no UTF-8 are left out. Not there, or no directory: nothing.</summary>
    /// <returns><see cref="ViewNode.Path"/> is the name below the path asked for.</returns>
    public IReadOnlyList<(string Name, ViewNode Node)> List(string path)
    {
        int fd = OpenDirectory(path);
        if (fd < 0)
        {
            return Errno.Last is Errno.ENOENT or Errno.ENOTDIR ? [] : throw new LinuxException("open", path, Errno.Last);
        }
        try
        {
            var found = new List<(string, ViewNode)>();
            string above = path.Trim('/');
            foreach (byte[] bytes in TreeNode.Names(fd))
            {
                string name = Encoding.UTF8.GetString(bytes);
                stat status;
                fixed (byte* n = (byte[])[.. bytes, 0])
                {
                    if (name.Contains('\uFFFD', StringComparison.Ordinal) || LayerTree.fstatat(fd, n, &status, AT_SYMLINK_NOFOLLOW) != 0)
                    {
                        continue;
                    }
                }
                found.Add((name, Node(above.Length == 0 ? name : $"{above}/{name}", status)));
            }
            return found;
        }
        finally
        {
            _ = close(fd);
        }
    }

    public void Dispose() => _ = close(_root);

    private static ViewNode Node(string path, in stat status) =>
        new(path, status.st_mode & S_IFMT, status.st_mode & 0xFFF, status.st_uid, status.st_gid, status.st_size, status.st_mtim.Nanoseconds)
        {
            Inode = status.st_ino, Links = status.st_nlink, IsWhiteout = (status.st_mode & S_IFMT) == S_IFCHR && status.st_rdev == 0,
        };

    /// <summary>Layers are given one by one where the kernel takes them so (6.5); before, they are one option, in which only short names find room.</summary>
    private static int Stack(List<int> highestFirst)
    {
        if (Environment.OSVersion.Version >= s_oneByOne)
        {
            return Mount("overlay", [.. highestFirst.Select(fd => ("lowerdir+", Name(fd)))]);
        }
        // A thread with a working directory of its own: there "7" is the descriptor 7.
        int root = -1;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Errno.Check(unshare(CLONE_FS), "unshare", "CLONE_FS");
                Errno.Check(chdir("/proc/self/fd"), "chdir", "/proc/self/fd");
                root = Mount("overlay", [("lowerdir", string.Join(':', highestFirst))]);
            }
            catch (LinuxException e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? root : throw failure;
    }

    private static int Mount(string type, (string Key, string Value)[] options)
    {
        int context = Errno.Check(fsopen(type, FSOPEN_CLOEXEC), "fsopen", type);
        try
        {
            foreach (var (key, value) in options)
            {
                Errno.Check(fsconfig(context, FSCONFIG_SET_STRING, key, value, 0), "fsconfig", $"{type} {key}");
            }
            Errno.Check(fsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0), "fsconfig", type);
            return Errno.Check(fsmount(context, FSMOUNT_CLOEXEC, (uint)(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC)), "fsmount", type);
        }
        finally
        {
            _ = close(context);
        }
    }

    private static ViewNode? Missing(string path) => Errno.Last is Errno.ENOENT or Errno.ENOTDIR ? null : throw new LinuxException("open", path, Errno.Last);

    private ViewNode? Describe(int fd, string path)
    {
        try
        {
            stat status;
            Errno.Check(fstat(fd, &status), "stat", path);
            if ((status.st_mode & S_IFMT) == S_IFCHR && status.st_rdev == 0)
            {
                return null;    // the lowest layer's whiteout, which hides nothing
            }
            return Node(Place(fd), status);
        }
        finally
        {
            _ = close(fd);
        }
    }

    /// <summary>The kernel tells the path from the mount's root, or, of a single layer, from the machine's.</summary>
    private string Place(int fd)
    {
        string root = ReadLink(_root), place = ReadLink(fd);
        return place.Length <= root.Length ? "" : place[(root == "/" ? 1 : root.Length + 1)..];
    }

    private static string ReadLink(int fd) => new FileInfo(Name(fd)).LinkTarget ?? "";

    private static string Relative(string path) => path.TrimStart('/') is { Length: > 0 } relative ? relative : ".";

    private static string Name(int fd) => $"/proc/self/fd/{fd}";
}
