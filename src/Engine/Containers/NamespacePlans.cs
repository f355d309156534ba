using System.Collections.Immutable;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>From whose-namespace-was-asked to where-it-is.</summary>
internal static class NamespacePlans
{
    /// <summary>A container's user 0 with a user namespace of its own is this user of the host, who is nobody's.</summary>
    public const uint FirstUser = 1_000_000, Users = 65_536;

    public static IEnumerable<(string Kind, NamespaceSpec Spec)> Each(Namespaces asked) =>
    [
        ("mnt", asked.Mount), ("pid", asked.Pid), ("net", asked.Net), ("uts", asked.Uts),
        ("ipc", asked.Ipc), ("cgroup", asked.Cgroup), ("user", asked.User), ("time", asked.Time),
    ];

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(Namespaces asked)
    {
        if (asked.Mount.Source == NamespaceSource.Host)
        {
            throw EngineException.Invalid("The mount namespace cannot be the host's: a container has a root file system of its own.");
        }
        foreach (var (kind, spec) in Each(asked))
        {
            if (spec.Source == NamespaceSource.Container && string.IsNullOrEmpty(spec.Container))
            {
                throw EngineException.Invalid($"The {kind} namespace is to be another container's; say whose.");
            }
        }
        if (asked.User.Source == NamespaceSource.New && asked.Mount.Source == NamespaceSource.Container)
        {
            throw EngineException.Invalid("A user namespace of its own and another container's mount namespace exclude each other.");
        }
    }

    /// <exception cref="EngineException">NotFound or Conflict: that other container is not there, or does not run.</exception>
    public static NamespacePlan Plan(Namespaces asked, ContainerTable table)
    {
        bool ownUsers = asked.User.Source == NamespaceSource.New;
        ImmutableArray<IdMap> map = ownUsers ? [new IdMap(0, FirstUser, Users)] : [];
        NamespaceTarget Target(string kind, NamespaceSpec spec) => spec.Source switch
        {
            NamespaceSource.New => NamespaceTarget.New,
            NamespaceSource.Host => NamespaceTarget.Host,
            _ => NamespaceTarget.Join(Running(kind, spec.Container!, table).Pid, kind),
        };
        return new()
        {
            Mount = Target("mnt", asked.Mount), Pid = Target("pid", asked.Pid), Net = Target("net", asked.Net), Uts = Target("uts", asked.Uts),
            Ipc = Target("ipc", asked.Ipc), Cgroup = Target("cgroup", asked.Cgroup), User = Target("user", asked.User), Time = Target("time", asked.Time),
            UidMap = map, GidMap = map,
        };
    }

    public static ContainerState Running(string kind, string other, ContainerTable table)
    {
        var container = table.Find(other).Now;
        return container.State.Pid > 0 && container.State.Status is ContainerStatus.Running or ContainerStatus.Paused
            ? container.State
            : throw EngineException.Conflict($"The {kind} namespace was to be that of container {container.Name}, which does not run; start it first.");
    }
}
