using System.Globalization;
using System.Text;
using Brig.Linux.Tar;
using Microsoft.Win32.SafeHandles;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>The engine tells them by the same numbers.</summary>
public enum GuestKind { File, Directory, Symlink, Fifo, Socket, CharDevice, BlockDevice }

/// <summary>Something in a container, its ids as the container sees them.</summary>
/// <param name="Mode">Permission bits, with set-id and sticky.</param>
/// <param name="ModifiedAt">Nanoseconds since 1970.</param>
/// <param name="Link">Where a symlink points, as it is written; else null.</param>
public readonly record struct GuestNode(GuestKind Kind, long Size, uint Mode, uint Uid, uint Gid, long ModifiedAt, string? Link);

/// <summary>
/// The root directory of a container, held by a descriptor, for whoever must work in it from outside while its programs change what they like. Every path is
/// resolved by openat2(2) with RESOLVE_IN_ROOT from that descriptor, links of /proc lead nowhere, and a last name is not followed.
/// </summary>
public sealed unsafe class GuestRoot : IDisposable
{
    private readonly int _root;

    /// <param name="ids">Those of the host that are the container's 0 to 65,535; null: it has the host's own.</param>
    private GuestRoot(int root, GuestIds? ids) => (_root, Ids) = (root, ids);

    public GuestIds? Ids { get; }

    internal int Descriptor => _root;

