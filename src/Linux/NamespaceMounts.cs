using static Brig.Linux.Libc;

namespace Brig.Linux;

/// <summary>Bind mounts that keep a namespace alive (namespaces(7), "The /proc/pid/ns/ directory").</summary>
public static unsafe class NamespaceMounts
{
    /// <summary>Has the folder be a mount of its own that gives nothing on to other mount namespaces; one that is so already stays.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void MakePrivate(string folder)
    {
        // Fails with EINVAL where the folder is no mount.
        if (mount(null, folder, null, MS_PRIVATE, null) == 0)
        {
            return;
        }
        Errno.Check(mount(folder, folder, null, MS_BIND, null), "mount", folder);
        Errno.Check(mount(null, folder, null, MS_PRIVATE, null), "mount MS_PRIVATE", folder);
    }

    /// <param name="source">A file of /proc/PID/ns, or a descriptor of one, as <c>/proc/self/fd/7</c>.</param>
    /// <param name="target">Is made.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Bind(string source, string target)
    {
        int fd = Errno.Check(open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0), "open", target);
        close(fd);
        Errno.Check(mount(source, target, null, MS_BIND, null), "mount", target);
    }

    /// <summary>Takes every mount off that lies there. None is no error.</summary>
    public static void Unbind(string target)
    {
        while (umount2(target, MNT_DETACH) == 0)
        {
        }
    }
}
