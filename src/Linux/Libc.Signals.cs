using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>rt_sigaction(2) as the kernel takes it, and the signals' numbers.</summary>
public static unsafe partial class Libc
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGABRT = 6;
    public const int SIGKILL = 9;
    public const int SIGUSR1 = 10;
    public const int SIGUSR2 = 12;
    public const int SIGPIPE = 13;
    public const int SIGTERM = 15;
    public const int SIGCHLD = 17;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int SIGTTIN = 21;
    public const int SIGTTOU = 22;
    public const int SIGWINCH = 28;

    public const int SIG_BLOCK = 0;
    public const int SIG_UNBLOCK = 1;
    public const int SIG_SETMASK = 2;

    public const nint SIG_DFL = 0;
    public const nint SIG_IGN = 1;

    /// <summary>The kernel's struct sigaction, not libc's.</summary>
    public struct kernel_sigaction
    {
        public nint handler;
        public ulong flags;
        public nint restorer;
        public ulong mask;
    }

    public static int rt_sigaction(int signal, kernel_sigaction* set, kernel_sigaction* get) =>
        (int)syscall(SYS_rt_sigaction, signal, (nint)set, (nint)get, sizeof(ulong), 0, 0);
}
