using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

internal sealed unsafe partial class Compiler
{
    private readonly List<Slot> _early = [];

    /// <summary>The detached root goes over the old one, becomes it, and the old one is let go. No path of the host is walked, so a user namespace needs no right to any.</summary>
    private void EnterRoot()
    {
        if (resources.Root >= 0)
        {
            _p.Add(new StepText("mount", "\"/\", MS_REC|MS_PRIVATE", null, "mount --make-rprivate /"), SYS_mount, 0, Str("/"), 0, MS_REC | MS_PRIVATE, 0);
            MakeEarly();
            var handed = Handed(resources.Root);
            _p.Add(
                new StepText("move_mount", "root, \"/\"", "of the root file system on \"/\"", null),
                SYS_move_mount, handed, Empty, AT_FDCWD, Str("/"), MOVE_MOUNT_F_EMPTY_PATH);
            _p.Add("fchdir", "root", SYS_fchdir, handed);
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
            if (!IsEarly(mount) || mount.Kind != MountKind.FileSystem)
                continue;
            var (context, made) = (_p.NewSlot(), _p.NewSlot());
            _p.Add("fsopen", $"{Quote(mount.Type)}, FSOPEN_CLOEXEC", SYS_fsopen, Str(mount.Type), FSOPEN_CLOEXEC).To(context);
            _p.Add("fsconfig", $"{mount.Type}, \"source\", {Quote(mount.Source)}", SYS_fsconfig, context, FSCONFIG_SET_STRING, Str("source"), Str(mount.Source), 0);
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
                Bind(root.Mounts[i], root.Mounts[i].Idmap ? Handed(resources.Binds[i]) : resources.Binds[i], IsDirectory(resources.Binds[i]));
            else
                MountFileSystem(root.Mounts[i]);
        }
        if (root.ReadOnly)
            _p.Add(
                new StepText("mount_setattr", "\"/\", MOUNT_ATTR_RDONLY", null, "mount -o remount,ro /"),
                SYS_mount_setattr, _root, Empty, AT_EMPTY_PATH, _p.Arena.Put(new mount_attr { attr_set = MOUNT_ATTR_RDONLY }), sizeof(mount_attr));
    }

    private void Bind(MountPlan mount, Arg tree, bool directory)
    {
        var target = _p.NewSlot();
        if (directory)
            OpenDirectory(target, mount.Target, ResolveOf(mount));
        else
            OpenFile(target, mount.Target);
        CheckIsNotProc(target, mount.Target);
        MoveMount(tree, target, Quote(mount.Source), mount.Target, $"mount --rbind {Shell(mount.Source)} {Shell(mount.Target)}");
        Close(target);
    }

    private void MountFileSystem(MountPlan mount)
    {
        var target = _p.NewSlot();
        OpenDirectory(target, mount.Target, ResolveOf(mount));
        if (InUserNamespace && IsEarly(mount))
        {
            MoveMount(_early[0], target, Quote(mount.Source), mount.Target, $"mount -t {mount.Type} {Options(mount.Flags, mount.Data)}{Shell(mount.Source)} {Shell(mount.Target)}");
            Close(_early[0]);
            _early.RemoveAt(0);
            Close(target);
            return;
        }
        if (mount.Type == "tmpfs")
            CheckIsNotProc(target, mount.Target);
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

    /// <summary>proc and sysfs are what the kernel is told and what tells of it: an image must not have them elsewhere.</summary>
    private static ulong ResolveOf(MountPlan mount) => IsEarly(mount) ? RESOLVE_NO_SYMLINKS : 0;

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
            var (above, name) = Split(device.Path);
            if (above != parentPath)
                OpenDirectory(parent, above);
            parentPath = above;
            if (resources.Devices.Length > 0)
            {
                MakeFile(parent, above, name).Tolerate(Errno.EEXIST);
                _p.Add(
                    new StepText("move_mount", $"{Quote(device.Path)}, {Quote(above)}, {Quote(name)}", $"{Quote(device.Path)} on itself", $"mount --bind {device.Path} {device.Path}"),
                    SYS_move_mount, resources.Devices[i], Empty, parent, Str(name), MOVE_MOUNT_F_EMPTY_PATH);
                continue;
            }
            var kind = device.Type == 'b' ? S_IFBLK : S_IFCHR;
            _p.Add(
                new StepText(
                    "mknodat", $"{Quote(above)}, {Quote(name)}, {device.Type} {device.Major}:{device.Minor}", Quote(device.Path),
                    $"mknod {Shell(device.Path)} {device.Type} {device.Major} {device.Minor}"),
                SYS_mknodat, parent, Str(name), kind | device.Mode, DeviceNumber(device)).Tolerate(Errno.EEXIST);
            if ((device.Uid | device.Gid) != 0)
                _p.Add("fchownat", $"{Quote(device.Path)}, {device.Uid}, {device.Gid}", SYS_fchownat, parent, Str(name), device.Uid, device.Gid, AT_SYMLINK_NOFOLLOW);
        }
    }

    /// <summary>As the kernel packs it (makedev(3)).</summary>
    public static uint DeviceNumber(DevicePlan device) => (device.Minor & 0xff) | ((device.Major & 0xfff) << 8) | ((device.Minor & ~0xffu) << 12);

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
        foreach (var (name, value) in plan.Sysctls)
        {
            // The file is for the host's root alone, the call for the root of the namespace.
            if (name == "kernel.domainname")
                _p.Add(new StepText("setdomainname", Quote(value), null, $"sysctl -w {name}={Shell(value)}"), SYS_setdomainname, Str(value), System.Text.Encoding.UTF8.GetByteCount(value));
            else
                WriteProc("sys/" + name.Replace('.', '/'), value, $"{Quote(value)} to sysctl {Quote(name)}", $"sysctl -w {name}={Shell(value)}")
                    .Says(Errno.ENOENT, $"the kernel has no sysctl {Quote(name)} here");
        }
    }
}
