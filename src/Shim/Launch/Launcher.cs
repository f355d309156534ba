using System.Runtime.InteropServices;
using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>The running program.</summary>
internal sealed unsafe class Launched(int pid, int pidfd, ulong startTicks, long startedAt, Streams streams, Outcome* outcome)
{
    public int Pid { get; } = pid;
    public int Pidfd { get; } = pidfd;
    public ulong StartTicks { get; } = startTicks;
    public long StartedAt { get; } = startedAt;
    public Streams Streams { get; } = streams;

    /// <summary>As wait(2) tells; with an init, how the program it ran ended.</summary>
    public int Wait()
    {
        int status;
        while (waitpid(Pid, &status, 0) == -1 && Errno.Last == Errno.EINTR)
        {
        }
        return outcome->ProgramStatus != -1 ? outcome->ProgramStatus : status;
    }
}

/// <summary>Carries out a plan: opens, compiles, clones, and waits until the program is executed or has failed.</summary>
internal static unsafe class Launcher
{
    /// <summary>Milliseconds.</summary>
    private const int BetweenLooks = 500;

    /// <exception cref="PlanException">It could not be started; no process is left.</exception>
    public static Launched Launch(LaunchPlan plan, StepLog log)
    {
        var resources = Preparation.Prepare(plan, log);
        var streams = Streams.Open(plan.Streams, resources, log);
        var identity = FindIdentity(plan, resources);
        using var program = new SyscallProgram();
        var compiler = new Compiler(plan, resources, identity, program);
        compiler.Compile();

        var outcome = MakeOutcome(program.Count);
        var pid = Clone(plan, resources, program, outcome, log);
        CloseInherited(resources);
        if (resources.Joins.Count > 0)
        {
            int status;
            waitpid(pid, &status, 0);
            pid = outcome->ForkedPid;
        }
        AwaitExecution(resources.SyncParent, streams, pid);
        close(resources.SyncParent);
        log.AddAll(program, outcome);
        if (WhyNot(program, compiler, outcome) is { } failure)
        {
            if (pid > 0)
                Reap(pid);
            throw failure;
        }
        streams.DoNotBlock();
        return new Launched(pid, Errno.Check(pidfd_open(pid), "pidfd_open", "program"), ProcessStat.StartTicks(pid), Clock(CLOCK_REALTIME), streams, outcome);
    }

