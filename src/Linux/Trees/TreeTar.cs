using System.Text;
using Brig.Linux.Tar;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>How a directory becomes an archive.</summary>
public sealed record TreeTarOptions
{
    /// <summary>Nanoseconds since 1970 that every entry gets; null: its own.</summary>
    public long? Time { get; init; }

    /// <summary>Times later than this become it (SOURCE_DATE_EPOCH); null: none.</summary>
    public long? Latest { get; init; }

    /// <summary>An owner on disk to the owner told, for instance out of a user namespace's range.</summary>
    public Func<uint, uint> Uid { get; init; } = id => id;

    public Func<uint, uint> Gid { get; init; } = id => id;

    /// <summary>Whose view of file capabilities is told; null: the host's.</summary>
    public GuestIds? Inside { get; init; }

    /// <summary>overlayfs' whiteouts become OCI's <c>.wh.</c> files; false: they are left out.</summary>
    public bool Whiteouts { get; init; } = true;

    /// <summary>Whether the root itself is an entry, "./".</summary>
    public bool Root { get; init; }

    /// <summary>Paths, relative, that are left out with all below them; bytes as Latin-1.</summary>
    public Func<string, bool> Skip { get; init; } = _ => false;

    /// <summary>Permission bits on disk to those told.</summary>
    public Func<uint, uint> Mode { get; init; } = mode => mode;

    /// <summary>Where a directory's entry and all below it are put, and what lies there already, whose owner, mode and times it keeps; null: where it is told from.</summary>
    public Func<byte[], (byte[] Path, ViewNode? There)>? Place { get; init; }
}

/// <summary>
/// A directory as a tar: names in the order of their bytes, hard links kept, holes kept, sockets left out. The same tree gives the same bytes.
/// Nothing is followed. A mount below it is another's and left out, its directory is kept.
/// </summary>
public sealed unsafe class TreeTar
{
    private const int SEEK_DATA = 3, SEEK_HOLE = 4;
    private const int MostDepth = 1000;

    private readonly TarWriter _to;
    private readonly TreeTarOptions _options;
    private readonly CancellationToken _stop;
    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _links = [];
    private readonly byte[] _buffer = new byte[256 * 1024];
    private ulong _device;

    private TreeTar(TarWriter to, TreeTarOptions options, CancellationToken stop) => (_to, _options, _stop) = (to, options, stop);

