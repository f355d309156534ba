using System.Text;
using Brig.Linux;
using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

internal static unsafe class ExitFile
{
    /// <summary>That of an earlier run says nothing of this one.</summary>
    public static void Forget(string folder) => unlinkat(AT_FDCWD, folder + "/exit", 0);

    /// <summary>
    /// A temporary file, then its name, then one fsync for both: of a file just renamed it brings the name to disk too (ext4, xfs, btrfs). Should the power fail in between, an
    /// empty file may be found, which says that nobody knows.
    /// </summary>
    /// <param name="durable">False for what means nothing after a reboot.</param>
    public static void Write(string folder, ExitRecord exit, bool durable)
    {
        var directory = Errno.Check(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", folder);
        try
        {
            var fd = Errno.Check(openat(directory, "exit.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0b110_100_100), "open", folder + "/exit.new");
            try
            {
                var bytes = Encoding.ASCII.GetBytes(exit.ToText());
                fixed (byte* buffer = bytes)
                    Errno.Check((int)write(fd, buffer, bytes.Length), "write", folder + "/exit.new");
                Errno.Check(renameat(directory, "exit.new", directory, "exit"), "rename", folder + "/exit");
                if (durable)
                    Errno.Check(fsync(fd), "fsync", folder + "/exit");
            }
            finally
            {
                close(fd);
            }
        }
        finally
        {
            close(directory);
        }
    }
}
