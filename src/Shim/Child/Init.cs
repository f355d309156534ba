using static Brig.Linux.Libc;

namespace Brig.Shim.Child;

/// <summary>
/// PID 1 where an init was asked for: the child itself, which never executes anything. It reaps what is orphaned to it, forwards signals to the
/// program, and ends as the program ends. The same rules as in <see cref="ChildPath"/>: nothing of the runtime.
/// </summary>
internal static unsafe class Init
{
    /// <summary>Never returns.</summary>
    /// <param name="filter">Null: it has its own already, or shall have none.</param>
    public static void Run(int program, Outcome* outcome, sock_fprog* filter)
    {
        // Every signal waits until it is taken below; nothing of the host's stays open.
        var all = ulong.MaxValue;
        raw_syscall(SYS_rt_sigprocmask, SIG_SETMASK, (nint)(&all), 0, sizeof(ulong), 0, 0);
        raw_syscall(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0, 0);
        raw_syscall(SYS_close_range, 0, int.MaxValue, 0, 0, 0, 0);
        if (filter != null && raw_syscall(SYS_seccomp, (nint)SECCOMP_SET_MODE_FILTER, 0, (nint)filter, 0, 0, 0) != 0)
            raw_syscall(SYS_exit_group, 127, 0, 0, 0, 0, 0);
        while (true)
        {
            var signal = (int)raw_syscall(SYS_rt_sigtimedwait, (nint)(&all), 0, 0, sizeof(ulong), 0, 0);
            if (signal == SIGCHLD)
                Reap(program, outcome);
            else if (signal > 0)
                raw_syscall(SYS_kill, program, signal, 0, 0, 0, 0);
        }
    }

    private static void Reap(int program, Outcome* outcome)
    {
        while (true)
        {
            int status;
            var pid = (int)raw_syscall(SYS_wait4, -1, (nint)(&status), WNOHANG, 0, 0, 0);
            if (pid <= 0)
                return;
            if (pid != program)
                continue;
            outcome->ProgramStatus = status;
            raw_syscall(SYS_exit_group, (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f), 0, 0, 0, 0, 0);
        }
    }
}
