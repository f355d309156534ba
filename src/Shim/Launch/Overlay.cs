using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>
/// The root file system as a detached mount: no name, seen by nobody, gone when its descriptor is closed, until the child moves it to its root.
/// Layers are given one by one (<c>lowerdir+</c>, Linux 6.5), so no length of an option limits how many there are. Older kernels take
/// them as one option, where about fifteen find room.
/// </summary>
internal static class Overlay
{
    /// <summary>fsconfig(2) takes strings shorter than this.</summary>
    private const int MaxValue = 256;

    private static readonly Version OneByOne = new(6, 5);

    /// <param name="userNamespace">Of the container; then the layers, whose files belong to the host's ids, are shown in it as the container's. -1: none.</param>
    public static int Make(RootPlan plan, int userNamespace, StepLog log)
    {
        var start = StepLog.Now;
        var context = log.Add(start, fsopen("overlay", FSOPEN_CLOEXEC), "fsopen", "\"overlay\", FSOPEN_CLOEXEC");
        var held = new List<int>();
        try
        {
            var layers = plan.LowerDirectories.ToArray();
            for (var i = 0; i < layers.Length && userNamespace >= 0; i++)
                layers[i] = Mapped(layers[i], userNamespace, held, log);
            if (Environment.OSVersion.Version >= OneByOne)
            {
                foreach (var layer in layers)
                    Set(context, "lowerdir+", layer, held, log);
            }
            else
            {
                for (var i = 0; i < layers.Length; i++)
                    layers[i] = Short(layers[i], layers.Length == 1 ? MaxValue : 0, held, log);
                Set(context, "lowerdir", string.Join(':', layers), held, log);
            }
            Set(context, "upperdir", plan.Upper, held, log);
            Set(context, "workdir", plan.Work, held, log);
            start = StepLog.Now;
            log.Add(
                start, fsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0), "fsconfig", "overlay, FSCONFIG_CMD_CREATE",
                $"of overlay over {plan.LowerDirectories.Length} layers with upper {Text.Quote(plan.Upper)}", Shell(plan));
            start = StepLog.Now;
            return log.Add(start, fsmount(context, FSMOUNT_CLOEXEC, 0), "fsmount", "overlay, FSMOUNT_CLOEXEC");
        }
        finally
        {
            foreach (var fd in held)
                close(fd);
            close(context);
        }
    }

    private static void Set(int context, string key, string path, List<int> held, StepLog log)
    {
        var value = key == "lowerdir" ? path : Short(path, MaxValue, held, log);
        var start = StepLog.Now;
        log.Add(start, fsconfig(context, FSCONFIG_SET_STRING, key, value, 0), "fsconfig", $"overlay, {Text.Quote(key)}, {Text.Quote(value)}");
    }

    /// <summary>The path itself when it is shorter than <paramref name="most"/> bytes, else a name for it in /proc/self/fd.</summary>
    private static string Short(string path, int most, List<int> held, StepLog log)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) < most || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal))
            return path;
        var start = StepLog.Now;
        var fd = log.Add(start, open(path, O_PATH | O_DIRECTORY | O_CLOEXEC), "open", $"{Text.Quote(path)}, O_PATH|O_DIRECTORY");
        held.Add(fd);
        return $"/proc/self/fd/{fd}";
    }

    private static string Mapped(string layer, int userNamespace, List<int> held, StepLog log)
    {
        var start = StepLog.Now;
        var tree = log.Add(start, open_tree(AT_FDCWD, layer, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), "open_tree", $"{Text.Quote(layer)}, OPEN_TREE_CLONE");
        held.Add(tree);
        start = StepLog.Now;
        var attributes = new mount_attr { attr_set = MOUNT_ATTR_IDMAP, userns_fd = (ulong)userNamespace };
        log.Add(start, mount_setattr(tree, 0, attributes), "mount_setattr", $"layer, MOUNT_ATTR_IDMAP, user namespace", $"with the user namespace on {Text.Quote(layer)}");
        return $"/proc/self/fd/{tree}";
    }

    private static string Shell(RootPlan plan) =>
        $"mount -t overlay -o lowerdir={string.Join(':', plan.LowerDirectories.ToArray())},upperdir={plan.Upper},workdir={plan.Work} overlay ROOT";
}
