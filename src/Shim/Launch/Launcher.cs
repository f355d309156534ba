using System.Runtime.InteropServices;
using Brig.Linux;
using Brig.Linux.Proc;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using Brig.Shim.Denials;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>The running program.</summary>
internal sealed unsafe class Launched(int pid, int pidfd, ulong startTicks, long startedAt, Streams streams, Listener? listener, SyscallProgram program, Outcome* outcome)
{
    /// <summary>Until it is told: a shim may live for months.</summary>
    private SyscallProgram? _program = program;

    public int Pid { get; } = pid;
    public int Pidfd { get; } = pidfd;
    public ulong StartTicks { get; } = startTicks;
    public long StartedAt { get; } = startedAt;
    public Streams Streams { get; } = streams;

    /// <summary>Null: denials are not told.</summary>
    public Listener? Listener { get; } = listener;

    /// <summary>Adds what the child did. Once, when nobody waits for the start any more.</summary>
    public void Tell(StepLog log)
    {
        log.AddAll(_program!, outcome);
        _program!.Dispose();
        _program = null;
    }

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

    /// <param name="engine">Asked where the plan says that something is made meanwhile.</param>
    /// <param name="meanwhile">Done while the child makes itself the program; where it throws, the child ends with the shim.</param>
    /// <exception cref="PlanException">It could not be started; no process is left.</exception>
    public static Launched Launch(LaunchPlan plan, IEngine engine, Action meanwhile, StepLog log)
    {
        var resources = Preparation.Prepare(plan, log);
        var streams = Streams.Open(plan.Streams, resources, log);
        var program = new SyscallProgram();
        var compiler = new Compiler(plan, resources, program);
        var outcome = MakeOutcome();
        compiler.Begin();
        if (!Compiler.ChildFirst(plan))
        {
            Preparation.MakeRoot(plan, resources, log);
            Finish(plan, resources, compiler);
        }
        if (plan.Cgroup.MadeMeanwhile)
        {
            var start = StepLog.Now;
            engine.AwaitCgroup();
            log.Add(start, 0, "read", "from the engine: the cgroup is there");
        }
        Preparation.OpenCgroups(plan.Cgroup, resources, log);
        compiler.KnowCgroups();
        var pid = Clone(plan, resources, program, outcome, log);
        var joining = resources.Joins.Count > 0;
        int status;
        if (joining && (Compiler.ChildFirst(plan) || Compiler.TellsNetwork(plan)))
        {
            waitpid(pid, &status, 0);   // whose ids are written, and whose network it is, must be known
            (pid, joining) = (outcome->ForkedPid, false);
        }
        if (pid > 0 && Compiler.TellsNetwork(plan))
            engine.Cloned(pid);
        if (pid > 0 && Compiler.ChildFirst(plan))
            MakeRoot(plan, pid, resources, compiler, program, outcome, log);
        CloseInherited(resources);
        meanwhile();
        var listener = AwaitExecution(resources.SyncParent, streams, plan.Process.SeccompErrno, joining ? &outcome->ForkedPid : &pid);
        close(resources.SyncParent);
        if (resources.Devices.Length > 0)
            DeviceNodes.Forget(plan);
        if (joining)
        {
            waitpid(pid, &status, 0);   // gone, or about to: it held the pair too
            pid = outcome->ForkedPid;
        }
        if (WhyNot(program, compiler, outcome) is { } failure)
        {
            log.AddAll(program, outcome);
            if (pid > 0)
                Reap(pid);
            throw failure;
        }
        streams.DoNotBlock();
        return new Launched(pid, Errno.Check(pidfd_open(pid), "pidfd_open", "program"), ProcessStat.StartTicks(pid), Clock(CLOCK_REALTIME), streams, listener, program, outcome);
    }

    /// <summary>While the child waits. What fails here ends it; if it failed before, that is told.</summary>
    private static void MakeRoot(
        LaunchPlan plan, int pid, Resources resources, Compiler compiler, SyscallProgram program, Outcome* outcome, StepLog log)
    {
        try
        {
            Protection.Apply(pid, plan.Process, log);
            resources.UserNamespace = UserNamespace.Open(pid, plan.Namespaces, log);
            Compiler.TellIds(resources.SyncParent);
            Preparation.MakeRoot(plan, resources, log);
            Finish(plan, resources, compiler);
            Volatile.Write(ref outcome->Count, program.Count);
            compiler.Go();
        }
        catch (Exception e) when (e is PlanException or LinuxException)
        {
            Reap(pid);
            log.AddAll(program, outcome);
            if (Failure(program, outcome) is { } first)
                throw first;
            throw;
        }
    }

    private static void Finish(LaunchPlan plan, Resources resources, Compiler compiler)
    {
        var identity = FindIdentity(plan, resources);
        StreamOwner.Give(plan, resources, identity);
        compiler.Finish(identity);
    }

