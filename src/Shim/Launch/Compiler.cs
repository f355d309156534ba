using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

/// <summary>
/// Turns a plan into the child's system calls, one subject per file:
/// 1 leave the shim behind (signals, death with the parent) → 2 cgroups → 3 join namespaces, fork if any was joined → 4 own namespaces (cgroup, net, uts) →
/// (a user namespace of its own: the ids are waited for before 4, the root after it) → 5 root file system and what is mounted in it, (the network is waited for) → 6 terminal, limits, directory → 7 user and capabilities → 8 init → 9 streams → 10 execve.
/// </summary>
internal sealed unsafe partial class Compiler(LaunchPlan plan, Resources resources, SyscallProgram program)
{
    private readonly SyscallProgram _p = program;

    /// <summary>The root directory, once there is one of the container's.</summary>
    private readonly Slot _root = program.NewSlot();

    private Handover? _handover;
    private Identity _identity = Identity.Root;

    /// <summary>A user namespace comes with a process and maps the layers: then the child is made before its root, and waits for it.</summary>
    public static bool ChildFirst(LaunchPlan plan) => plan is { Kind: LaunchKind.Create, Namespaces.User.Mode: NamespaceMode.New, Root: not null };

    /// <summary>The engine puts interfaces into a namespace that is new: then it hears of it as soon as it is there.</summary>
    public static bool TellsNetwork(LaunchPlan plan) => plan is { AwaitNetwork: true, Namespaces.Net.Mode: NamespaceMode.New };

    private bool InUserNamespace => plan.Namespaces.User.Mode != NamespaceMode.Host || Joins(CLONE_NEWUSER);

    /// <summary>What the child can do before its root is there; ends with the wait for it.</summary>
    public void Begin()
    {
        LeaveShim();
        EnterCgroups();
        if (!ChildFirst(plan))
            Protect();
        JoinNamespaces();
        if (!ChildFirst(plan))
            return;
        AwaitIds();
        OwnNamespaces();
        var handed = 1;
        foreach (var mount in plan.Root!.Mounts)
            handed += mount.Idmap ? 1 : 0;
        _handover = new Handover(_p, resources.SyncChild, handed);
    }

    /// <summary>The rest, once the resources are complete.</summary>
    public void Finish(Identity found)
    {
        _identity = found;
        if (!ChildFirst(plan))
            OwnNamespaces();
        EnterRoot();
        MountAll();
        MakeDevices();
        MakeLinks();
        AwaitNetwork();
        WriteSysctls();
        OpenTerminal();
        OpenNothing();
        HidePaths();
        Limit();
        Confine();
        EnterDirectory();
        BecomeUser();
        StartInit();
        TakeStreams();
        Execute();
    }

    /// <summary>The word to go on, after <see cref="Finish"/>.</summary>
    public void Go() => _handover?.Send(resources.SyncParent);

    /// <summary>A descriptor that was made while the child waited, as the child knows it; made before, the child inherited it.</summary>
    private Arg Handed(int fd) => _handover is { } handover ? handover.Add(fd) : fd;

    private Arg Str(string text) => _p.Arena.String(text);

    private Arg Empty => _p.Arena.String("");

    /// <summary>openat2 below the container's root: a symlink in the image leads nowhere else, and /proc's links to open files lead nowhere at all.</summary>
    private Emitted OpenInside(Slot to, string path, int flags, string flagText, ulong resolve = 0)
    {
        var how = _p.Arena.Put(new open_how { flags = (ulong)(flags | O_CLOEXEC), resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve });
        return _p.Add(
            new StepText("openat2", $"root, {Quote(path)}, {flagText}, RESOLVE_IN_ROOT", Quote(path), null),
            SYS_openat2, _root, Str(path), how, sizeof(open_how)).To(to);
    }

    private void Close(Slot slot) => _p.Add("close", "it", SYS_close, slot);

    /// <summary>Opens a directory inside, made with its parents where it is missing.</summary>
    private void OpenDirectory(Slot to, string path, ulong resolve = 0)
    {
        var there = new Label();
        OpenInside(to, path, O_PATH | O_DIRECTORY, "O_PATH|O_DIRECTORY", resolve).Tolerate(Brig.Linux.Errno.ENOENT).WhenDone(there);
        MakeDirectories(path);
        OpenInside(to, path, O_PATH | O_DIRECTORY, "O_PATH|O_DIRECTORY", resolve);
        _p.Place(there);
    }

    private void MakeDirectories(string path)
    {
        var parent = _p.NewSlot();
        for (var end = path.IndexOf('/', 1); ; end = path.IndexOf('/', end + 1))
        {
            var prefix = end < 0 ? path : path[..end];
            var (above, name) = Split(prefix);
            if (name.Length > 0)
            {
                OpenInside(parent, above, O_PATH | O_DIRECTORY, "O_PATH|O_DIRECTORY");
                _p.Add(new StepText("mkdirat", $"{Quote(above)}, {Quote(name)}, 0755", Quote(prefix), $"mkdir {Shell(prefix)}"), SYS_mkdirat, parent, Str(name), 0b111_101_101)
                    .Tolerate(Brig.Linux.Errno.EEXIST);
                Close(parent);
            }
            if (end < 0)
                return;
        }
    }

    /// <summary>Opens a file inside to mount over, made empty where it is missing; a symlink that leads nowhere is replaced.</summary>
    private void OpenFile(Slot to, string path)
    {
        var (above, name) = Split(path);
        var there = new Label();
        var parent = _p.NewSlot();
        OpenInside(to, path, O_PATH, "O_PATH").Tolerate(Brig.Linux.Errno.ENOENT).WhenDone(there);
        OpenDirectory(parent, above);
        MakeFile(parent, above, name).Tolerate(Brig.Linux.Errno.EEXIST);
        OpenInside(to, path, O_PATH, "O_PATH").Tolerate(Brig.Linux.Errno.ENOENT).WhenDone(there);
        _p.Add(new StepText("unlinkat", $"{Quote(above)}, {Quote(name)}", Quote(path), $"rm {Shell(path)}"), SYS_unlinkat, parent, Str(name), 0);
        MakeFile(parent, above, name);
        OpenInside(to, path, O_PATH, "O_PATH");
        _p.Place(there);
    }

    private Emitted MakeFile(Slot parent, string above, string name) => _p.Add(
        new StepText("mknodat", $"{Quote(above)}, {Quote(name)}, S_IFREG|0644", Quote(above + "/" + name), $"touch {Shell(above + "/" + name)}"),
        SYS_mknodat, parent, Str(name), S_IFREG | 0b110_100_100, 0);

    private Emitted MoveMount(Arg mount, Slot target, string what, string path, string? shell) => _p.Add(
        new StepText("move_mount", $"{what}, {Quote(path)}", $"{what} on {Quote(path)}", shell),
        SYS_move_mount, mount, Empty, target, Empty, MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}
