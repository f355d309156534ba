using System.Runtime.ExceptionServices;
using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>
/// The same as <see cref="Overlay"/> where the kernel is too old for it: before 6.15 id-mapped layers must be mounted somewhere, and before 6.5
/// many layers only find room in the one page that mount(2) takes. Both happen in a mount namespace that only a thread of its own is in, and
/// that ends with it; no mount is ever seen on the host.
/// </summary>
internal static class AttachedOverlay
{
    private const int StackSize = 256 * 1024;

    /// <param name="userNamespace">-1: none.</param>
    public static int Make(RootPlan plan, int userNamespace, List<int> held, StepLog log)
    {
        var root = -1;
        Exception? failure = null;
        var thread = new Thread(Run, StackSize);
        thread.Start();
        thread.Join();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        return root;

        void Run()
        {
            try
            {
                root = InNamespace(plan, userNamespace, held, log);
            }
            catch (Exception e) when (e is PlanException or LinuxException)
            {
                failure = e;
            }
        }
    }

    private static int InNamespace(RootPlan plan, int userNamespace, List<int> held, StepLog log)
    {
        var start = StepLog.Now;
        log.Add(start, unshare(CLONE_NEWNS), "unshare", "CLONE_NEWNS, one thread", null, "unshare --mount");
        start = StepLog.Now;
        log.Add(start, mount(null, "/", null, MS_REC | MS_PRIVATE, null), "mount", "\"/\", MS_REC|MS_PRIVATE", null, "mount --make-rprivate /");
        var upper = Overlay.Open(plan.Upper, "of the upper " + Text.Quote(plan.Upper), held, log);
        var work = Overlay.Open(plan.Work, "of the work " + Text.Quote(plan.Work), held, log);
        var layers = new int[plan.LowerDirectories.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            var layer = plan.LowerDirectories[i];
            layers[i] = userNamespace >= 0 ? Overlay.Mapped(layer, userNamespace, held, log) : Overlay.Open(layer, Overlay.OfLayer(layer), held, log);
        }
        for (var i = 0; i < layers.Length && userNamespace >= 0; i++)
        {
            var layer = plan.LowerDirectories[i];
            start = StepLog.Now;
            log.Add(start, move_mount(layers[i], layer), "move_mount", $"layer, {Text.Quote(layer)}", Overlay.OfLayer(layer));
        }
        // A name of here is a number: a page has room for all the 500 layers that overlayfs allows.
        start = StepLog.Now;
        log.Add(start, chdir("/proc/self/fd"), "chdir", "\"/proc/self/fd\"");
        var data = $"lowerdir={string.Join(':', layers)},upperdir={upper},workdir={work}";
        start = StepLog.Now;
        log.Add(start, mount("overlay", plan.Work, "overlay", 0, data), "mount", $"\"overlay\", {Text.Quote(plan.Work)}, {Text.Quote(data)}", Overlay.Of(plan), Overlay.Shell(plan));
        start = StepLog.Now;
        return log.Add(start, open_tree(AT_FDCWD, plan.Work, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), "open_tree", "overlay, OPEN_TREE_CLONE");
    }
}
