namespace Brig.Linux;

/// <summary>
/// An executable as a read-only mount of its own, without a name. Whoever gets hold of the running program's file through /proc/PID/exe, as a container
/// might that is told to execute /proc/self/exe, cannot write to it even as root of the host (CVE-2019-5736).
/// </summary>
public sealed class SealedExecutable : IDisposable
{
    private readonly int _mount;

    private SealedExecutable(int mount) => _mount = mount;

    /// <exception cref="LinuxException">It is missing, or this process may not mount.</exception>
    public static SealedExecutable Open(string file)
    {
        var mount = Errno.Check(Libc.open_tree(Libc.AT_FDCWD, file, Libc.OPEN_TREE_CLONE | Libc.OPEN_TREE_CLOEXEC), "open_tree", file);
        var result = new SealedExecutable(mount);
        var readOnly = new Libc.mount_attr { attr_set = Libc.MOUNT_ATTR_RDONLY | Libc.MOUNT_ATTR_NOSUID };
        if (Libc.mount_setattr(mount, 0, readOnly) == -1)
        {
            var errno = Errno.Last;
            result.Dispose();
            throw new LinuxException("mount_setattr", file, errno);
        }
        return result;
    }

    /// <summary>For execve(2) by this process or a child of it, until disposed; what runs from it is not touched by that.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{_mount}";

    public void Dispose() => _ = Libc.close(_mount);
}
