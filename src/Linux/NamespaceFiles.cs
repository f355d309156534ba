using System.Runtime.InteropServices;
using static Brig.Linux.Libc;

namespace Brig.Linux;

/// <summary>What the kernel says of a namespace by its file in /proc/PID/ns (ioctl_nsfs(2)).</summary>
public static unsafe class NamespaceFiles
{
    /// <param name="path">For example <c>/proc/1/ns/net</c>.</param>
    /// <returns>The namespace's number, and that of the user namespace it belongs to.</returns>
    /// <exception cref="LinuxException">The process is gone; EPERM: the owner is outside of our own user namespace.</exception>
    public static (ulong Number, ulong Owner) Read(string path)
    {
        int fd = Errno.Check(open(path, O_RDONLY | O_CLOEXEC), "open", path);
        try
        {
            int owner = Errno.Check(ioctl(fd, NS_GET_USERNS, null), "ioctl NS_GET_USERNS", path);
            try
            {
                return (Number(fd, path), Number(owner, path));
            }
            finally
            {
                close(owner);
            }
        }
        finally
        {
            close(fd);
        }
    }

    /// <summary>The number of a namespace.</summary>
    public static ulong Number(string path)
    {
        stat status;
        Errno.Check(stat_(path, &status), "stat", path);
        return status.st_ino;
    }

    private static ulong Number(int fd, string path)
    {
        stat status;
        Errno.Check(fstat(fd, &status), "stat", path);
        return status.st_ino;
    }
}
