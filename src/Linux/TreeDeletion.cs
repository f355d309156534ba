using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>
/// Deletes a directory with everything in it, whatever a container made there: names are bytes that need not be UTF-8, and a tree may be deeper than a path is
/// long. So nothing is found by a path: a directory within a directory is first moved to the top, and the top is emptied until nothing is left.
/// </summary>
public static unsafe partial class TreeDeletion
{
    private const int BufferSize = 32 * 1024;

    /// <exception cref="LinuxException">Something could not be deleted; the rest of it is.</exception>
    public static void Delete(string directory)
    {
        int top = Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC);
        if (top < 0)
        {
            if (Errno.Last != Errno.ENOENT)
            {
                throw new LinuxException("open", directory, Errno.Last);
            }
            return;
        }
        try
        {
            var run = new Run(top);
            while (run.EmptyTop())
            {
            }
        }
        finally
        {
            _ = Libc.close(top);
        }
        Errno.Check(unlinkat(Libc.AT_FDCWD, directory, AT_REMOVEDIR), "rmdir", directory);
    }

    private const int AT_REMOVEDIR = 0x200;

    private ref struct Run(int top)
    {
        private int _moved;

        /// <summary>One pass; false when it found nothing that it could take away.</summary>
        public bool EmptyTop()
        {
            bool progress = false;
            _ = lseek(top, 0, 0);
            byte* entries = stackalloc byte[BufferSize];
            nint got;
            while ((got = Libc.getdents64(top, entries, BufferSize)) > 0)
            {
                for (byte* entry = entries; entry < entries + got; entry += *(ushort*)(entry + 16))
                {
                    byte* name = entry + 19;
                    progress |= !IsDots(name) && (unlinkat(top, name, 0) == 0 || (Errno.Last == Errno.EISDIR && TakeDirectory(name)));
                }
            }
            return progress;
        }

        private bool TakeDirectory(byte* name)
        {
            int directory = openat(top, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC);
            bool moved = false;
            if (directory >= 0)
            {
                moved = MoveUp(directory);
                _ = Libc.close(directory);
            }
            return unlinkat(top, name, AT_REMOVEDIR) == 0 || moved;
        }

        /// <summary>Its files are deleted, its directories become the top's. Again until none is left: a listing under way may miss some.</summary>
        private bool MoveUp(int directory)
        {
            bool any = false;
            byte* entries = (byte*)NativeMemory.Alloc(BufferSize);
            for (bool progress = true; progress;)
            {
                progress = false;
                _ = lseek(directory, 0, 0);
                nint got;
                while ((got = Libc.getdents64(directory, entries, BufferSize)) > 0)
                {
                    for (byte* entry = entries; entry < entries + got; entry += *(ushort*)(entry + 16))
                    {
                        byte* name = entry + 19;
                        progress |= !IsDots(name) && (unlinkat(directory, name, 0) == 0 || (Errno.Last == Errno.EISDIR && MoveToTop(directory, name)));
                    }
                }
                any |= progress;
            }
            NativeMemory.Free(entries);
            return any;
        }

        /// <summary>Where the new name is taken the next is tried: rename(2) replaces a directory only while it is empty.</summary>
        private bool MoveToTop(int directory, byte* name)
        {
            while (true)
            {
                if (renameat(directory, name, top, $"deleted-{_moved++}") == 0)
                {
                    return true;
                }
                if (Errno.Last is not (Errno.ENOTEMPTY or Errno.EEXIST or Errno.ENOTDIR))
                {
                    return false;
                }
            }
        }

        private static bool IsDots(byte* name) => name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(int directory, byte* name, int flags);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(int directory, byte* name, int flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlinkat(int directory, string name, int flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat(int fromDirectory, byte* from, int toDirectory, string to);
    [LibraryImport("libc")]
    private static partial long lseek(int fd, long offset, int whence);
}
