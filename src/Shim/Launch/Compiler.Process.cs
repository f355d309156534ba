using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

internal sealed unsafe partial class Compiler
{
    /// <summary>
    /// What takes a right of the host's that a user namespace ends: a score that nobody inside can lower again (proc_pid_oom_score_adj(5)), and a hard limit above
    /// the shim's own. All limits are set later, so that the launch itself is not held to them.
    /// </summary>
    private void Protect()
    {
        if (plan.Process.OomScoreAdj is { } adjustment)
        {
            var text = adjustment.ToString(System.Globalization.CultureInfo.InvariantCulture);
            WriteProc("self/oom_score_adj", text, $"{Quote(text)} to \"/proc/self/oom_score_adj\"", $"echo {text} > /proc/self/oom_score_adj");
        }
        foreach (var asked in plan.Process.Rlimits)
        {
            rlimit now;
            if (asked.Required && InUserNamespace && prlimit64(0, asked.Resource, null, &now) == 0 && asked.Hard > now.rlim_max)
                SetLimit(asked.Resource, new rlimit { rlim_cur = now.rlim_cur, rlim_max = asked.Hard });
        }
    }

    private void Limit()
    {
        foreach (var rlimit in plan.Process.Rlimits)
            LimitResource(rlimit);
    }

    private void LimitResource(RlimitPlan asked)
    {
        var value = new rlimit { rlim_cur = asked.Soft, rlim_max = asked.Hard };
        rlimit now;
        if (!asked.Required && prlimit64(0, asked.Resource, null, &now) == 0)
        {
            value.rlim_max = Math.Min(value.rlim_max, now.rlim_max);
            value.rlim_cur = Math.Min(value.rlim_cur, value.rlim_max);
        }
        var step = SetLimit(asked.Resource, value);
        if (!asked.Required)
            step.Tolerate(Errno.EPERM);
    }

    private Emitted SetLimit(int resource, rlimit value)
    {
        var name = Rlimits.Name(resource);
        return _p.Add(
            new StepText("prlimit64", $"{name}, {value.rlim_cur}:{value.rlim_max}", null, $"prlimit --{name[7..].ToLowerInvariant()}={value.rlim_cur}:{value.rlim_max}"),
            SYS_prlimit64, 0, resource, _p.Arena.Put(value), 0)
            .Says(Errno.EPERM, $"this machine does not allow {name} {value.rlim_cur}:{value.rlim_max}: its own hard limit is lower");
    }

    /// <summary>What the next execve changes into; the kernel takes it from the process itself only.</summary>
    private void Confine()
    {
        if (plan.Process.AppArmor is { } profile)
            WriteProc("self/attr/apparmor/exec", "exec " + profile, $"AppArmor profile {Quote(profile)}, which is perhaps not loaded", $"aa-exec -p {Shell(profile)} --")
                .Says(Errno.ENOENT, "this kernel has no AppArmor");
    }

    private void EnterDirectory()
    {
        var path = plan.Process.WorkingDir;
        var directory = _p.NewSlot();
        if (plan.Process.MakeWorkingDir)
            OpenDirectory(directory, path);
        else
            OpenInside(directory, path, O_PATH | O_DIRECTORY, "O_PATH|O_DIRECTORY")
                .Says(Errno.ENOENT, $"the working directory {Quote(path)} does not exist in the container");
        _p.Add(new StepText("fchdir", Quote(path), null, $"cd {Shell(path)}"), SYS_fchdir, directory);
        _p.Add("umask", $"0{Convert.ToString(plan.Process.Umask, 8)}", SYS_umask, plan.Process.Umask);
    }

    private void SetIds(uint user, uint group, ReadOnlySpan<uint> groups, string about)
    {
        var list = (uint*)_p.Arena.Take(Math.Max(1, groups.Length) * sizeof(uint));
        for (var i = 0; i < groups.Length; i++)
            list[i] = groups[i];
        _p.Add("setgroups", $"{groups.Length} groups {about}", SYS_setgroups, groups.Length, list)
            .Says(Errno.EINVAL, $"one of the groups {string.Join(", ", groups.ToArray())} is not in the container: its user namespace has {Ids} ids");
        _p.Add("setresgid", $"{group}, {group}, {group}", SYS_setresgid, group, group, group)
            .Says(Errno.EINVAL, $"the container has no group {group}: its user namespace has {Ids} ids");
        _p.Add("setresuid", $"{user}, {user}, {user}", SYS_setresuid, user, user, user)
            .Says(Errno.EINVAL, $"the container has no user {user}: its user namespace has {Ids} ids");
    }

