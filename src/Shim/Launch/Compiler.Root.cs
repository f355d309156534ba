using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

internal sealed unsafe partial class Compiler
{
    private readonly List<Slot> _early = [];

    /// <summary>The detached root goes over the old one,, becomes it, and the old one is let go. No path of the host is walked, so a user namespace needs no right to any.</summary>
    private void EnterRoot()
    {
        if (resources.Root >= 0)
        {
            _p.Add(new StepText("mount", "\"/\", MS_REC|MS_PRIVATE", null, "mount --make-rprivate /"), SYS_mount, 0, Str("/"), 0, MS_REC | MS_PRIVATE, 0);
            MakeEarly();
            _p.Add(
                new StepText("move_mount", "root, \"/\"", "of the root file system on \"/\"", null),
                SYS_move_mount, resources.Root, Empty, AT_FDCWD, Str("/"), MOVE_MOUNT_F_EMPTY_PATH);
            _p.Add("fchdir", "root", SYS_fchdir, resources.Root);
            _p.Add(new StepText("pivot_root", "\".\", \".\"", null, "pivot_root . ."), SYS_pivot_root, Str("."), Str("."));
            // At once: while the old root lies over the new one, ".." of the new one leads into it.
            _p.Add(new StepText("umount2", "\".\", MNT_DETACH", null, "umount -l ."), SYS_umount2, Str("."), MNT_DETACH);
        }
        _p.Add("chdir", "\"/\"", SYS_chdir, Str("/"));
        _p.Add("openat", "\"/\", O_PATH|O_DIRECTORY", SYS_openat, AT_FDCWD, Str("/"), O_PATH | O_DIRECTORY | O_CLOEXEC).To(_root);
    }

    private static bool IsEarly(MountPlan mount) => mount.Type is "proc" or "sysfs";

    /// <summary>A user namespace may have proc and sysfs only while it sees the host's, so there they are made before the old root goes, and moved to their places after.</summary>
    private void MakeEarly()
    {
        if (!InUserNamespace || plan.Root is not { } root)
            return;
        foreach (var mount in root.Mounts)
        {
            if (!IsEarly(mount))
                continue;
            var (context, made) = (_p.NewSlot(), _p.NewSlot());
            _p.Add("fsopen", $"{Quote(mount.Type)}, FSOPEN_CLOEXEC", SYS_fsopen, Str(mount.Type), FSOPEN_CLOEXEC).To(context);
            _p.Add(new StepText("fsconfig", $"{mount.Type}, FSCONFIG_CMD_CREATE", "of " + mount.Type, null), SYS_fsconfig, context, FSCONFIG_CMD_CREATE, 0, 0, 0);
            _p.Add(new StepText("fsmount", $"{mount.Type}, {Flags(mount.Flags, "MOUNT_ATTR_")}", "of " + mount.Type, null), SYS_fsmount, context, FSMOUNT_CLOEXEC, (uint)mount.Flags)
                .To(made);
            Close(context);
            _early.Add(made);
        }
    }

    private void MountAll()
    {
        if (plan.Root is not { } root)
            return;
        for (var i = 0; i < root.Mounts.Length; i++)
        {
            if (resources.Binds[i] >= 0)
                Bind(root.Mounts[i], resources.Binds[i], IsDirectory(resources.Binds[i]));
            else
                MountFileSystem(root.Mounts[i]);
        }
        if (root.ReadOnly)
            _p.Add(
                new StepText("mount_setattr", "\"/\", MOUNT_ATTR_RDONLY", null, "mount -o remount,ro /"),
                SYS_mount_setattr, _root, Empty, AT_EMPTY_PATH, _p.Arena.Put(new mount_attr { attr_set = MOUNT_ATTR_RDONLY }), sizeof(mount_attr));
    }

