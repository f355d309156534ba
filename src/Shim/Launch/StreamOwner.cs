using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>The pipes belong to the program's user, so that it can open /dev/stdout and /proc/self/fd/1 anew, as servers do with their logs.</summary>
internal static class StreamOwner
{
    public static void Give(LaunchPlan plan, Resources resources, Identity identity)
    {
        var (user, group) = (plan.Namespaces.UidMap.Outside(identity.User) ?? identity.User, plan.Namespaces.GidMap.Outside(identity.Group) ?? identity.Group);
        if ((user | group) == 0)
            return;
        foreach (var fd in (ReadOnlySpan<int>)[resources.Stdin, resources.Stdout, resources.Stderr])
            if (fd >= 0)
                _ = fchown(fd, user, group);   // ids that do not exist are told where the program takes them on
    }
}
