using System.Collections.Immutable;
using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

/// <summary>
/// Device nodes for a container with a user namespace, where mknod is forbidden: the host's are bind mounted. One that not everybody on the host may open would open to nobody in there, for the container's root is not
/// the host's; of such a one the shim makes a node that belongs to the same user and group inside as it does outside.
/// </summary>
internal static unsafe class DeviceNodes
{
    private const uint Everybody = 0b110, Permissions = 0b111_111_111;

    /// <returns>One descriptor a device, to be mounted by move_mount(2).</returns>
    public static int[] Open(LaunchPlan plan, RootPlan root, StepLog log)
    {
        var trees = new int[root.Devices.Length];
        for (var i = 0; i < trees.Length; i++)
            trees[i] = Open(plan, root.Devices[i], Name(plan, i), log);
        return trees;
    }

    /// <summary>Takes away the names of those that were made, once they are mounted: without a name nothing can be mounted.</summary>
    public static void Forget(LaunchPlan plan)
    {
        for (var i = 0; i < plan.Root?.Devices.Length; i++)
            _ = unlinkat(AT_FDCWD, Name(plan, i), 0);
    }

    private static string Name(LaunchPlan plan, int index) => $"{plan.RunFolder}/device-{Number((uint)index)}";

    private static int Open(LaunchPlan plan, DevicePlan device, string own, StepLog log)
    {
        var path = device.HostPath ?? device.Path;
        var tree = log.Add(StepLog.Now, open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), "open_tree", $"{Quote(path)}, OPEN_TREE_CLONE");
        stat status;
        if (fstat(tree, &status) != 0 || (status.st_mode & S_IFMT) != (device.Type == 'b' ? S_IFBLK : S_IFCHR) || status.st_rdev != Compiler.DeviceNumber(device))
            throw new PlanException($"{Quote(path)} is no longer the device {device.Major}:{device.Minor}", Errno.ENODEV);
        if ((status.st_mode & Everybody) == Everybody || plan.Namespaces.UidMap.IsEmpty || plan.Namespaces.GidMap.IsEmpty)
            return tree;
        var made = Make(plan, device, path, own, status, log);
        if (made == -1)
            return tree;
        close(tree);
        return made;
    }

    /// <returns>-1: whoever started Brig lets it make no devices (EPERM by the cgroup's list, or in a user namespace), so the host's has to do.</returns>
    private static int Make(LaunchPlan plan, DevicePlan device, string of, string path, in stat status, StepLog log)
    {
        var (user, group) = (Owner(plan.Namespaces.UidMap, status.st_uid), Owner(plan.Namespaces.GidMap, status.st_gid));
        _ = unlinkat(AT_FDCWD, path, 0);   // of a shim that was killed just here
        var start = StepLog.Now;
        var node = mknod(path, status.st_mode & S_IFMT, status.st_rdev);
        if (node == -1 && Errno.Last == Errno.EPERM)
            return -1;
        log.Add(start, node, "mknod", $"{Quote(path)}, {device.Type} {Number(device.Major)}:{Number(device.Minor)}", $"a node like {Quote(of)}");
        log.Add(StepLog.Now, lchown(path, user, group), "lchown", $"{Quote(path)}, {user}, {group}");
        log.Add(StepLog.Now, chmod(path, status.st_mode & Permissions), "chmod", $"{Quote(path)}, like {Quote(of)}");
        var tree = log.Add(StepLog.Now, open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), "open_tree", $"{Quote(path)}, OPEN_TREE_CLONE");
        // /run is mounted so that no device in it can be opened.
        log.Add(StepLog.Now, mount_setattr(tree, 0, new mount_attr { attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, attr_clr = MOUNT_ATTR_NODEV }), "mount_setattr", $"{Quote(path)}, no MOUNT_ATTR_NODEV");
        return tree;
    }

    /// <summary>Whom the container has no number for, its root stands for.</summary>
    private static uint Owner(ImmutableArray<IdMap> maps, uint id) => maps.Outside(id) ?? maps.Outside(0) ?? id;

    private static string Number(uint value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
