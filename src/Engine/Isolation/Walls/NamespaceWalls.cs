using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Linux.Proc;

namespace Brig.Engine.Isolation;

/// <summary>The eight of namespaces(7).</summary>
internal static class NamespaceWalls
{
    private static readonly ImmutableDictionary<string, string> Flags = new Dictionary<string, string>
    {
        ["mnt"] = "CLONE_NEWNS", ["pid"] = "CLONE_NEWPID", ["net"] = "CLONE_NEWNET", ["uts"] = "CLONE_NEWUTS",
        ["ipc"] = "CLONE_NEWIPC", ["cgroup"] = "CLONE_NEWCGROUP", ["user"] = "CLONE_NEWUSER", ["time"] = "CLONE_NEWTIME",
    }.ToImmutableDictionary();

    public static IEnumerable<WallReport> All(Evidence found, ImmutableArray<ProcessPrivileges> processes, Namespaces usual)
    {
        foreach (string kind in KernelFacts.Kinds)
        {
            ulong host = ProcFile.Namespace("self", kind);
            var asked = Of(found.Spec.Namespaces, kind);
            var (state, shared, facts) = host == 0 ? (WallState.Unavailable, [], [])
                : found.Running ? Actual(found, processes, kind, host)
                : (State(asked), asked.Container is { } other ? [other] : asked.Source == NamespaceSource.Host ? ["host"] : ImmutableArray<string>.Empty, ImmutableArray<WallFact>.Empty);
            yield return new(kind, state, shared, facts, Difference(state, Of(usual, kind)), found.Steps(step => Builds(step, kind)));
        }
    }

    private static (WallState, ImmutableArray<string>, ImmutableArray<WallFact>) Actual(Evidence found, ImmutableArray<ProcessPrivileges> processes, string kind, ulong host)
    {
        ulong own = ProcFile.Namespace(Number(found.Pid), kind);
        ImmutableArray<string> shared = [.. found.Others.Where(other => ProcFile.Namespace(Number(other.State.Pid), kind) == own).Select(other => other.Name)];
        var facts = new List<WallFact> { new("inode", own.ToString(CultureInfo.InvariantCulture), host.ToString(CultureInfo.InvariantCulture)) };
        if (processes.Count(process => process.LeftNamespaces.Contains(kind)) is > 0 and var left)
        {
            facts.Add(new("left", null, Number(left)));
        }
        if (kind == "user")
        {
            facts.Add(new("uid_map", found.OwnInside("uid_map")?.TrimEnd('\n'), ProcFile.Read(found.Pid, "uid_map")));
            facts.Add(new("gid_map", found.OwnInside("gid_map")?.TrimEnd('\n'), ProcFile.Read(found.Pid, "gid_map")));
        }
        if (kind == "uts")
        {
            facts.Add(new("hostname", found.Inside?.Text("/proc/sys/kernel/hostname")?.TrimEnd('\n'), ProcFile.ReadAt("/proc/sys/kernel/hostname")));
        }
        return own == host ? (WallState.Down, ["host", .. shared], [.. facts]) : (shared.IsEmpty ? WallState.Up : WallState.Shared, shared, [.. facts]);
    }

    private static WallState State(NamespaceSpec asked) => asked.Source switch
    {
        NamespaceSource.Host => WallState.Down,
        NamespaceSource.Container => WallState.Shared,
        _ => WallState.Up,
    };

    /// <summary>Every wall more is stronger, every one less weaker; one shared with another container is less than one's own.</summary>
    private static WallDifference Difference(WallState state, NamespaceSpec usual) => (Rank(state) - Rank(State(usual))) switch
    {
        > 0 => WallDifference.None with { Strength = WallStrength.Stronger },
        < 0 when state != WallState.Unavailable => WallDifference.None with { Strength = WallStrength.Weaker },
        _ => WallDifference.None,
    };

    private static int Rank(WallState state) => state switch
    {
        WallState.Up => 2,
        WallState.Shared => 1,
        _ => 0,
    };

    private static bool Builds(BirthStep step, string kind) =>
        (step.Call is "clone3" or "unshare" or "setns" && step.Arguments.Contains(Flags[kind], StringComparison.Ordinal))
        || (kind == "user" && step.Arguments.Contains("id_map\"", StringComparison.Ordinal))
        || (kind == "uts" && step.Call == "sethostname");

    public static NamespaceSpec Of(Namespaces all, string kind) => NamespacePlans.Each(all).First(each => each.Kind == kind).Spec;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
