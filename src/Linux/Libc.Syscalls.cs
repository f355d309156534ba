using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>System calls by number (x86-64, unistd_64.h), for what libc does not wrap and for the child of a clone3.</summary>
public static unsafe partial class Libc
{
    public const int SYS_read = 0;
    public const int SYS_write = 1;
    public const int SYS_close = 3;
    public const int SYS_fstat = 5;
    public const int SYS_rt_sigaction = 13;
    public const int SYS_rt_sigprocmask = 14;
    public const int SYS_ioctl = 16;
    public const int SYS_dup2 = 33;
    public const int SYS_pause = 34;
    public const int SYS_getpid = 39;
    public const int SYS_socket = 41;
    public const int SYS_getsockopt = 55;
    public const int SYS_sendto = 44;
    public const int SYS_recvfrom = 45;
    public const int SYS_sendmsg = 46;
    public const int SYS_recvmsg = 47;
    public const int SYS_execve = 59;
    public const int SYS_wait4 = 61;
    public const int SYS_kill = 62;
    public const int SYS_chdir = 80;
    public const int SYS_fchdir = 81;
    public const int SYS_mkdir = 83;
    public const int SYS_fchown = 93;
    public const int SYS_umask = 95;
    public const int SYS_setsid = 112;
    public const int SYS_setgroups = 116;
    public const int SYS_setresuid = 117;
    public const int SYS_setresgid = 119;
    public const int SYS_setfsuid = 122;
    public const int SYS_setfsgid = 123;
    public const int SYS_capset = 126;
    public const int SYS_rt_sigtimedwait = 128;
    public const int SYS_fstatfs = 138;
    public const int SYS_pivot_root = 155;
    public const int SYS_prctl = 157;
    public const int SYS_chroot = 161;
    public const int SYS_mount = 165;
    public const int SYS_umount2 = 166;
    public const int SYS_sethostname = 170;
    public const int SYS_setdomainname = 171;
    public const int SYS_getdents64 = 217;
    public const int SYS_exit_group = 231;
    public const int SYS_waitid = 247;
    public const int SYS_add_key = 248;
    public const int SYS_keyctl = 250;
    public const int SYS_openat = 257;
    public const int SYS_mkdirat = 258;
    public const int SYS_mknodat = 259;
    public const int SYS_fchownat = 260;
    public const int SYS_unlinkat = 263;
    public const int SYS_symlinkat = 266;
    public const int SYS_fchmodat = 268;
    public const int SYS_unshare = 272;
    public const int SYS_prlimit64 = 302;
    public const int SYS_setns = 308;
    public const int SYS_seccomp = 317;
    public const int SYS_pidfd_send_signal = 424;
    public const int SYS_open_tree = 428;
    public const int SYS_move_mount = 429;
    public const int SYS_fsopen = 430;
    public const int SYS_fsconfig = 431;
    public const int SYS_fsmount = 432;
    public const int SYS_pidfd_open = 434;
    public const int SYS_clone = 56;
    public const int SYS_clone3 = 435;
    public const int SYS_close_range = 436;
    public const int SYS_openat2 = 437;
    public const int SYS_mount_setattr = 442;

    [LibraryImport(C, SetLastError = true)]
    public static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    /// <summary>The same with nothing of the runtime around it: the only call that is allowed between clone3 and execve.</summary>
    [LibraryImport(C, EntryPoint = "syscall")]
    [SuppressGCTransition]
    public static partial nint raw_syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    /// <summary>Where errno lies; for the child of a clone3.</summary>
    [LibraryImport(C)]
    [SuppressGCTransition]
    public static partial int* __errno_location();
}