    /// <returns>Bytes of the files' contents.</returns>
    /// <exception cref="LinuxException">Something cannot be read.</exception>
    public static long Write(string directory, Stream to, TreeTarOptions options, CancellationToken stop = default)
    {
        var writer = new TarWriter(to);
        int root = Errno.Check(open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", directory);
        try
        {
            stat status;
            Errno.Check(fstat(root, &status), "stat", directory);
            var run = new TreeTar(writer, options, stop) { _device = status.st_dev };
            if (options.Root)
            {
                writer.Begin(run.Entry(TarKind.Directory, "."u8.ToArray(), status, Way(root, "."u8)));
            }
            long bytes = run.Directory(root, [], 0);
            writer.Finish();
            return bytes;
        }
        finally
        {
            _ = close(root);
        }
    }

    /// <summary>All that lies in a directory, into an archive that holds more.</summary>
    /// <param name="directory">Open for reading.</param>
    /// <param name="path">Put before every name with a slash between them; empty: nothing; "/": that alone. With the option Root the directory itself is told by it.</param>
    public static long Append(TarWriter to, int directory, byte[] path, TreeTarOptions options, CancellationToken stop)
    {
        stat status;
        Errno.Check(fstat(directory, &status), "stat", Encoding.UTF8.GetString(path));
        var run = new TreeTar(to, options, stop) { _device = status.st_dev };
        if (options.Root)
        {
            to.Begin(run.Entry(TarKind.Directory, path, status, Way(directory, "."u8)));
        }
        return run.Directory(directory, path, 0);
    }

    /// <summary>One node under another path.</summary>
    /// <param name="parent">The directory it lies in.</param>
    public static long AppendNode(TarWriter to, int parent, byte[] name, byte[] path, TreeTarOptions options, CancellationToken stop) =>
        new TreeTar(to, options, stop).Node(parent, [.. name, 0], path, 0);

    /// <summary>One node with all below it, named as it is in its directory.</summary>
    /// <param name="parent">Open; it may belong to somebody who changes it meanwhile.</param>
    /// <exception cref="LinuxException">Something cannot be read; ENOENT: it is not there.</exception>
    public static void WriteNode(int parent, byte[] name, Stream to, TreeTarOptions options, CancellationToken stop = default)
    {
        byte[] terminated = [.. name, 0];
        stat status;
        fixed (byte* n = terminated)
        {
            Errno.Check(LayerTree.fstatat(parent, n, &status, AT_SYMLINK_NOFOLLOW), "stat", Encoding.UTF8.GetString(name));
        }
        var writer = new TarWriter(to);
        new TreeTar(writer, options, stop) { _device = status.st_dev }.Node(parent, terminated, name, 0);
        writer.Finish();
    }

    private long Directory(int directory, byte[] path, int depth)
    {
        if (depth > MostDepth)
        {
            throw new LinuxException("open", Encoding.UTF8.GetString(path), Errno.ENAMETOOLONG);
        }
        long bytes = 0;
        foreach (byte[] name in TreeNode.Names(directory))
        {
            _stop.ThrowIfCancellationRequested();
            byte[] full = path.Length == 0 ? name : path is [(byte)'/'] ? [.. path, .. name] : [.. path, (byte)'/', .. name];
            if (!_options.Skip(Encoding.Latin1.GetString(full)))
            {
                bytes += Node(directory, [.. name, 0], full, depth);
            }
        }
        return bytes;
    }

    private long Node(int parent, byte[] name, byte[] path, int depth)
    {
        stat status;
        fixed (byte* n = name)
        {
            if (LayerTree.fstatat(parent, n, &status, AT_SYMLINK_NOFOLLOW) != 0)
            {
                return Errno.Last == Errno.ENOENT ? 0 : throw new LinuxException("stat", Encoding.UTF8.GetString(path), Errno.Last);    // deleted meanwhile
            }
        }
        uint type = status.st_mode & S_IFMT;
        if (type == S_IFCHR && status.st_rdev == 0)
        {
            Whiteout(path, status);
            return 0;
        }
        if (type is S_IFSOCK || status.st_size < 0)
        {
            return 0;
        }
        if (type != S_IFDIR && status.st_nlink > 1)
        {
            if (_links.TryGetValue((status.st_dev, status.st_ino), out byte[]? first))
            {
                _to.Begin(Entry(TarKind.HardLink, path, status, null) with { Link = first });
                return 0;
            }
            _links.Add((status.st_dev, status.st_ino), path);
        }
        byte[] way = Way(parent, name.AsSpan(0, name.Length - 1));
        switch (type)
        {
            case S_IFDIR:
                return Below(parent, name, path, status, way, depth);
            case S_IFREG:
                return File(parent, name, path, status, way);
            case S_IFLNK:
                _to.Begin(Entry(TarKind.Symlink, path, status, way) with { Link = TreeNode.ReadLink(parent, name), Mode = 0x1FF });
                return 0;
            case S_IFCHR or S_IFBLK:
                ulong device = status.st_rdev;
                _to.Begin(Entry(type == S_IFCHR ? TarKind.CharDevice : TarKind.BlockDevice, path, status, way) with
                {
                    Major = (uint)(((device >> 8) & 0xfff) | ((device >> 32) & 0xfffff000)),
                    Minor = (uint)((device & 0xff) | ((device >> 12) & 0xffffff00)),
                });
                return 0;
            default:
                _to.Begin(Entry(TarKind.Fifo, path, status, way));
                return 0;
        }
    }

    private long Below(int parent, byte[] name, byte[] path, in stat status, byte[] way, int depth)
    {
        int fd = Open(parent, name, O_DIRECTORY, path);
        try
        {
            var xattrs = TreeNode.Xattrs(way);
            var entry = Entry(TarKind.Directory, path, status, null) with { Xattrs = Told(xattrs) };
            if (_options.Place is { } place)
            {
                (path, var there) = place(path);
                entry = entry with { Name = path };
                entry = there is { } node ? entry with { Mode = node.Mode, Uid = node.Uid, Gid = node.Gid, ModifiedAt = Time(node.ModifiedAt), Xattrs = [] } : entry;
            }
            _to.Begin(entry);
            if (_options.Whiteouts && xattrs.Any(x => x.Name.AsSpan().SequenceEqual("trusted.overlay.opaque"u8) && x.Value is [(byte)'y']))
            {
                Mark([.. path, .. "/.wh..wh..opq"u8], status);
            }
            return status.st_dev == _device ? Directory(fd, path, depth + 1) : 0;
        }
        finally
        {
            _ = close(fd);
        }
    }

    private long File(int parent, byte[] name, byte[] path, in stat status, byte[] way)
    {
        int fd = OpenFile(parent, name, path);
        try
        {
            var segments = Segments(fd, status);
            _to.Begin(Entry(TarKind.File, path, status, way) with { Size = status.st_size, Segments = segments });
            long stored = 0;
            foreach (var (offset, length) in segments ?? [new TarSegment(0, status.st_size)])
            {
                stored += Copy(fd, offset, length);
            }
            _to.FillUp();
            return stored;
        }
        finally
        {
            _ = close(fd);
        }
    }

    private long Copy(int fd, long offset, long length)
    {
        long done = 0;
        fixed (byte* buffer = _buffer)
        {
            while (done < length)
            {
                nint read = pread(fd, buffer, (nint)Math.Min(_buffer.Length, length - done), offset + done);
                if (read < 0)
                {
                    throw new LinuxException("read", "file", Errno.Last);
                }
                if (read == 0)
                {
                    break;  // it shrank while we read
                }
                _to.Content(_buffer.AsSpan(0, (int)read));
                done += read;
            }
        }
        return done;
    }

    /// <summary>Null when it has no hole worth telling.</summary>
    private static List<TarSegment>? Segments(int fd, in stat status)
    {
        if (status.st_blocks * 512 >= status.st_size)
        {
            return null;
        }
        var segments = new List<TarSegment>();
        for (long at = 0; at < status.st_size && segments.Count < 100_000;)
        {
            long data = TreeNode.lseek(fd, at, SEEK_DATA);
            if (data < 0 || data >= status.st_size)
            {
                break;
            }
            long hole = Math.Min(TreeNode.lseek(fd, data, SEEK_HOLE), status.st_size);
            segments.Add(new(data, (hole < 0 ? status.st_size : hole) - data));
            at = data + segments[^1].Length;
        }
        return status.st_size - segments.Sum(s => s.Length) < 64 * 1024 ? null : segments;
    }

    private void Whiteout(byte[] path, in stat status)
    {
        if (_options.Whiteouts)
        {
            int slash = path.AsSpan().LastIndexOf((byte)'/') + 1;
            Mark([.. path.AsSpan(0, slash), .. ".wh."u8, .. path.AsSpan(slash)], status);
        }
    }

    private void Mark(byte[] path, in stat status) => _to.Begin(Entry(TarKind.File, path, status, null) with { Mode = 0x180, Uid = 0, Gid = 0 });

    /// <param name="way">Where its attributes are; null: it has none to tell.</param>
    private TarEntry Entry(TarKind kind, byte[] path, in stat status, byte[]? way) => new()
    {
        Kind = kind,
        Name = path,
        Mode = _options.Mode(status.st_mode & 0xFFF),
        Uid = _options.Uid(status.st_uid),
        Gid = _options.Gid(status.st_gid),
        ModifiedAt = Time(status.st_mtim.Nanoseconds),
        Xattrs = way is null ? [] : Told(TreeNode.Xattrs(way)),
    };

    private long Time(long own) => _options.Time ?? (_options.Latest is { } latest && own > latest ? latest : own);

    /// <summary>What an image may carry: overlayfs' own marks and the host's labels are not its.</summary>
    private TarXattr[] Told(List<TarXattr> xattrs) => [.. xattrs.Where(x => IsPortable(x.Name)).Select(x => _options.Inside?.Inside(x) ?? x)];

    public static bool IsPortable(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("security.capability"u8) || (name.StartsWith("user."u8) && !name.StartsWith("user.overlay."u8));

    private static byte[] Way(int directory, ReadOnlySpan<byte> name) => [.. Encoding.ASCII.GetBytes($"/proc/self/fd/{directory}/"), .. name, 0];

    /// <summary>Looked at before it is opened: it may have become a device meanwhile, and opening one does things to the machine.</summary>
    private static int OpenFile(int parent, byte[] name, byte[] path)
    {
        int found = Open(parent, name, O_PATH, path);
        try
        {
            stat status;
            int fd = fstat(found, &status) == 0 && (status.st_mode & S_IFMT) == S_IFREG ? open($"/proc/self/fd/{found}", O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
            return fd >= 0 ? fd : throw new LinuxException("open", Encoding.UTF8.GetString(path), (status.st_mode & S_IFMT) == S_IFREG ? Errno.Last : Errno.ESTALE);
        }
        finally
        {
            _ = close(found);
        }
    }

    private static int Open(int parent, byte[] name, int flags, byte[] path)
    {
        fixed (byte* n = name)
        {
            int fd = LayerTree.openat(parent, n, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags, 0);
            return fd >= 0 ? fd : throw new LinuxException("open", Encoding.UTF8.GetString(path), Errno.Last);
        }
    }
}
