using System.Collections.Immutable;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>getrlimit(2) by name; the position is the kernel's number.</summary>
internal static class Rlimits
{
    private static readonly string[] Names =
        ["cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime"];

    private const int NOFILE = 7, CORE = 4, MEMLOCK = 8;

    /// <summary>
    /// For a container for which nobody says, cut to what this machine allows; docs/decisions/0011-default-limits.md.
    /// Files: what systemd gives every service: few enough for programs that close them all or use select(2), and who needs more raises the first number itself.
    /// Core dumps: none, until a program inside asks. Locked memory: the kernel's own default.
    /// </summary>
    private static readonly ImmutableArray<RlimitPlan> Defaults =
    [
        new(NOFILE, 1024, 512 * 1024, Required: false), new(CORE, 0, ulong.MaxValue, Required: false), new(MEMLOCK, 8 << 20, 8 << 20, Required: false),
    ];

    /// <summary>Bytes of the largest core dump a program may write, if it does not raise that itself.</summary>
    public static ulong Core(ImmutableArray<RlimitSpec> asked) => asked.FirstOrDefault(rlimit => rlimit.Name == Names[CORE])?.Soft ?? Defaults.First(own => own.Resource == CORE).Soft;

    /// <summary>What was asked, and the defaults for the rest.</summary>
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
        return [.. plan, .. Defaults.Where(own => !plan.Exists(rlimit => rlimit.Resource == own.Resource))];
    }
}
