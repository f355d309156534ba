using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;

namespace Brig.Shim.Launch;

/// <summary>The root file system of a container that does not run, for whoever reads or writes files in it: a detached mount that no path of the host leads to.</summary>
internal static class RootHolder
{
    /// <exception cref="PlanException">It cannot be made.</exception>
    public static RootMadeMessage Make(LaunchPlan plan)
    {
        var log = new StepLog();
        var users = plan.Namespaces.UidMap.IsEmpty ? -1 : UserNamespace.Make(plan.Namespaces, log);
        return new(Libc.getpid(), Overlay.Make(plan.Root ?? throw new PlanException("a root was asked for without its layers"), users, log));
    }
}
