using System.Runtime.InteropServices;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>
/// What a directory takes of the disk, as du(1) tells it: blocks, a file with several names once, nothing of what is mounted below. It may change meanwhile.
/// It is walked by descriptors, so that no path in it is too long (PATH_MAX).
/// </summary>
public static unsafe class TreeSize
{
    /// <summary>Deeper than this nothing is counted: every level holds a descriptor.</summary>
    private const int MostDepth = 1000;
    private const int BufferSize = 8 * 1024, MostLinks = 1_000_000;

    public static (long Bytes, long Files) Of(string directory, CancellationToken stop) => Of(directory, Blocks, stop);

    /// <summary>As long as its files and links say they are (du --apparent-size), without the directories themselves.</summary>
    public static long Apparent(string directory, CancellationToken stop) => Of(directory, Length, stop).Bytes;

    private delegate long Measure(in stat of);

    /// <param name="Seen">Inodes with several names that were counted.</param>
    private readonly record struct Walk(ulong Device, Measure Measure, HashSet<ulong> Seen);

    private static long Blocks(in stat of) => of.st_blocks * 512;

    private static long Length(in stat of) => (of.st_mode & S_IFMT) is S_IFREG or S_IFLNK ? of.st_size : 0;

    private static (long Bytes, long Files) Of(string directory, Measure measure, CancellationToken stop)
    {
        int fd = Errno.Check(open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", directory);
        try
        {
            stat status;
            Errno.Check(fstat(fd, &status), "stat", directory);
            return Inside(fd, new(status.st_dev, measure, new()), 0, stop);
        }
        finally
        {
            _ = close(fd);
        }
    }

    private static (long Bytes, long Files) Inside(int directory, Walk walk, int depth, CancellationToken stop)
    {
        long bytes = 0, files = 0;
        byte* entries = (byte*)NativeMemory.Alloc(BufferSize);
        try
        {
            nint got;
            while ((got = getdents64(directory, entries, BufferSize)) > 0)
            {
                stop.ThrowIfCancellationRequested();
                for (byte* entry = entries; entry < entries + got; entry += *(ushort*)(entry + 16))
                {
                    var one = One(directory, entry + 19, walk, depth, stop);
                    (bytes, files) = (bytes + one.Bytes, files + one.Files);
                }
            }
        }
        finally
        {
            NativeMemory.Free(entries);
        }
        return (bytes, files);
    }

    private static (long Bytes, long Files) One(int directory, byte* name, Walk walk, int depth, CancellationToken stop)
    {
        stat status;
        if ((name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) || LayerTree.fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || status.st_dev != walk.Device)
            return default;
        bool isDirectory = (status.st_mode & S_IFMT) == S_IFDIR;
        long bytes = isDirectory || status.st_nlink == 1 || walk.Seen.Count >= MostLinks || walk.Seen.Add(status.st_ino) ? walk.Measure(status) : 0;
        int below = isDirectory && depth < MostDepth ? LayerTree.openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0) : -1;
        if (below < 0)
            return (bytes, isDirectory ? 0 : 1);
        try
        {
            var inside = Inside(below, walk, depth + 1, stop);
            return (bytes + inside.Bytes, inside.Files);
        }
        finally
        {
            _ = close(below);
        }
    }
}
