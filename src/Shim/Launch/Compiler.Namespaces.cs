using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

internal sealed unsafe partial class Compiler
{
    /// <summary>The descriptor the engine started the shim with.</summary>
    private const int EngineConnection = 3;

    private readonly List<Slot> _entrances = [];

    /// <summary>What clone3 makes new for the program. The cgroup namespace is not among them: it must be made inside the cgroup.</summary>
    public static ulong NewNamespaces(LaunchPlan plan) => All(plan.Namespaces) & (ChildFirst(plan) ? CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWTIME : ulong.MaxValue);

    private static ulong All(NamespacePlan namespaces) =>
        Flag(namespaces.User, CLONE_NEWUSER) | Flag(namespaces.Mount, CLONE_NEWNS) | Flag(namespaces.Pid, CLONE_NEWPID) | Flag(namespaces.Net, CLONE_NEWNET)
        | Flag(namespaces.Uts, CLONE_NEWUTS) | Flag(namespaces.Ipc, CLONE_NEWIPC) | Flag(namespaces.Time, CLONE_NEWTIME);

    private static ulong Flag(NamespaceTarget target, ulong flag) => target.Mode == NamespaceMode.New ? flag : 0;

    public static string CloneText(ulong flags)
    {
        var text = "";
        Name(CLONE_INTO_CGROUP, "CLONE_INTO_CGROUP");
        Name(CLONE_PARENT, "CLONE_PARENT");
        Name(CLONE_NEWUSER, "CLONE_NEWUSER");
        Name(CLONE_NEWNS, "CLONE_NEWNS");
        Name(CLONE_NEWPID, "CLONE_NEWPID");
        Name(CLONE_NEWNET, "CLONE_NEWNET");
        Name(CLONE_NEWUTS, "CLONE_NEWUTS");
        Name(CLONE_NEWIPC, "CLONE_NEWIPC");
        Name(CLONE_NEWCGROUP, "CLONE_NEWCGROUP");
        Name(CLONE_NEWTIME, "CLONE_NEWTIME");
        return text.Length == 0 ? "0" : text;

        void Name(ulong flag, string name)
        {
            if ((flags & flag) != 0)
                text += text.Length == 0 ? name : "|" + name;
        }
    }

    private bool Joins(ulong type)
    {
        foreach (var joined in resources.Joins)
            if ((joined.Types & type) != 0)
                return true;
        return false;
    }

    private void LeaveShim()
    {
        _p.Add("prctl", "PR_SET_DUMPABLE, 0", SYS_prctl, PR_SET_DUMPABLE, 0);
        DieWithShim();
        _p.Add("close", "the shim's end of the pair", SYS_close, resources.SyncParent);
        for (var signal = 1; signal <= 64; signal++)
        {
            kernel_sigaction action;
            if (rt_sigaction(signal, null, &action) == 0 && action.handler == SIG_IGN)
                _p.Add("rt_sigaction", $"{signal}, SIG_DFL", SYS_rt_sigaction, signal, _p.Arena.Put(default(kernel_sigaction)), 0, sizeof(ulong));
        }
        _p.Add("rt_sigprocmask", "SIG_SETMASK, none", SYS_rt_sigprocmask, SIG_SETMASK, _p.Arena.Put(0UL), 0, sizeof(ulong));
    }

    /// <summary>Forgotten by the kernel with every fork and every change of credentials.</summary>
    private void DieWithShim() => _p.Add("prctl", "PR_SET_PDEATHSIG, SIGKILL", SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);

    private void EnterCgroups()
    {
        foreach (var directory in plan.Cgroup.V1Directories)
        {
            var file = directory + Preparation.CgroupEntrance;
            var entrance = _p.NewSlot();
            _entrances.Add(entrance);
            _p.Add(new StepText("write", $"{Quote(file)}, \"0\"", Quote(file), $"echo 0 > {Shell(file)}"), SYS_write, entrance, Str("0"), 1);
        }
    }

    /// <summary>Once they are open: the program was written before.</summary>
    public void KnowCgroups()
    {
        for (var i = 0; i < _entrances.Count; i++)
            *_entrances[i].At = resources.CgroupProcs[i];
    }

