using static Brig.Linux.Libc;

namespace Brig.Linux;

/// <summary>A file system in memory that is mounted nowhere yet: it can be filled before anybody sees it. Disposed without <see cref="On"/> it is gone.</summary>
public sealed unsafe class TmpfsMount : IDisposable
{
    private readonly int _fd;

    private TmpfsMount(int fd) => _fd = fd;

    /// <summary>Its root, while this lives.</summary>
    public string Path => $"/proc/self/fd/{_fd}";

    /// <param name="options">tmpfs(5), name and value.</param>
    /// <exception cref="LinuxException">EINVAL: an option the kernel does not take.</exception>
    public static TmpfsMount Make(IEnumerable<(string Name, string Value)> options)
    {
        int context = Errno.Check(fsopen("tmpfs", FSOPEN_CLOEXEC), "fsopen", "tmpfs");
        try
        {
            Errno.Check(fsconfig(context, FSCONFIG_SET_STRING, "source", "brig", 0), "fsconfig", "tmpfs source");
            foreach (var (name, value) in options)
            {
                Errno.Check(fsconfig(context, FSCONFIG_SET_STRING, name, value, 0), "fsconfig", $"tmpfs {name}={value}");
            }
            Errno.Check(fsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0), "fsconfig", "tmpfs");
            return new(Errno.Check(fsmount(context, FSMOUNT_CLOEXEC, (uint)MOUNT_ATTR_NODEV), "fsmount", "tmpfs"));
        }
        finally
        {
            _ = close(context);
        }
    }

    /// <param name="folder">Exists.</param>
    public void On(string folder) => Errno.Check(move_mount(_fd, folder), "move_mount", folder);

    /// <summary>Whether something is mounted on this very folder.</summary>
    public static bool IsOn(string folder)
    {
        stat self, above;
        return stat_(folder, &self) == 0 && stat_(System.IO.Path.GetDirectoryName(folder)!, &above) == 0 && self.st_dev != above.st_dev;
    }

    /// <summary>Nothing mounted there is no error. Who still has it keeps it.</summary>
    public static void Unmount(string folder)
    {
        while (IsOn(folder) && umount2(folder, MNT_DETACH) == 0)
        {
        }
    }

    public void Dispose() => _ = close(_fd);
}