    private string Ids => plan.Namespaces.UidMap is [var map] ? map.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) : "other";

    private void BecomeUser()
    {
        var process = plan.Process;
        var own = InUserNamespace ? ulong.MaxValue : Capabilities.Permitted();
        var wanted = _identity.User == 0 ? process.Capabilities with { Inheritable = 0, Ambient = 0 } : process.Capabilities;
        for (var capability = 0; capability <= Capabilities.Last; capability++)
            if ((wanted.Bounding >> capability & 1) == 0)
                _p.Add(new StepText("prctl", $"PR_CAPBSET_DROP, {Capabilities.Name(capability)}", null, null), SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
        _p.Add("prctl", "PR_SET_KEEPCAPS, 1", SYS_prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0);
        if (process.NoNewPrivileges)
            _p.Add("prctl", "PR_SET_NO_NEW_PRIVS, 1", SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        else
            Filter();   // needs CAP_SYS_ADMIN, which is about to go
        SetIds(_identity.User, _identity.Group, _identity.Groups, "of the program");
        SetCapabilities(wanted.Permitted & own & Capabilities.Mask, wanted.Effective & own & Capabilities.Mask, wanted.Inheritable & own & Capabilities.Mask);
        var ambient = wanted.Ambient & wanted.Permitted & wanted.Inheritable & own;
        for (var capability = 0; capability <= Capabilities.Last; capability++)
            if ((ambient >> capability & 1) != 0)
                _p.Add(
                    $"prctl", $"PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, {Capabilities.Name(capability)}",
                    SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
        _p.Add("prctl", "PR_SET_DUMPABLE, 0", SYS_prctl, PR_SET_DUMPABLE, 0);
        DieWithShim();
        // Had the shim died before that, nobody reads this, and it fails.
        _p.Add(new StepText("write", "to the shim: alive", "to the shim", null), SYS_write, resources.SyncChild, Str("!"), 1);
    }

    private void SetCapabilities(ulong permitted, ulong effective, ulong inheritable)
    {
        var header = _p.Arena.Put(new cap_header { version = _LINUX_CAPABILITY_VERSION_3 });
        var data = _p.Arena.Put(new cap_data
        {
            effective0 = (uint)effective,
            effective1 = (uint)(effective >> 32),
            permitted0 = (uint)permitted,
            permitted1 = (uint)(permitted >> 32),
            inheritable0 = (uint)inheritable,
            inheritable1 = (uint)(inheritable >> 32),
        });
        _p.Add("capset", $"effective {effective:x}, permitted {permitted:x}, inheritable {inheritable:x}", SYS_capset, header, data);
    }

    /// <summary>The child stays as PID 1 and the program is its child.</summary>
    private void StartInit()
    {
        if (!plan.Process.Init || plan.Kind == LaunchKind.Exec)
            return;
        // Not clone3, which a filter that is there already refuses.
        _p.Add("clone", "SIGCHLD: the program, this process stays as init", SYS_clone, SIGCHLD, 0, 0, 0, 0).Kind(InstructionKind.ForkAndReap)
            .Filter(plan.Process.NoNewPrivileges ? FilterProgram() : null);
        DieWithShim();
    }

    private void Execute()
    {
        // Before and not by execve: it would find /proc/self/fd/N/../../bin/sh through any directory of the host's that is still open (CVE-2024-21626).
        var sync = resources.SyncChild;
        if (sync > 3)
            _p.Add("close_range", $"3, {sync - 1}", SYS_close_range, 3, sync - 1, 0);
        _p.Add("close_range", $"{sync + 1}, all", SYS_close_range, sync + 1, uint.MaxValue, 0);
        if (plan.Process.NoNewPrivileges)
            Filter();
        var args = plan.Process.Args;
        var environment = Environment();
        var argv = (Arg)_p.Arena.Strings(args.AsSpan());
        var envp = (Arg)_p.Arena.Strings(environment.ToArray());
        if (args[0].Contains('/'))
        {
            // ENOENT is said of the program and of its interpreter alike; opening it tells which.
            Execve(args[0], argv, envp).Tolerate(Errno.ENOENT);
            _p.Add("openat", $"{Quote(args[0])}, O_PATH", SYS_openat, AT_FDCWD, Str(args[0]), O_PATH | O_CLOEXEC).Says(Errno.ENOENT, $"command not found: {args[0]}");
            return;
        }
        foreach (var folder in SearchPath(environment).Split(':'))
            Execve((folder.Length == 0 ? "." : folder) + "/" + args[0], argv, envp).Tolerate(Errno.ENOENT).Tolerate(Errno.ENOTDIR).Tolerate(Errno.EACCES);
    }

    private Emitted Execve(string path, Arg argv, Arg envp) => _p.Add(
        new StepText("execve", Quote(path), null, string.Join(' ', Array.ConvertAll(plan.Process.Args.ToArray(), Shell))), SYS_execve, Str(path), argv, envp)
        .Says(Errno.EACCES, $"{Quote(path)} is not executable");

    private List<string> Environment()
    {
        var environment = new List<string>(plan.Process.Env.Length + 1);
        var hasHome = false;
        foreach (var entry in plan.Process.Env)
        {
            hasHome |= entry.StartsWith("HOME=", StringComparison.Ordinal);
            environment.Add(entry);
        }
        if (!hasHome)
            environment.Add("HOME=" + _identity.Home);
        return environment;
    }

    public static string SearchPath(List<string> environment)
    {
        foreach (var entry in environment)
            if (entry.StartsWith("PATH=", StringComparison.Ordinal))
                return entry[5..];
        return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    }

    /// <summary>No directory of PATH had it.</summary>
    public PlanException NotFound(Outcome* outcome)
    {
        if (plan.Process.Args[0].Contains('/'))
            return new PlanException($"{Quote(plan.Process.Args[0])} cannot be executed: the interpreter it asks for is missing", Errno.ENOENT);
        var traces = (Trace*)(outcome + 1);
        for (var i = 0; i < _p.Count; i++)
            if (_p.Text(i).Call == "execve" && traces[i].Result == -Errno.EACCES)
                return new PlanException($"{_p.Text(i).Arguments} is not executable", Errno.EACCES);
        return new PlanException($"command not found: {plan.Process.Args[0]} (looked in {SearchPath(Environment())})", Errno.ENOENT);
    }
}
