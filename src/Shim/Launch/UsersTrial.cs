using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>Does with an empty layer what every start does: a user namespace, an id-mapped layer, an overlay over it. Kernel, file system and rights are all asked at once.</summary>
internal static class UsersTrial
{
    /// <param name="folder">Holds <c>lower</c>, <c>upper</c> and <c>work</c>, empty.</param>
    /// <returns>0, or 1 with the sentence on standard error.</returns>
    public static int Run(string folder)
    {
        try
        {
            var log = new StepLog();
            var user = UserNamespace.Make(new NamespacePlan { UidMap = [new(0, 65_536, 65_536)], GidMap = [new(0, 65_536, 65_536)] }, log);
            close(Overlay.Make(new RootPlan { LowerDirectories = [folder + "/lower"], Upper = folder + "/upper", Work = folder + "/work" }, user, log));
            return 0;
        }
        catch (Exception e) when (e is PlanException or LinuxException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