    /// <param name="startTicks">Field 22 of its /proc/PID/stat: the pid may be another's by now.</param>
    /// <exception cref="LinuxException">ESRCH: it has ended.</exception>
    public static GuestRoot OfProcess(int pid, ulong startTicks, GuestIds? ids)
    {
        var root = Open($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/root", ids);
        // The process that has this number now had it when its root was opened.
        if (StartTicks(pid) == startTicks)
            return root;
        root.Dispose();
        throw new LinuxException("open", "the container's root", Errno.ESRCH);
    }

    /// <param name="fd">Of that process: a directory.</param>
    public static GuestRoot OfDescriptor(int pid, int fd, GuestIds? ids) => Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd/{fd}"), ids);

    /// <summary>A folder of this machine that containers change: what their ids are on the disk, they are inside.</summary>
    public static GuestRoot OfFolder(string path) => Open(path, null);

    /// <summary>A directory in it as a root of its own, held from now on: what becomes of its name matters no more.</summary>
    /// <exception cref="LinuxException">ENOENT, ENOTDIR; ELOOP: the path goes over a link.</exception>
    public GuestRoot Below(TreePath path)
    {
        fixed (byte* bytes = path.IsRoot ? "."u8 : path.Terminated)
        {
            return new(Errno.Check(openat2(_root, bytes, O_PATH | O_DIRECTORY | O_CLOEXEC, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS), "open", path.ToString()), Ids);
        }
    }

    /// <exception cref="LinuxException">ENOENT and the like.</exception>
    public GuestNode Stat(TreePath path)
    {
        int fd = OpenNode(path);
        try
        {
            stat status;
            Errno.Check(fstat(fd, &status), "stat", path.ToString());
            return Node(status, Kind(status) == GuestKind.Symlink ? Encoding.UTF8.GetString(TreeNode.ReadLink(fd, [0])) : null);
        }
        finally
        {
            _ = close(fd);
        }
    }

    /// <summary>What lies in a directory, in the order of the names' bytes. A last symlink of the path is followed, those found are not.</summary>
    /// <param name="most">More are not told, nor counted for long.</param>
    /// <exception cref="LinuxException">ENOENT, ENOTDIR and the like; EPERM: it is on a file system of the kernel's.</exception>
    /// <returns>More: there are others.</returns>
    public (IReadOnlyList<(byte[] Name, GuestNode Node)> Found, bool More) List(TreePath path, int most)
    {
        int fd = Resolve(path, O_RDONLY | O_DIRECTORY);
        try
        {
            KernelFiles.Refuse(fd, path);
            var names = TreeNode.Names(fd, most + 1);
            var found = new List<(byte[], GuestNode)>();
            foreach (byte[] name in names.Take(most))
            {
                byte[] terminated = [.. name, 0];
                stat status;
                fixed (byte* n = terminated)
                {
                    if (LayerTree.fstatat(fd, n, &status, AT_SYMLINK_NOFOLLOW) == 0)
                        found.Add((name, Node(status, Kind(status) == GuestKind.Symlink ? LinkIn(fd, terminated) : null)));
                }
            }
            return (found, names.Count > most);
        }
        finally
        {
            _ = close(fd);
        }
    }

    /// <summary>A regular file to read; a last symlink is followed. Never waits on a pipe, and opens no device.</summary>
    /// <exception cref="LinuxException">ENOENT and the like; EINVAL: it is no regular file; EPERM: it is on a file system of the kernel's.</exception>
    public FileStream OpenFile(TreePath path)
    {
        int found = Resolve(path, O_PATH);
        try
        {
            KernelFiles.Refuse(found, path);
            stat status;
            Errno.Check(fstat(found, &status), "stat", path.ToString());
            if ((status.st_mode & S_IFMT) != S_IFREG)
                throw new LinuxException("open", path.ToString(), Errno.EINVAL);
            int fd = Errno.Check(open($"/proc/self/fd/{found}", O_RDONLY | O_CLOEXEC), "open", path.ToString());
            return new(new SafeFileHandle(fd, ownsHandle: true), FileAccess.Read, bufferSize: 0);
        }
        finally
        {
            _ = close(found);
        }
    }

    /// <summary>It, and all below it but what is mounted there, as a tar whose names begin with its own.</summary>
    /// <exception cref="LinuxException">It is not there, or something cannot be read; EPERM: it is on a file system of the kernel's.</exception>
    public void Read(TreePath path, Stream to, CancellationToken stop)
    {
        var options = new TreeTarOptions { Uid = Inside, Gid = Inside, Whiteouts = false, Root = true, Inside = Ids };
        if (path.IsRoot)
        {
            KernelFiles.Refuse(_root, path);   // its first process may have gone into one by chroot
            TreeTar.Write($"/proc/self/fd/{_root}", to, options, stop);
            return;
        }
        int parent = OpenDirectory(path.Up());
        try
        {
            KernelFiles.Refuse(parent, path);
            TreeTar.WriteNode(parent, path.Name.ToArray(), to, options, stop);
        }
        finally
        {
            _ = close(parent);
        }
    }

    /// <summary>All that lies in it, but what is mounted there, as a tar; nothing of the directory itself.</summary>
    /// <exception cref="LinuxException">Something cannot be read.</exception>
    public void ReadContents(Stream to, CancellationToken stop) =>
        TreeTar.Write($"/proc/self/fd/{_root}", to, new() { Uid = Inside, Gid = Inside, Whiteouts = false, Inside = Ids }, stop);

    /// <summary>A directory in it and all below that, under another name; with "/" it is no entry itself, and the others begin with it.</summary>
    /// <exception cref="LinuxException">ENOENT, ENOTDIR; EPERM: it is on a file system of the kernel's.</exception>
    public void ReadFolder(TreePath path, byte[] name, Stream to, CancellationToken stop)
    {
        int directory = Resolve(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        try
        {
            KernelFiles.Refuse(directory, path);
            var writer = new TarWriter(to);
            var options = new TreeTarOptions { Uid = Inside, Gid = Inside, Whiteouts = false, Root = name is not [(byte)'/'], Inside = Ids };
            TreeTar.Append(writer, directory, name, options, stop);
            writer.Finish();
        }
        finally
        {
            _ = close(directory);
        }
    }

    public void Dispose() => _ = close(_root);

    /// <returns>O_PATH.</returns>
    internal int OpenDirectory(TreePath path) => Resolve(path, O_PATH | O_DIRECTORY);

    private int OpenNode(TreePath path) => Resolve(path, O_PATH | O_NOFOLLOW);

    private int Resolve(TreePath path, int flags)
    {
        fixed (byte* bytes = path.IsRoot ? "."u8 : path.Terminated)
        {
            return Errno.Check(openat2(_root, bytes, flags | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS), "open", path.ToString());
        }
    }

    private static GuestKind Kind(in stat status) => (status.st_mode & S_IFMT) switch
    {
        S_IFREG => GuestKind.File,
        S_IFDIR => GuestKind.Directory,
        S_IFLNK => GuestKind.Symlink,
        S_IFIFO => GuestKind.Fifo,
        S_IFSOCK => GuestKind.Socket,
        S_IFBLK => GuestKind.BlockDevice,
        _ => GuestKind.CharDevice,
    };

    private GuestNode Node(in stat status, string? link) =>
        new(Kind(status), status.st_size, status.st_mode & 0xFFF, Inside(status.st_uid), Inside(status.st_gid), status.st_mtim.Nanoseconds, link);

    /// <summary>Null: it is none any more.</summary>
    private static string? LinkIn(int directory, byte[] name)
    {
        try
        {
            return Encoding.UTF8.GetString(TreeNode.ReadLink(directory, name));
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    private uint Inside(uint id) => Ids?.Inside(id) ?? id;

    private static GuestRoot Open(string path, GuestIds? ids) => new(Errno.Check(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC), "open", path), ids);

    private static ulong StartTicks(int pid)
    {
        string? text = Proc.ProcFile.Read(pid, "stat");
        string[] fields = text is null ? [] : text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && ulong.TryParse(fields[19], CultureInfo.InvariantCulture, out ulong ticks) ? ticks : 0;
    }
}
