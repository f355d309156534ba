using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>wait(2), kill(2), prctl(2), keyctl(2), rlimits and capabilities.</summary>
public static unsafe partial class Libc
{
    public const int WNOHANG = 1;
    public const int WSTOPPED = 2;
    public const int WNOWAIT = 0x1000000;
    public const int P_PID = 1;

    public const int PR_SET_PDEATHSIG = 1;
    public const int PR_SET_DUMPABLE = 4;
    public const int PR_SET_KEEPCAPS = 8;
    public const int PR_SET_NAME = 15;
    public const int PR_SET_SECCOMP = 22;
    public const int PR_CAPBSET_READ = 23;
    public const int PR_CAPBSET_DROP = 24;
    public const int PR_SET_SECUREBITS = 28;
    public const int SECBIT_NO_SETUID_FIXUP = 4;
    public const int PR_SET_NO_NEW_PRIVS = 38;
    public const int PR_CAP_AMBIENT = 47;
    public const int PR_CAP_AMBIENT_RAISE = 2;
    public const int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    public const int KEYCTL_JOIN_SESSION_KEYRING = 1;
    public const int KEYCTL_SETPERM = 5;
    public const int KEY_SPEC_SESSION_KEYRING = -3;

    public const uint SECCOMP_SET_MODE_FILTER = 1;

    public const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    /// <summary>struct rlimit64.</summary>
    public struct rlimit
    {
        public ulong rlim_cur;
        public ulong rlim_max;
    }

    /// <summary>struct __user_cap_header_struct.</summary>
    public struct cap_header
    {
        public uint version;
        public int pid;
    }

    /// <summary>Two struct __user_cap_data_struct: the low halves of the three sets, then the high ones.</summary>
    public struct cap_data
    {
        public uint effective0;
        public uint permitted0;
        public uint inheritable0;
        public uint effective1;
        public uint permitted1;
        public uint inheritable1;
    }

    /// <summary>struct sock_fprog of seccomp(2).</summary>
    public struct sock_fprog
    {
        public ushort len;
        public void* filter;
    }

    [LibraryImport(C, SetLastError = true)]
    public static partial int waitpid(int pid, int* status, int options);

    [LibraryImport(C, SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport(C)]
    public static partial int getpid();

    [LibraryImport(C, SetLastError = true)]
    public static partial int prctl(int option, nint a, nint b, nint c, nint d);

    [LibraryImport(C, SetLastError = true)]
    public static partial int prlimit64(int pid, int resource, rlimit* set, rlimit* get);

    [LibraryImport(C, SetLastError = true)]
    public static partial int capget(cap_header* header, cap_data* data);

    [LibraryImport(C)]
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static partial void _exit(int code);
}
