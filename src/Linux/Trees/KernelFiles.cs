using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>File systems whose files are the kernel's settings and its answers: for whoever has more rights than the container, a link into them must lead nowhere.</summary>
internal static unsafe class KernelFiles
{
    /// <summary>linux/magic.h: proc, sysfs, cgroup, cgroup2, securityfs, selinuxfs, debugfs, tracefs, bpf, devpts, pstore, efivarfs, configfs, binfmt_misc, nsfs.</summary>
    private static readonly HashSet<long> s_magic =
    [
        PROC_SUPER_MAGIC, 0x62656572, 0x27e0eb, 0x63677270, 0x73636673, 0xf97cff8c, 0x64626720, 0x74726163, 0xcafe4a11, DEVPTS_SUPER_MAGIC, 0x6165676c, 0xde5e81e4,
        0x62656570, 0x42494e4d, 0x6e736673,
    ];

    /// <exception cref="LinuxException">EPERM: the directory is on one of them.</exception>
    public static void Refuse(int directory, TreePath path)
    {
        statfs status;
        Errno.Check(fstatfs(directory, &status), "statfs", path.ToString());
        if (s_magic.Contains(status.f_type))
            throw new LinuxException("use the kernel's file", path.ToString(), Errno.EPERM);
    }
}