    private void Bind(MountPlan mount, int tree, bool directory)
    {
        var target = _p.NewSlot();
        if (directory)
            OpenDirectory(target, mount.Target);
        else
            OpenFile(target, mount.Target);
        MoveMount(tree, target, Quote(mount.Source), mount.Target, $"mount --rbind {Shell(mount.Source)} {Shell(mount.Target)}");
        Close(target);
    }

    private void MountFileSystem(MountPlan mount)
    {
        // proc and sysfs are what the kernel is told and what tells of it: an image must not have them elsewhere.
        var resolve = IsEarly(mount) ? RESOLVE_NO_SYMLINKS : 0;
        var target = _p.NewSlot();
        OpenDirectory(target, mount.Target, resolve);
        if (InUserNamespace && IsEarly(mount))
        {
            MoveMount(_early[0], target, Quote(mount.Source), mount.Target, $"mount -t {mount.Type} {Options(mount.Flags, mount.Data)}{Shell(mount.Source)} {Shell(mount.Target)}");
            Close(_early[0]);
            _early.RemoveAt(0);
            Close(target);
            return;
        }
        _p.Add("fchdir", Quote(mount.Target), SYS_fchdir, target);
        var data = mount.Data.Length == 0 ? (Arg)0 : Str(mount.Data);
        _p.Add(
            new StepText(
                "mount", $"{Quote(mount.Source)}, {Quote(mount.Target)}, {Quote(mount.Type)}, {Flags(mount.Flags, "MS_")}, {Quote(mount.Data)}",
                $"{Quote(mount.Source)} on {Quote(mount.Target)}",
                $"mount -t {mount.Type} {Options(mount.Flags, mount.Data)}{Shell(mount.Source)} {Shell(mount.Target)}"),
            SYS_mount, Str(mount.Source), Str("."), Str(mount.Type), (uint)mount.Flags, data);
        Close(target);
    }

    private static bool IsDirectory(int fd)
    {
        stat status;
        return fstat(fd, &status) == 0 && (status.st_mode & S_IFMT) == S_IFDIR;
    }

    private void MakeDevices()
    {
        if (plan.Root is not { } root)
            return;
        var parent = _p.NewSlot();
        var parentPath = "";
        for (var i = 0; i < root.Devices.Length; i++)
        {
            var device = root.Devices[i];
            if (resources.Devices.Length > 0)
            {
                var target = _p.NewSlot();
                OpenFile(target, device.Path);
                MoveMount(resources.Devices[i], target, Quote(device.Path), device.Path, $"mount --bind {device.Path} {device.Path}");
                Close(target);
                continue;
            }
            var (above, name) = Split(device.Path);
            if (above != parentPath)
                OpenDirectory(parent, above);
            parentPath = above;
            var kind = device.Type == 'b' ? S_IFBLK : S_IFCHR;
            var number = (device.Minor & 0xff) | ((device.Major & 0xfff) << 8) | ((device.Minor & ~0xffu) << 12);
            _p.Add(
                new StepText(
                    "mknodat", $"{Quote(above)}, {Quote(name)}, {device.Type} {device.Major}:{device.Minor}", Quote(device.Path),
                    $"mknod {Shell(device.Path)} {device.Type} {device.Major} {device.Minor}"),
                SYS_mknodat, parent, Str(name), kind | device.Mode, number).Tolerate(Errno.EEXIST);
        }
    }

    private void MakeLinks()
    {
        if (plan.Root is not { } root)
            return;
        var parent = _p.NewSlot();
        var parentPath = "";
        foreach (var link in root.Links)
        {
            var (above, name) = Split(link.Path);
            if (above != parentPath)
                OpenDirectory(parent, above);
            parentPath = above;
            _p.Add(
                new StepText("symlinkat", $"{Quote(link.Target)}, {Quote(above)}, {Quote(name)}", Quote(link.Path), $"ln -s {Shell(link.Target)} {Shell(link.Path)}"),
                SYS_symlinkat, Str(link.Target), parent, Str(name)).Tolerate(Errno.EEXIST);
        }
    }

