using Brig.Linux;
using Brig.Linux.Proc;
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

    /// <summary>PROC_ROOT_INO of the kernel.</summary>
    private const ulong ProcRoot = 1;

    public static Resources Prepare(LaunchPlan plan, StepLog log)
    {
        Check(plan);
        var resources = new Resources();
        var pair = stackalloc int[2];
        log.Add(StepLog.Now, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "socketpair", "AF_UNIX, SOCK_STREAM");
        (resources.SyncParent, resources.SyncChild) = (pair[0], pair[1]);
        if (plan.Sysctls.Length > 0 || plan.Process is { OomScoreAdj: not null } or { AppArmor: not null })
            OpenProc(resources, log);
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
        Join(namespaces.User, CLONE_NEWUSER, "CLONE_NEWUSER", "user", resources, log);
        if (namespaces.User.Mode == NamespaceMode.Join)
            resources.UserNamespace = resources.Joins[^1].Fd;
        if (plan.Root is not { } root)
        {
            if (namespaces.Mount.Mode != NamespaceMode.Join)
                throw new PlanException("a container needs a root file system or another container's mount namespace");
            return;
        }
        resources.Binds = new int[root.Mounts.Length];
        OpenBinds(root, idmap: false, resources, log);
        if (namespaces.User.Mode != NamespaceMode.Host)
            resources.Devices = DeviceNodes.Open(plan, root, log);
    }

    /// <summary>What needs the container's user namespace, if it has one.</summary>
    public static void MakeRoot(LaunchPlan plan, Resources resources, StepLog log)
    {
        if (plan.Root is not { } root)
            return;
        if (resources.UserNamespace >= 0)
            GiveUpper(root.Upper, plan.Namespaces, log);
        resources.Root = Overlay.Make(root, resources.UserNamespace, log);
        OpenBinds(root, idmap: true, resources, log);
    }

    /// <summary>The root directory is the container's root's from the first start on; afterwards whoever it gave it to has it.</summary>
    private static void GiveUpper(string upper, NamespacePlan namespaces, StepLog log)
    {
        stat now;
        if (namespaces.UidMap.Outside(0) is { } owner && namespaces.GidMap.Outside(0) is { } group && stat_(upper, &now) == 0 && now.st_uid == 0)
            log.Add(StepLog.Now, lchown(upper, owner, group), "lchown", $"{Quote(upper)}, {owner}, {group}", null, $"chown {owner}:{group} {Shell(upper)}");
    }

    private static void Join(NamespaceTarget target, ulong type, string typeName, string option, Resources resources, StepLog log)
    {
        if (target is not { Mode: NamespaceMode.Join, Path: { } path })
            return;
        var start = StepLog.Now;
        var fd = log.Add(start, open(path, O_RDONLY | O_CLOEXEC), "open", Quote(path), "of the namespace " + Quote(path));
        // It is of whoever had that number when it was opened; if that process is still there, it was that process's.
        if (target.StartTicks != 0 && ProcessStat.StartTicks(target.Process) != target.StartTicks)
            throw new PlanException($"the container whose {option} namespace was to be shared has ended", Errno.ESRCH);
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

    /// <summary>The last thing before the child, because the engine may make them until then.</summary>
    public static void OpenCgroups(CgroupPlan plan, Resources resources, StepLog log)
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

    private static void OpenProc(Resources resources, StepLog log)
    {
        statfs fileSystem;
        stat status;
        resources.Proc = log.Add(StepLog.Now, open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), "open", "\"/proc\", O_PATH|O_DIRECTORY");
        if (fstatfs(resources.Proc, &fileSystem) != 0 || fstat(resources.Proc, &status) != 0 || fileSystem.f_type != PROC_SUPER_MAGIC || status.st_ino != ProcRoot)
            throw new PlanException("\"/proc\" of this machine is not the kernel's", Errno.EINVAL);
    }

    /// <param name="idmap">Those that need the container's user namespace, or those that do not.</param>
    private static void OpenBinds(RootPlan root, bool idmap, Resources resources, StepLog log)
    {
        for (var i = 0; i < root.Mounts.Length; i++)
        {
            var mount = root.Mounts[i];
            if (mount.Idmap == idmap)
                resources.Binds[i] = mount.Kind switch
                {
                    MountKind.Bind => OpenBind(mount, resources.UserNamespace, log),
                    MountKind.HostFileSystem => MakeHostFileSystem(mount, log),
                    _ => -1,
                };
        }
    }

    private static int OpenBind(MountPlan mount, int user, StepLog log)
    {
        var start = StepLog.Now;
        var below = mount.NonRecursive ? 0u : AT_RECURSIVE;
        var tree = mount.Subpath is { } subpath ? OpenBelow(mount, subpath, below) : open_tree(AT_FDCWD, mount.Source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | below);
        if (tree == -1 && Errno.Last == Errno.ENOENT)
            throw new PlanException($"the source of the mount on {Quote(mount.Target)} does not exist: {Quote(mount.Source)}", Errno.ENOENT);
        log.Add(start, tree, "open_tree", $"{Quote(mount.Source)}, OPEN_TREE_CLONE{(mount.NonRecursive ? "" : "|AT_RECURSIVE")}", "of the mount source " + Quote(mount.Source));
        start = StepLog.Now;
        // Private, or what is mounted on it inside would appear on a host that shares its mounts. The first four MOUNT_ATTR_ are the first four MS_.
        var (propagation, name) = mount.Propagation switch
        {
            Propagation.Slave => (MS_SLAVE, "MS_SLAVE"),
            Propagation.Shared => (MS_SHARED, "MS_SHARED"),
            _ => (MS_PRIVATE, "MS_PRIVATE"),
        };
        var attributes = new mount_attr { attr_set = (ulong)mount.Flags, propagation = propagation };
        var mapped = mount.Idmap && user >= 0;
        if (mapped)
            (attributes.attr_set, attributes.userns_fd) = (attributes.attr_set | MOUNT_ATTR_IDMAP, (ulong)user);
        var set = mount_setattr(tree, AT_RECURSIVE, attributes);
        if (set == -1 && mapped && mount.IdmapOptional && Errno.Last is Errno.EINVAL or Errno.EPERM)
        {
            mapped = false;
            (attributes.attr_set, attributes.userns_fd) = ((ulong)mount.Flags, 0);
            set = mount_setattr(tree, AT_RECURSIVE, attributes);
        }
        if (set == -1 && mapped && Errno.Last is Errno.EINVAL or Errno.EPERM)
            throw new PlanException(
                $"{Quote(mount.Source)} cannot be mounted with the container's ids: its file system, or one mounted below it, does not know how (tmpfs does from Linux 6.3 on) or is mapped already; mount it without idmap",
                Errno.EINVAL);
        log.Add(
            start, set, "mount_setattr", $"{Quote(mount.Source)}, {Flags(mount.Flags, "MOUNT_ATTR_")}{(mapped ? "|MOUNT_ATTR_IDMAP" : "")}, {name}",
            $"with {Flags(mount.Flags, "MOUNT_ATTR_")} on {Quote(mount.Source)}");
        return tree;
    }

    /// <summary>Containers make names and links in there: they are resolved as if the source were the root, and what was found is what is mounted.</summary>
    private static int OpenBelow(MountPlan mount, string subpath, uint below)
    {
        var root = open(mount.Source, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (root == -1)
            return -1;
        var found = openat2(root, subpath.TrimStart('/'), O_PATH | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
        var why = Errno.Last;
        close(root);
        if (found == -1)
            throw new PlanException(
                $"the path {Quote(subpath)} of the mount on {Quote(mount.Target)} cannot be found in {Quote(mount.Source)}: {Errno.Describe(why)}", why is Errno.ENOENT or Errno.ENOTDIR ? why : Errno.EINVAL);
        stat status;
        if (fstat(found, &status) != 0 || (status.st_mode & S_IFMT) is not (S_IFDIR or S_IFREG))
        {
            close(found);
            throw new PlanException($"the path {Quote(subpath)} of the mount on {Quote(mount.Target)} is neither a directory nor a file", Errno.EINVAL);
        }
        var tree = open_tree(found, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | below | AT_EMPTY_PATH);
        close(found);
        return tree;
    }

    private static int MakeHostFileSystem(MountPlan mount, StepLog log)
    {
        var type = Quote(mount.Type);
        var context = log.Add(StepLog.Now, fsopen(mount.Type, FSOPEN_CLOEXEC), "fsopen", $"{type}, FSOPEN_CLOEXEC");
        try
        {
            log.Add(StepLog.Now, fsconfig(context, FSCONFIG_SET_STRING, "source", mount.Source, 0), "fsconfig", $"{mount.Type}, \"source\", {Quote(mount.Source)}");
            log.Add(StepLog.Now, fsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0), "fsconfig", $"{mount.Type}, FSCONFIG_CMD_CREATE", "of " + mount.Type);
            return log.Add(StepLog.Now, fsmount(context, FSMOUNT_CLOEXEC, (uint)mount.Flags), "fsmount", $"{mount.Type}, {Flags(mount.Flags, "MOUNT_ATTR_")}", "of " + mount.Type);
        }
        finally
        {
            close(context);
        }
    }

    private static string Number(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
