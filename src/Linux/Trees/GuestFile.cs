using System.Security.Cryptography;
using System.Text;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>Single files put into, and taken out of, directories that containers change meanwhile. Paths are resolved in the root; a last name is not followed.</summary>
public static unsafe class GuestFile
{
    private const int O_TMPFILE = 0x410000;
    private const int BufferSize = 256 * 1024, BetweenLooks = 16 << 20;

    /// <summary>
    /// Whole or not at all: it is written without a name, and named when it is on the disk. It gets the owner and mode of the file it replaces, or the owner of its directory and 0644.
    /// </summary>
    /// <param name="roomFor">Asked again and again with the bytes that come next; throws where there is no room for them.</param>
    /// <exception cref="LinuxException">ENOENT: its directory is not there. EISDIR: it is no file.</exception>
    public static void Put(GuestRoot root, TreePath path, Stream from, Action<long> roomFor, CancellationToken stop)
    {
        int parent = Parent(root, path);
        int fd = -1;
        byte[] temporary = Encoding.ASCII.GetBytes($".brig-upload-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}\0");
        fixed (byte* name = path.TerminatedName, temp = temporary)
        {
            try
            {
                var (uid, gid, mode) = Attributes(parent, name, path);
                fixed (byte* here = "."u8)
                    fd = LayerTree.openat(parent, here, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0x180);
                bool nameless = fd >= 0;
                if (!nameless)
                    fd = Check(LayerTree.openat(parent, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180), "open", path);
                Fill(fd, path, from, roomFor, stop);
                Check(LayerTree.fchown(fd, uid, gid), "chown", path);
                Check(LayerTree.fchmod(fd, mode), "chmod", path);
                Check(fsync(fd), "fsync", path);
                byte empty = 0;
                if (!nameless || LayerTree.linkat(fd, &empty, parent, name, AT_EMPTY_PATH) != 0)
                {
                    if (nameless)
                        Check(LayerTree.linkat(fd, &empty, parent, temp, AT_EMPTY_PATH), "link", path);
                    Check(LayerTree.renameat(parent, temp, parent, name), "rename", path);
                }
                Check(fsync(parent), "fsync", path);
            }
            catch
            {
                _ = LayerTree.unlinkat(parent, temp, 0);
                throw;
            }
            finally
            {
                _ = fd < 0 ? 0 : close(fd);
                _ = close(parent);
            }
        }
    }

    private static void Fill(int fd, TreePath path, Stream from, Action<long> roomFor, CancellationToken stop)
    {
        byte[] buffer = new byte[BufferSize];
        long offset = 0;
        for (int read; (read = from.Read(buffer)) > 0; offset += read)
        {
            stop.ThrowIfCancellationRequested();
            if (offset == 0 || offset / BetweenLooks != (offset + read) / BetweenLooks)
                roomFor(read);
            LayerTree.Write(fd, buffer.AsSpan(0, read), offset, path);
        }
    }

    /// <summary>Away from where it is, at once and whole, a directory with all in it, to a folder of ours on the same file system, where it can be deleted in peace.</summary>
    /// <param name="folder">Exists.</param>
    /// <exception cref="LinuxException">ENOENT: it is not there. EXDEV: the folder is elsewhere.</exception>
    public static void MoveOut(GuestRoot root, TreePath path, string folder)
    {
        int parent = Parent(root, path);
        int target = -1;
        try
        {
            target = Errno.Check(open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), "open", folder);
            fixed (byte* name = path.TerminatedName, to = "removed\0"u8)
            {
                Check(LayerTree.renameat(parent, name, target, to), "rename", path);
            }
        }
        finally
        {
            _ = close(parent);
            _ = target < 0 ? 0 : close(target);
        }
    }

    /// <summary>Each directory of the path that is not there is made, root's and 0755. No link is followed.</summary>
    /// <exception cref="LinuxException">ENOTDIR, ELOOP: something else is there.</exception>
    public static void MakeDirectories(GuestRoot root, TreePath path)
    {
        int at = root.OpenDirectory(TreePath.Parse("/"u8));
        try
        {
            foreach (string part in path.ToString().Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                fixed (byte* name = Encoding.UTF8.GetBytes(part + "\0"))
                {
                    int made = LayerTree.mkdirat(at, name, 0x1ED);
                    if (made < 0 && Errno.Last != Errno.EEXIST)
                        throw new LinuxException("mkdir", path.ToString(), Errno.Last);
                    int next = Check(LayerTree.openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0), "open", path);
                    _ = made < 0 ? 0 : LayerTree.fchmod(next, 0x1ED);
                    _ = close(at);
                    at = next;
                }
            }
        }
        finally
        {
            _ = close(at);
        }
    }

    /// <summary>Deletes a regular file or a link, whatever it leads to.</summary>
    /// <returns>False: there is none.</returns>
    /// <exception cref="LinuxException">ENOTDIR and the like.</exception>
    public static bool Delete(GuestRoot root, TreePath path)
    {
        int parent = Parent(root, path);
        try
        {
            stat status;
            fixed (byte* name = path.TerminatedName)
            {
                if (LayerTree.fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || (status.st_mode & S_IFMT) is not (S_IFREG or S_IFLNK))
                    return false;
                return LayerTree.unlinkat(parent, name, 0) == 0 || (Errno.Last == Errno.ENOENT ? false : throw new LinuxException("unlink", path.ToString(), Errno.Last));
            }
        }
        finally
        {
            _ = close(parent);
        }
    }

    public static void MakeDirectory(GuestRoot root, TreePath path)
    {
        int parent = Parent(root, path);
        try
        {
            stat above;
            Check(fstat(parent, &above), "stat", path);
            fixed (byte* name = path.TerminatedName)
            {
                Check(LayerTree.mkdirat(parent, name, 0x1ED), "mkdir", path);
                int made = Check(LayerTree.openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0), "open", path);
                _ = LayerTree.fchown(made, above.st_uid, above.st_gid);
                _ = LayerTree.fchmod(made, 0x1ED);
                _ = close(made);
            }
        }
        finally
        {
            _ = close(parent);
        }
    }

    private static (uint Uid, uint Gid, uint Mode) Attributes(int parent, byte* name, TreePath path)
    {
        stat status;
        if (LayerTree.fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        {
            uint type = status.st_mode & S_IFMT;
            if (type is not (S_IFREG or S_IFLNK))
                throw new LinuxException("open", path.ToString(), Errno.EISDIR);
            if (type == S_IFREG)
                return (status.st_uid, status.st_gid, status.st_mode & 0x1FF);
        }
        Check(fstat(parent, &status), "stat", path);
        return (status.st_uid, status.st_gid, 0x1A4);
    }

    private static int Parent(GuestRoot root, TreePath path)
    {
        if (path.IsRoot)
            throw new LinuxException("open", "/", Errno.EISDIR);
        int found = root.OpenDirectory(path.Up());
        try
        {
            KernelFiles.Refuse(found, path);
            return Check(open($"/proc/self/fd/{found}", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path);
        }
        finally
        {
            _ = close(found);
        }
    }

    private static int Check(int result, string call, TreePath path) => result >= 0 ? result : throw new LinuxException(call, path.ToString(), Errno.Last);
}
