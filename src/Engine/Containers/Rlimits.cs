using System.Collections.Immutable;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>getrlimit(2) by name; the position is the kernel's number.</summary>
internal static class Rlimits
{
    private static readonly string[] Names =
        ["cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime"];

    private const int NOFILE = 7, CORE = 4;

    /// <summary>What was asked, and for the rest a sane number of files and no core dumps on the host's pattern.</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public static ImmutableArray<RlimitPlan> Plan(ImmutableArray<RlimitSpec> asked)
    {
        var plan = new List<RlimitPlan>();
        foreach (var rlimit in asked)
        {
            int resource = Array.IndexOf(Names, rlimit.Name);
            if (resource < 0)
            {
                throw EngineException.Invalid($"\"{Text.Short(rlimit.Name)}\" is no resource limit; there are {string.Join(", ", Names)}.");
            }
            if (rlimit.Soft > rlimit.Hard)
            {
                throw EngineException.Invalid($"The soft limit of {rlimit.Name} ({rlimit.Soft}) is above its hard limit ({rlimit.Hard}).");
            }
            if (plan.Exists(other => other.Resource == resource))
            {
                throw EngineException.Invalid($"The resource limit {rlimit.Name} is given twice.");
            }
            plan.Add(new(resource, rlimit.Soft, rlimit.Hard, Required: true));
        }
        if (!plan.Exists(rlimit => rlimit.Resource == NOFILE))
        {
            plan.Add(new(NOFILE, 1024 * 1024, 1024 * 1024, Required: false));
        }
        if (!plan.Exists(rlimit => rlimit.Resource == CORE))
        {
            plan.Add(new(CORE, 0, ulong.MaxValue, Required: false));
        }
        return [.. plan];
    }
}
