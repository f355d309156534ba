using System.Text;
using Brig.Linux;
using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

internal static unsafe class ExitFile
{
    /// <summary>Whole or not at all, whatever happens to the machine: a temporary file, fsync, rename, fsync of the folder.</summary>
    public static void Write(string folder, ExitRecord exit)
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
                Errno.Check(fsync(fd), "fsync", folder + "/exit.new");
            }
            finally
            {
                close(fd);
            }
            Errno.Check(renameat(directory, "exit.new", directory, "exit"), "rename", folder + "/exit");
            fsync(directory);
        }
        finally
        {
            close(directory);
        }
    }
}
