using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>
/// The root file system as a detached mount: no name, seen by nobody, gone when its descriptor is closed, until the child moves it to its root.
/// Layers are given one by one (<c>lowerdir+</c>, Linux 6.5), so no length of an option limits how many there are. Older kernels take
/// them as one option here, where few find room; see <see cref="AttachedOverlay"/> for more.
/// </summary>
internal static class Overlay
{
    /// <summary>fsconfig(2) takes strings shorter than this.</summary>
    private const int MaxValue = 256;

    /// <summary>So many names "/proc/self/fd/123" find room in one option.</summary>
    private const int Few = 14;

    private static readonly Version OneByOne = new(6, 5), DetachedLayers = new(6, 15);

    /// <param name="userNamespace">Of the container; then the layers, whose files belong to the host's ids, are shown in it as the container's. -1: none.</param>
    public static int Make(RootPlan plan, int userNamespace, StepLog log)
    {
        var kernel = Environment.OSVersion.Version;
        var held = new List<int>();
        try
        {
            return (userNamespace < 0 || kernel >= DetachedLayers) && (plan.LowerDirectories.Length <= Few || kernel >= OneByOne)
                ? Detached(plan, userNamespace, kernel >= OneByOne, held, log)
                : AttachedOverlay.Make(plan, userNamespace, held, log);
        }
        finally
        {
            foreach (var fd in held)
                close(fd);
        }
    }

    /// <returns>Held until the overlay is made.</returns>
    public static int Open(string path, string about, List<int> held, StepLog log)
    {
        var start = StepLog.Now;
        var fd = log.Add(start, open(path, O_PATH | O_DIRECTORY | O_CLOEXEC), "open", $"{Text.Quote(path)}, O_PATH|O_DIRECTORY", about);
        held.Add(fd);
        return fd;
    }

    /// <summary>A clone of the layer, mounted nowhere, in which the user namespace's 0 owns what the host's 0 owns.</summary>
    public static int Mapped(string layer, int userNamespace, List<int> held, StepLog log)
    {
        var start = StepLog.Now;
        var tree = log.Add(start, open_tree(AT_FDCWD, layer, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), "open_tree", $"{Text.Quote(layer)}, OPEN_TREE_CLONE", OfLayer(layer));
        held.Add(tree);
        start = StepLog.Now;
        var attributes = new mount_attr { attr_set = MOUNT_ATTR_IDMAP, userns_fd = (ulong)userNamespace };
        log.Add(start, mount_setattr(tree, 0, attributes), "mount_setattr", $"layer, MOUNT_ATTR_IDMAP, user namespace", $"with the user namespace on {Text.Quote(layer)}");
        return tree;
    }

    public static string OfLayer(string path) => "of the layer " + Text.Quote(path);

    public static string Of(RootPlan plan) => $"of overlay over {plan.LowerDirectories.Length} layers with upper {Text.Quote(plan.Upper)}";

    public static string Shell(RootPlan plan) =>
        $"mount -t overlay -o lowerdir={string.Join(':', plan.LowerDirectories.ToArray())},upperdir={plan.Upper},workdir={plan.Work} overlay ROOT";

    private static int Detached(RootPlan plan, int userNamespace, bool oneByOne, List<int> held, StepLog log)
    {
        var start = StepLog.Now;
        var context = log.Add(start, fsopen("overlay", FSOPEN_CLOEXEC), "fsopen", "\"overlay\", FSOPEN_CLOEXEC");
        held.Add(context);
        var layers = plan.LowerDirectories.ToArray();
        for (var i = 0; i < layers.Length; i++)
        {
            var path = layers[i];
            var about = OfLayer(path);
            if (userNamespace >= 0)
                path = Name(Mapped(path, userNamespace, held, log));
            else if (!oneByOne)
                path = Name(Open(path, about, held, log));
            if (oneByOne)
                Set(context, "lowerdir+", path, about, held, log);
            layers[i] = path;
        }
        if (!oneByOne)
            Set(context, "lowerdir", string.Join(':', layers), "of the layers", held, log);
        Set(context, "source", "overlay", null, held, log);
        Set(context, "upperdir", plan.Upper, null, held, log);
        Set(context, "workdir", plan.Work, null, held, log);
        start = StepLog.Now;
        log.Add(start, fsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0), "fsconfig", "overlay, FSCONFIG_CMD_CREATE", Of(plan), Shell(plan));
        start = StepLog.Now;
        return log.Add(start, fsmount(context, FSMOUNT_CLOEXEC, 0), "fsmount", "overlay, FSMOUNT_CLOEXEC");
    }

    private static void Set(int context, string key, string value, string? about, List<int> held, StepLog log)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(value) >= MaxValue)
            value = Name(Open(value, about ?? Text.Quote(value), held, log));
        var start = StepLog.Now;
        log.Add(start, fsconfig(context, FSCONFIG_SET_STRING, key, value, 0), "fsconfig", $"overlay, {Text.Quote(key)}, {Text.Quote(value)}", about);
    }

    private static string Name(int fd) => $"/proc/self/fd/{fd}";
}