    private void WriteSysctls()
    {
        foreach (var sysctl in plan.Sysctls)
        {
            var path = "/proc/sys/" + sysctl.Name.Replace('.', '/');
            var file = _p.NewSlot();
            OpenInside(file, path, O_WRONLY, "O_WRONLY", RESOLVE_NO_SYMLINKS).Says(Errno.ENOENT, $"the kernel has no sysctl {Quote(sysctl.Name)} here");
            _p.Add(
                new StepText("write", $"{Quote(path)}, {Quote(sysctl.Value)}", $"{Quote(sysctl.Value)} to sysctl {Quote(sysctl.Name)}", $"sysctl -w {sysctl.Name}={Shell(sysctl.Value)}"),
                SYS_write, file, Str(sysctl.Value), System.Text.Encoding.UTF8.GetByteCount(sysctl.Value));
            Close(file);
        }
    }

    private void HidePaths()
    {
        if (plan.Root is not { } root)
            return;
        foreach (var path in root.ReadOnlyPaths)
            MakeReadOnly(path);
        foreach (var path in root.MaskedPaths)
            Mask(path);
    }

    private void MakeReadOnly(string path)
    {
        var next = new Label();
        var (target, tree) = (_p.NewSlot(), _p.NewSlot());
        OpenInside(target, path, O_PATH, "O_PATH", RESOLVE_NO_SYMLINKS).Tolerate(Errno.ENOENT).WhenTolerated(next);
        _p.Add(
            new StepText("open_tree", $"{Quote(path)}, OPEN_TREE_CLONE|AT_RECURSIVE", Quote(path), null),
            SYS_open_tree, target, Empty, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE).To(tree);
        _p.Add(
            new StepText("mount_setattr", $"{Quote(path)}, MOUNT_ATTR_RDONLY", Quote(path), null),
            SYS_mount_setattr, tree, Empty, AT_EMPTY_PATH | AT_RECURSIVE, _p.Arena.Put(new mount_attr { attr_set = MOUNT_ATTR_RDONLY }), sizeof(mount_attr));
        MoveMount(tree, target, "itself read-only", path, $"mount --rbind -o ro {Shell(path)} {Shell(path)}");
        Close(tree);
        Close(target);
        _p.Place(next);
    }

    /// <summary>A directory is covered by an empty tmpfs, anything else by /dev/null.</summary>
    private void Mask(string path)
    {
        var (next, isDirectory) = (new Label(), new Label());
        var (target, tree) = (_p.NewSlot(), _p.NewSlot());
        OpenInside(target, path, O_PATH, "O_PATH", RESOLVE_NO_SYMLINKS).Tolerate(Errno.ENOENT).WhenTolerated(next);
        _p.Add("fchdir", Quote(path), SYS_fchdir, target).Tolerate(Errno.ENOTDIR).WhenDone(isDirectory);
        _p.Add("open_tree", "\"/dev/null\", OPEN_TREE_CLONE", SYS_open_tree, AT_FDCWD, Str("/dev/null"), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC).To(tree);
        var closing = new Label();
        MoveMount(tree, target, "\"/dev/null\"", path, $"mount --bind /dev/null {Shell(path)}");
        _p.Add("close", "it", SYS_close, tree).WhenDone(closing);
        _p.Place(isDirectory);
        _p.Add(
            new StepText("mount", $"\"tmpfs\", {Quote(path)}, \"tmpfs\", MS_RDONLY, \"size=0\"", $"\"tmpfs\" on {Quote(path)}", $"mount -t tmpfs -o ro,size=0 tmpfs {Shell(path)}"),
            SYS_mount, Str("tmpfs"), Str("."), Str("tmpfs"), MS_RDONLY, Str("size=0"));
        _p.Place(closing);
        Close(target);
        _p.Place(next);
    }
}
