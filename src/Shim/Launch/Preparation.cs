using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

/// <summary>Opens everything the child inherits: what must be made with the host's rights, or before the child is where it cannot see it.</summary>
internal static unsafe class Preparation
{
    /// <summary>
    /// Of a v1 cgroup. The child has one thread, so <c>tasks</c> says the same as <c>cgroup.procs</c>, but "0" written to it takes no lock over all processes, whose
    /// taking waits for an RCU grace period, 15 ms and more.
    /// </summary>
    public const string CgroupEntrance = "/tasks";

    public static Resources Prepare(LaunchPlan plan, StepLog log)
    {
        Check(plan);
        var resources = new Resources();
        var pair = stackalloc int[2];
        log.Add(StepLog.Now, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "socketpair", "AF_UNIX, SOCK_STREAM");
        (resources.SyncParent, resources.SyncChild) = (pair[0], pair[1]);
        OpenCgroups(plan.Cgroup, resources, log);
        if (plan.Kind == LaunchKind.Exec)
            JoinTarget(plan.Target ?? throw new PlanException("an exec needs a target"), resources, log);
        else
            PrepareContainer(plan, resources, log);
        return resources;
    }

    /// <summary>What would otherwise be an error of ours in place of a sentence.</summary>
    private static void Check(LaunchPlan plan)
    {
        if (plan.Process.Args.Length == 0 || plan.Process.Args[0].Length == 0)
            throw new PlanException("there is no command to execute", Errno.EINVAL);
        Absolute("the working directory", plan.Process.WorkingDir);
        if (plan.Root is not { } root)
            return;
        foreach (var mount in root.Mounts)
            Absolute("the target of a mount", mount.Target);
        foreach (var device in root.Devices)
            Absolute("a device", device.Path);
        foreach (var link in root.Links)
            Absolute("a link", link.Path);

        static void Absolute(string what, string path)
        {
            if (!path.StartsWith('/'))
                throw new PlanException($"{what} is not an absolute path: {Quote(path)}", Errno.EINVAL);
        }
    }

    private static void PrepareContainer(LaunchPlan plan, Resources resources, StepLog log)
    {
        var namespaces = plan.Namespaces;
        Join(namespaces.Mount, CLONE_NEWNS, "CLONE_NEWNS", "mount", resources, log);
        Join(namespaces.Pid, CLONE_NEWPID, "CLONE_NEWPID", "pid", resources, log);
        Join(namespaces.Net, CLONE_NEWNET, "CLONE_NEWNET", "net", resources, log);
        Join(namespaces.Uts, CLONE_NEWUTS, "CLONE_NEWUTS", "uts", resources, log);
        Join(namespaces.Ipc, CLONE_NEWIPC, "CLONE_NEWIPC", "ipc", resources, log);
        Join(namespaces.Cgroup, CLONE_NEWCGROUP, "CLONE_NEWCGROUP", "cgroup", resources, log);
        Join(namespaces.Time, CLONE_NEWTIME, "CLONE_NEWTIME", "time", resources, log);
        // The user namespace last: whoever is in it has no right any more to enter those of the host.
        var user = -1;
        if (namespaces.User.Mode == NamespaceMode.New)
        {
            user = UserNamespace.Make(namespaces, log);
            resources.Joins.Add(new Joined(user, CLONE_NEWUSER, "the new user namespace, CLONE_NEWUSER", null));
        }
        else if (namespaces.User.Mode == NamespaceMode.Join)
        {
            Join(namespaces.User, CLONE_NEWUSER, "CLONE_NEWUSER", "user", resources, log);
            user = resources.Joins[^1].Fd;
        }
        if (plan.Root is not { } root)
        {
            if (namespaces.Mount.Mode != NamespaceMode.Join)
                throw new PlanException("a container needs a root file system or another container's mount namespace");
            return;
        }
        if (user >= 0 && IdOf(namespaces.UidMap) is { } owner && IdOf(namespaces.GidMap) is { } group)
            log.Add(
                StepLog.Now, lchown(root.Upper, owner, group), "lchown", $"{Quote(root.Upper)}, {owner}, {group}", null, $"chown {owner}:{group} {Shell(root.Upper)}");
        resources.Root = Overlay.Make(root, user, log);
        OpenBinds(root, resources, log);
        if (user >= 0)
            OpenDevices(root, resources, log);
    }

    /// <summary>Who the container's 0 is outside.</summary>
    private static uint? IdOf(System.Collections.Immutable.ImmutableArray<IdMap> maps)
    {
        foreach (var map in maps)
            if (map.Inside == 0)
                return map.Outside;
        return null;
    }

