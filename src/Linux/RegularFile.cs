using static Brig.Linux.Libc;

namespace Brig.Linux;

/// <summary>A file in a tree that is somebody else's: an image, a running container.</summary>
public static unsafe class RegularFile
{
    /// <summary>
    /// Opens a regular file below that root to read it; symlinks stay within. Nothing else is ever opened, not even to look what it is: a pipe would wait,
    /// and opening a device does things to the machine (a watchdog starts to count).
    /// </summary>
    /// <param name="root">A directory.</param>
    /// <returns>A descriptor; -1 when it is not there or not regular.</returns>
    public static int Open(int root, string path, out long size)
    {
        size = 0;
        var found = openat2(root, path, O_PATH | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        if (found < 0)
            return -1;
        stat status;
        var isRegular = fstat(found, &status) == 0 && (status.st_mode & S_IFMT) == S_IFREG;
        size = isRegular ? status.st_size : 0;
        var fd = isRegular ? open($"/proc/self/fd/{found}", O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
        close(found);
        return fd;
    }
}
