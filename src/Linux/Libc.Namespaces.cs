using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>clone3(2), setns(2), pidfds.</summary>
public static unsafe partial class Libc
{
    public const ulong CLONE_FILES = 0x400;
    public const ulong CLONE_PIDFD = 0x1000;
    public const ulong CLONE_PARENT = 0x8000;
    public const ulong CLONE_FS = 0x200;
    public const ulong CLONE_NEWNS = 0x20000;
    public const ulong CLONE_NEWCGROUP = 0x2000000;
    public const ulong CLONE_NEWUTS = 0x4000000;
    public const ulong CLONE_NEWIPC = 0x8000000;
    public const ulong CLONE_NEWUSER = 0x10000000;
    public const ulong CLONE_NEWPID = 0x20000000;
    public const ulong CLONE_NEWNET = 0x40000000;
    public const ulong CLONE_NEWTIME = 0x80;
    public const int NS_GET_USERNS = 0xb701;
    public const int NS_GET_NSTYPE = 0xb703;
    public const ulong CLONE_CLEAR_SIGHAND = 0x100000000;
    public const ulong CLONE_INTO_CGROUP = 0x200000000;

    /// <summary>struct clone_args of clone3(2).</summary>
    public struct clone_args
    {
        public ulong flags;
        public ulong pidfd;
        public ulong child_tid;
        public ulong parent_tid;
        public ulong exit_signal;
        public ulong stack;
        public ulong stack_size;
        public ulong tls;
        public ulong set_tid;
        public ulong set_tid_size;
        public ulong cgroup;
    }

    [LibraryImport(C, SetLastError = true)]
    public static partial int setns(int fd, int type);

    /// <summary>Of the calling thread.</summary>
    public static int unshare(ulong flags) => (int)syscall(SYS_unshare, (nint)flags, 0, 0, 0, 0, 0);

    public static int pidfd_open(int pid, uint flags = 0) => (int)syscall(SYS_pidfd_open, pid, (nint)flags, 0, 0, 0, 0);

    public static int pidfd_send_signal(int pidfd, int signal) => (int)syscall(SYS_pidfd_send_signal, pidfd, signal, 0, 0, 0, 0);
}