    private static Identity FindIdentity(LaunchPlan plan, Resources resources)
    {
        if (resources.Root >= 0)
            return IdentityLookup.Find(resources.Root, plan.Process.User, plan.Process.Groups.AsSpan());
        var root = -1;
        if (plan.Target is { } target)
            root = open($"/proc/{target.Pid}/root", O_PATH | O_DIRECTORY | O_CLOEXEC);
        else if (plan.Namespaces.Mount.Path is { } path && path.StartsWith("/proc/", StringComparison.Ordinal) && path.EndsWith("/ns/mnt", StringComparison.Ordinal))
            root = open(path[..^"ns/mnt".Length] + "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
        try
        {
            return IdentityLookup.Find(root, plan.Process.User, plan.Process.Groups.AsSpan());
        }
        finally
        {
            if (root >= 0)
                close(root);
        }
    }

    /// <summary>Shared with the child; stays for as long as the shim does, because an init writes its end into it.</summary>
    public static Outcome* MakeOutcome()
    {
        var outcome = (Outcome*)SharedMemory.Map((nuint)(sizeof(Outcome) + SyscallProgram.Capacity * sizeof(Trace)));
        outcome->FailedAt = -1;
        outcome->ProgramStatus = -1;
        return outcome;
    }

    public static int Clone(LaunchPlan plan, Resources resources, SyscallProgram program, Outcome* outcome, StepLog log)
    {
        var flags = resources.Joins.Count == 0 ? Compiler.NewNamespaces(plan) : 0;
        var arguments = new clone_args { flags = flags | CLONE_CLEAR_SIGHAND, exit_signal = SIGCHLD };
        if (resources.CgroupV2 >= 0)
        {
            arguments.flags |= CLONE_INTO_CGROUP;
            arguments.cgroup = (ulong)resources.CgroupV2;
        }
        var instructions = (nint)program.Instructions;
        outcome->Count = program.Count;
        var start = StepLog.Now;
        var pid = (int)raw_syscall(SYS_clone3, (nint)(&arguments), sizeof(clone_args), 0, 0, 0, 0);
        if (pid == 0)
            ChildPath.Run((Instruction*)instructions, outcome);
        Marshal.SetLastPInvokeError(*__errno_location());
        return log.Add(start, pid, "clone3", Compiler.CloneText(arguments.flags), "of the container's process", "unshare --fork …");
    }

    public static void CloseInherited(Resources resources)
    {
        Close(resources.SyncChild);
        Close(resources.Root);
        Close(resources.Proc);
        if (!resources.Joins.Exists(joined => joined.Fd == resources.UserNamespace))
            Close(resources.UserNamespace);
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

    /// <summary>
    /// The pair closes by itself when the program is executed or the child is gone; before that a pty may come over it, and the filter's listener, which
    /// the child may need on its way.
    /// </summary>
    private static Listener? AwaitExecution(int sync, Streams streams, int errno, int* pid)
    {
        var control = default(cmsg_fd);
        var one = (byte)0;
        var part = new iovec { iov_base = &one, iov_len = 1 };
        Listener? listener = null;
        var waits = stackalloc pollfd[2];
        while (true)
        {
            waits[0] = new pollfd { fd = sync, events = POLLIN };
            waits[1] = new pollfd { fd = listener is { Ended: false } ? listener.Fd : -1, events = POLLIN };
            if (poll(waits, 2, BetweenLooks) == 0)
            {
                if (*pid > 0 && IsStopped(*pid))
                    return listener;
                continue;
            }
            if (waits[1].revents != 0)
                listener!.Serve();
            if (waits[0].revents == 0)
                continue;
            var message = new msghdr { msg_iov = &part, msg_iovlen = 1, msg_control = &control, msg_controllen = (nuint)sizeof(cmsg_fd) };
            var got = recvmsg(sync, &message, MSG_CMSG_CLOEXEC);
            if (got == -1 && Errno.Last == Errno.EINTR)
                continue;
            if (got <= 0)
                return listener;
            if (message.msg_controllen < (nuint)sizeof(cmsghdr) || control.header.cmsg_type != SCM_RIGHTS)
                continue;
            if (one == 's')
                listener = new Listener(control.fd, errno);
            else
                streams.TakeTerminal(control.fd);
        }
    }

    /// <summary>By SIGSTOP from the processes of a pid namespace it joined, where it could be made to wait for ever.</summary>
    private static bool IsStopped(int pid)
    {
        var info = stackalloc int[32];   // siginfo_t; its first field is 0 when nothing is told
        return raw_syscall(SYS_waitid, P_PID, pid, (nint)info, WSTOPPED | WNOHANG | WNOWAIT, 0, 0) == 0 && info[0] == SIGCHLD;
    }

    private static PlanException? Failure(SyscallProgram program, Outcome* outcome) => outcome->FailedAt < 0 ? null
        : new PlanException(program.Text(outcome->FailedAt).Sentence(outcome->Errno), outcome->Errno) { Step = program.Text(outcome->FailedAt) };

    private static PlanException? WhyNot(SyscallProgram program, Compiler compiler, Outcome* outcome)
    {
        if (Failure(program, outcome) is { } failure)
            return failure;
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
