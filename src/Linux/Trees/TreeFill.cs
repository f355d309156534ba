using System.Runtime.InteropServices;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>Puts what lies ready in one directory into another that somebody may use already, so that it can be killed at any instant and done again.</summary>
public static unsafe partial class TreeFill
{
    private const uint RENAME_NOREPLACE = 1;

    public static bool IsEmpty(string directory)
    {
        int fd = Errno.Check(open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", directory);
        try
        {
            return TreeNode.Names(fd, 1).Count == 0;
        }
        finally
        {
            _ = close(fd);
        }
    }

    /// <summary>Owner and mode of the directory itself, then everything in it by its first name; what is there already stays. Both on one file system.</summary>
    public static void Move(string from, string to)
    {
        int source = Errno.Check(open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", from);
        int target = -1;
        try
        {
            target = Errno.Check(open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", to);
            stat status;
            Errno.Check(fstat(source, &status), "stat", from);
            Errno.Check(LayerTree.fchown(target, status.st_uid, status.st_gid), "chown", to);
            Errno.Check(LayerTree.fchmod(target, status.st_mode & 0xFFF), "chmod", to);
            foreach (byte[] name in TreeNode.Names(source))
            {
                fixed (byte* n = (byte[])[.. name, 0])
                {
                    if (renameat2(source, n, target, n, RENAME_NOREPLACE) != 0 && Errno.Last != Errno.EEXIST)
                        throw new LinuxException("rename", System.Text.Encoding.UTF8.GetString(name), Errno.Last);
                }
            }
            Errno.Check(fsync(target), "fsync", to);
        }
        finally
        {
            _ = close(source);
            _ = target < 0 ? 0 : close(target);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);
}