    private void JoinNamespaces()
    {
        if (resources.Joins.Count == 0)
            return;
        foreach (var joined in resources.Joins)
            _p.Add(new StepText("setns", joined.Text, joined.Text, joined.Shell), SYS_setns, joined.Fd, (int)joined.Types);

        // A pid namespace holds children only, so there is one more; CLONE_PARENT makes it the shim's own child and this one can go.
        var flags = CLONE_PARENT | (plan.Kind == LaunchKind.Create ? NewNamespaces(plan) : 0);
        var arguments = _p.Arena.Put(new clone_args { flags = flags });
        _p.Add("clone3", CloneText(flags), SYS_clone3, arguments, sizeof(clone_args)).Kind(InstructionKind.ForkAndLeave);
        DieWithShim();
    }

    private void OwnNamespaces()
    {
        if (InUserNamespace)
        {
            SetIds(0, 0, [], "of the user namespace");
            _p.Add("prctl", "PR_SET_DUMPABLE, 0", SYS_prctl, PR_SET_DUMPABLE, 0);
            DieWithShim();
        }
        _p.Add("umask", "0", SYS_umask, 0);
        if (plan.Kind == LaunchKind.Exec)
            return;
        // Not before there are ids: what the kernel makes for them belongs to the container's root, not to nobody.
        var later = All(plan.Namespaces) & ~NewNamespaces(plan) | Flag(plan.Namespaces.Cgroup, CLONE_NEWCGROUP);
        if (later != 0)
            _p.Add(new StepText("unshare", CloneText(later), null, "unshare …"), SYS_unshare, (int)later);
        if (plan.Namespaces.Net.Mode == NamespaceMode.New)
            RaiseLoopback();
        if (TellsNetwork(plan))
            TellNetwork();
        if (plan.Hostname is { } name)
            _p.Add(new StepText("sethostname", Quote(name), null, $"hostname {Shell(name)}"), SYS_sethostname, Str(name), System.Text.Encoding.UTF8.GetByteCount(name));
    }

    private void AwaitIds() =>
        _p.Add("read", "from the shim: the ids are written", SYS_read, resources.SyncChild, _p.Arena.Take(1), 1).Kind(InstructionKind.AwaitParent);

    /// <exception cref="LinuxException">The child is gone.</exception>
    public static void TellIds(int sync)
    {
        var word = (byte)'i';
        if (send(sync, &word, 1, MSG_NOSIGNAL) != 1)
            throw new LinuxException("send", "to the container's process", Errno.Last);
    }

    /// <summary>To the engine, past the shim, which makes the root meanwhile and says nothing on that connection.</summary>
    private void TellNetwork()
    {
        var frame = Frame.Make(FrameType.NewNetwork, []);
        var bytes = (byte*)_p.Arena.Take(frame.Length);
        frame.CopyTo(new Span<byte>(bytes, frame.Length));
        _p.Add(new StepText("sendto", "to the engine: the network namespace is there", "to the engine", null), SYS_sendto, EngineConnection, bytes, frame.Length, MSG_NOSIGNAL, 0, 0);
    }

    /// <summary>From the engine itself: the shim does not read there before the program is executed. An engine that goes away ends the child.</summary>
    private void AwaitNetwork()
    {
        if (!plan.AwaitNetwork)
            return;
        var frame = (ulong*)_p.Arena.Take(sizeof(ulong));
        var expected = 0UL;
        Frame.Make(FrameType.Network, []).CopyTo(new Span<byte>(&expected, sizeof(ulong)));
        _p.Add("recvfrom", "from the engine: the network is there", SYS_recvfrom, EngineConnection, frame, Frame.HeaderSize, MSG_WAITALL, 0, 0).Kind(InstructionKind.AwaitParent);
        _p.Check("it is that", frame, ulong.MaxValue, expected, Brig.Linux.Errno.EPROTO);
    }

    private void RaiseLoopback()
    {
        var socket = _p.NewSlot();
        var request = (ifreq_flags*)_p.Arena.Take(sizeof(ifreq_flags));
        request->ifr_name[0] = (byte)'l';
        request->ifr_name[1] = (byte)'o';
        request->ifr_flags = IFF_UP;
        _p.Add("socket", "AF_INET, SOCK_DGRAM", SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0).To(socket);
        _p.Add(new StepText("ioctl", "SIOCSIFFLAGS, \"lo\", IFF_UP", null, "ip link set lo up"), SYS_ioctl, socket, SIOCSIFFLAGS, request);
        Close(socket);
    }
}