    private static void Join(NamespaceTarget target, ulong type, string typeName, string option, Resources resources, StepLog log)
    {
        if (target is not { Mode: NamespaceMode.Join, Path: { } path })
            return;
        var start = StepLog.Now;
        var fd = log.Add(start, open(path, O_RDONLY | O_CLOEXEC), "open", Quote(path), "of the namespace " + Quote(path));
        resources.Joins.Add(new Joined(fd, type, $"{Quote(path)}, {typeName}", $"nsenter --{option}={path}"));
    }

    /// <summary>A pidfd enters all of a process's namespaces at once; those we share already must not be named.</summary>
    private static void JoinTarget(ExecTarget target, Resources resources, StepLog log)
    {
        var start = StepLog.Now;
        var pidfd = log.Add(start, pidfd_open(target.Pid), "pidfd_open", Number(target.Pid), "of the container's process " + Number(target.Pid));
        // The pidfd is of whoever has that number now; if that is still the container's, it will be for as long as we hold it.
        if (target.StartTicks != 0 && ProcessStat.StartTicks(target.Pid) != target.StartTicks)
            throw new PlanException("the container ended", Errno.ESRCH);
        ulong types = 0;
        Differs("user", CLONE_NEWUSER);
        Differs("mnt", CLONE_NEWNS);
        Differs("pid", CLONE_NEWPID);
        Differs("net", CLONE_NEWNET);
        Differs("uts", CLONE_NEWUTS);
        Differs("ipc", CLONE_NEWIPC);
        Differs("cgroup", CLONE_NEWCGROUP);
        Differs("time", CLONE_NEWTIME);
        resources.Joins.Add(new Joined(pidfd, types, $"pidfd of {target.Pid}, {Compiler.CloneText(types)}", $"nsenter --all --target {target.Pid}"));

        void Differs(string kind, ulong type)
        {
            stat own, theirs;
            if (stat_($"/proc/{target.Pid}/ns/{kind}", &theirs) != 0)
                throw new PlanException("the container ended", Errno.Last);
            if (stat_($"/proc/self/ns/{kind}", &own) == 0 && own.st_ino != theirs.st_ino)
                types |= type;
        }
    }

    private static void OpenCgroups(CgroupPlan plan, Resources resources, StepLog log)
    {
        if (plan.V2Directory is { } directory)
            resources.CgroupV2 = log.Add(StepLog.Now, open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC), "open", $"{Quote(directory)}, O_PATH", "of the cgroup " + Quote(directory));
        resources.CgroupProcs = new int[plan.V1Directories.Length];
        for (var i = 0; i < resources.CgroupProcs.Length; i++)
        {
            var file = plan.V1Directories[i] + CgroupEntrance;
            resources.CgroupProcs[i] = log.Add(StepLog.Now, open(file, O_WRONLY | O_CLOEXEC), "open", $"{Quote(file)}, O_WRONLY", Quote(file));
        }
    }

    private static void OpenBinds(RootPlan root, Resources resources, StepLog log)
    {
        resources.Binds = new int[root.Mounts.Length];
        for (var i = 0; i < root.Mounts.Length; i++)
        {
            var mount = root.Mounts[i];
            resources.Binds[i] = mount.Kind == MountKind.Bind ? OpenBind(mount, log) : -1;
        }
    }

    private static int OpenBind(MountPlan mount, StepLog log)
    {
        var start = StepLog.Now;
        var tree = open_tree(AT_FDCWD, mount.Source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        if (tree == -1 && Errno.Last == Errno.ENOENT)
            throw new PlanException($"the source of the mount on {Quote(mount.Target)} does not exist: {Quote(mount.Source)}", Errno.ENOENT);
        log.Add(start, tree, "open_tree", $"{Quote(mount.Source)}, OPEN_TREE_CLONE|AT_RECURSIVE", "of the mount source " + Quote(mount.Source));
        start = StepLog.Now;
        // Private, or what is mounted on it inside would appear on a host that shares its mounts. The first four MOUNT_ATTR_ are the first four MS_.
        var attributes = new mount_attr { attr_set = (ulong)mount.Flags, propagation = MS_PRIVATE };
        log.Add(
            start, mount_setattr(tree, AT_RECURSIVE, attributes), "mount_setattr", $"{Quote(mount.Source)}, {Flags(mount.Flags, "MOUNT_ATTR_")}, MS_PRIVATE",
            $"with {Flags(mount.Flags, "MOUNT_ATTR_")} on {Quote(mount.Source)}");
        return tree;
    }

    private static void OpenDevices(RootPlan root, Resources resources, StepLog log)
    {
        resources.Devices = new int[root.Devices.Length];
        for (var i = 0; i < root.Devices.Length; i++)
        {
            var path = root.Devices[i].Path;
            resources.Devices[i] = log.Add(StepLog.Now, open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), "open_tree", $"{Quote(path)}, OPEN_TREE_CLONE");
        }
    }

    private static string Number(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