    private static Identity FindIdentity(LaunchPlan plan, Resources resources)
    {
        if (resources.Root >= 0)
            return IdentityLookup.Find(resources.Root, plan.Process.User);
        var root = -1;
        if (plan.Target is { } target)
            root = open($"/proc/{target.Pid}/root", O_PATH | O_DIRECTORY | O_CLOEXEC);
        else if (plan.Namespaces.Mount.Path is { } path && path.StartsWith("/proc/", StringComparison.Ordinal) && path.EndsWith("/ns/mnt", StringComparison.Ordinal))
            root = open(path[..^"ns/mnt".Length] + "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
        try
        {
            return IdentityLookup.Find(root, plan.Process.User);
        }
        finally
        {
            if (root >= 0)
                close(root);
        }
    }

    /// <summary>Shared with the child; stays for as long as the shim does, because an init writes its end into it.</summary>
    private static Outcome* MakeOutcome(int instructions)
    {
        var size = (nuint)(sizeof(Outcome) + instructions * sizeof(Trace));
        var memory = mmap(null, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if ((nint)memory == -1)
            throw new LinuxException("mmap", "memory shared with the child", Errno.Last);
        var outcome = (Outcome*)memory;
        outcome->FailedAt = -1;
        outcome->ProgramStatus = -1;
        return outcome;
    }

    private static int Clone(LaunchPlan plan, Resources resources, SyscallProgram program, Outcome* outcome, StepLog log)
    {
        var flags = resources.Joins.Count == 0 ? Compiler.NewNamespaces(plan.Namespaces) : 0;
        var arguments = new clone_args { flags = flags | CLONE_CLEAR_SIGHAND, exit_signal = SIGCHLD };
        if (resources.CgroupV2 >= 0)
        {
            arguments.flags |= CLONE_INTO_CGROUP;
            arguments.cgroup = (ulong)resources.CgroupV2;
        }
        var (instructions, count) = ((nint)program.Instructions, program.Count);
        var start = StepLog.Now;
        var pid = (int)raw_syscall(SYS_clone3, (nint)(&arguments), sizeof(clone_args), 0, 0, 0, 0);
        if (pid == 0)
            ChildPath.Run((Instruction*)instructions, count, outcome);
        Marshal.SetLastPInvokeError(*__errno_location());
        return log.Add(start, pid, "clone3", Compiler.CloneText(arguments.flags), "of the container's process", "unshare --fork …");
    }

    private static void CloseInherited(Resources resources)
    {
        Close(resources.SyncChild);
        Close(resources.Root);
        Close(resources.CgroupV2);
        Close(resources.Stdin);
        Close(resources.Stdout);
        Close(resources.Stderr);
        foreach (var fd in resources.Binds)
            Close(fd);
        foreach (var fd in resources.Devices)
            Close(fd);
        foreach (var fd in resources.CgroupProcs)
            Close(fd);
        foreach (var joined in resources.Joins)
            Close(joined.Fd);
    }

    private static void Close(int fd)
    {
        if (fd >= 0)
            close(fd);
    }

    /// <summary>The pair closes by itself when the program is executed or the child is gone; before that a pty may come over it.</summary>
    private static void AwaitExecution(int sync, Streams streams, int pid)
    {
        var control = default(cmsg_fd);
        var one = (byte)0;
        var part = new iovec { iov_base = &one, iov_len = 1 };
        while (true)
        {
            var wait = new pollfd { fd = sync, events = POLLIN };
            if (poll(&wait, 1, BetweenLooks) == 0)
            {
                if (IsStopped(pid))
                    return;
                continue;
            }
            var message = new msghdr { msg_iov = &part, msg_iovlen = 1, msg_control = &control, msg_controllen = (nuint)sizeof(cmsg_fd) };
            var got = recvmsg(sync, &message, MSG_CMSG_CLOEXEC);
            if (got == -1 && Errno.Last == Errno.EINTR)
                continue;
            if (got <= 0)
                return;
            if (message.msg_controllen >= (nuint)sizeof(cmsghdr) && control.header.cmsg_type == SCM_RIGHTS)
                streams.TakeTerminal(control.fd);
        }
    }

    /// <summary>By SIGSTOP from the processes of a pid namespace it joined, where it could be made to wait for ever.</summary>
    private static bool IsStopped(int pid)
    {
        var info = stackalloc int[32];   // siginfo_t; its first field is 0 when nothing is told
        return raw_syscall(SYS_waitid, P_PID, pid, (nint)info, WSTOPPED | WNOHANG | WNOWAIT, 0, 0) == 0 && info[0] == SIGCHLD;
    }

    private static PlanException? WhyNot(SyscallProgram program, Compiler compiler, Outcome* outcome)
    {
        if (outcome->FailedAt >= 0)
            return new PlanException(program.Text(outcome->FailedAt).Sentence(outcome->Errno), outcome->Errno) { Step = program.Text(outcome->FailedAt) };
        if (outcome->RanOut != 0)
            return compiler.NotFound(outcome);
        var traces = (Trace*)(outcome + 1);
        var last = program.Count - 1;
        while (last > 0 && traces[last].Start == 0)
            last--;
        if (traces[last].End == 0 && program.Text(last).Call == "execve")
            return null;
        return new PlanException($"the container's process was killed or stopped while it was being made, at {program.Text(last).Call} {program.Text(last).Arguments}", Errno.EINTR);
    }

    private static void Reap(int pid)
    {
        kill(pid, SIGKILL);
        int status;
        waitpid(pid, &status, 0);
    }
}
