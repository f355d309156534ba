using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Ids;
using Brig.Linux;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>What a container with users of its own finds in the host's hands: of these namespaces it can mount nothing itself.</summary>
internal readonly record struct Belonging(bool PidIsHosts, bool NetIsHosts, bool IpcIsOurs);

/// <summary>From whose-namespace-was-asked to where-it-is.</summary>
internal static class NamespacePlans
{
    public static IEnumerable<(string Kind, NamespaceSpec Spec)> Each(Namespaces asked) =>
    [
        ("mnt", asked.Mount), ("pid", asked.Pid), ("net", asked.Net), ("uts", asked.Uts),
        ("ipc", asked.Ipc), ("cgroup", asked.Cgroup), ("user", asked.User), ("time", asked.Time),
    ];

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(Namespaces asked, bool privileged)
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
            if (spec.Source == NamespaceSource.Auto && kind != "user")
            {
                throw EngineException.Invalid($"Only the user namespace can be \"auto\"; say new, host or container:NAME for the {kind} namespace.");
            }
        }
        if (asked.User.Source == NamespaceSource.New && asked.Mount.Source == NamespaceSource.Container)
        {
            throw EngineException.Invalid("A user namespace of its own and another container's mount namespace exclude each other.");
        }
        if (privileged && asked.User.Source is not (NamespaceSource.Host or NamespaceSource.Auto))
        {
            throw EngineException.Invalid("A privileged container has the host's user namespace, or its rights would be worth nothing; say user: host, or leave it out.");
        }
    }

    /// <summary>
    /// Decides a user namespace about which nothing was said:
    /// the host's where it is privileged, or the machine cannot do better; that of a container whose mounts, processes or network it shares, for the kernel lets only that one's users have
    /// rights over them; else a new one.
    /// </summary>
    /// <param name="cannot">Why this machine has no user namespaces for containers; null: it has.</param>
    /// <exception cref="EngineException">NotFound: that other container. Unavailable: a new one was asked for where there can be none.</exception>
    public static Namespaces Resolve(ContainerSpec spec, ContainerTable table, string? cannot)
    {
        var asked = spec.Namespaces;
        if (asked.User.Source == NamespaceSource.New && cannot is not null)
        {
            throw EngineException.Unavailable($"{cannot}; say user: host if this one may have the host's.");
        }
        if (asked.User.Source != NamespaceSource.Auto)
        {
            return asked;
        }
        NamespaceSpec[] near = [asked.Mount, asked.Pid, asked.Net];
        var others = near.Concat([asked.Ipc, asked.Uts, asked.Cgroup, asked.Time]).Where(each => each is { Source: NamespaceSource.Container, Container.Length: > 0 }).ToArray();
        bool one = others.Select(other => table.Find(other.Container!).Id).Distinct().Count() == 1;
        var shared = others.FirstOrDefault(near.Contains);
        return asked with
        {
            User = spec.Privileged ? NamespaceSpec.Host
                : shared.Source == NamespaceSource.Container ? Users(shared)
                : one ? Users(others[0])
                : cannot is null ? NamespaceSpec.New
                : NamespaceSpec.Host,
        };

        NamespaceSpec Users(NamespaceSpec of) => table.Find(of.Container!).Now.Ids is null ? NamespaceSpec.Host : of;
    }

    /// <summary>The ids of the container whose users it shares; null where there is none, or that one has the host's.</summary>
    public static UserIds? SharedIds(Namespaces asked, ContainerTable table) =>
        asked.User is { Source: NamespaceSource.Container, Container: { } other } ? table.Find(other).Now.Ids : null;

    public static ImmutableArray<IdMap> Map(UserIds? ids) => ids is { } range ? [new IdMap(0, range.First, UserIds.Size)] : [];

    /// <param name="ids">The container's; not looked at where a new user namespace is only checked and has none yet.</param>
    /// <exception cref="EngineException">NotFound or Conflict: that other container is not there, does not run, or does not fit.</exception>
    public static (NamespacePlan Plan, Belonging Belonging) Plan(Namespaces asked, UserIds? ids, ContainerTable table)
    {
        if (asked.User.Source == NamespaceSource.Container && Running("user", asked.User.Container!, table) is var owner && owner.Ids != ids)
        {
            throw EngineException.Conflict($"Container {owner.Name} has not the user ids any more that this container's files were made with; create this one anew.");
        }
        bool hasUsers = asked.User.Source == NamespaceSource.New || ids is not null;
        NamespaceTarget Target(string kind, NamespaceSpec spec) => spec.Source switch
        {
            NamespaceSource.New => NamespaceTarget.New,
            NamespaceSource.Host => NamespaceTarget.Host,
            _ when kind == "user" && !hasUsers => NamespaceTarget.Host,   // that other's; the kernel enters nothing where it already is
            _ => Join(kind, spec.Container!),
        };
        NamespaceTarget Join(string kind, string other)
        {
            var running = Running(kind, other, table);
            // Not under its lock: of a run that ends just now the number tells, whoever has it then.
            return NamespaceTarget.Join(running.State.Pid, kind, table.Find(other).Run is { } run && run.Pid == running.State.Pid ? run.StartTicks : 0);
        }
        var plan = new NamespacePlan
        {
            Mount = Target("mnt", asked.Mount), Pid = Target("pid", asked.Pid), Net = Target("net", asked.Net), Uts = Target("uts", asked.Uts),
            Ipc = Target("ipc", asked.Ipc), Cgroup = Target("cgroup", asked.Cgroup), User = Target("user", asked.User), Time = Target("time", asked.Time),
            UidMap = Map(ids), GidMap = Map(ids),
        };
        return (plan, hasUsers ? BelongingOf(asked, plan) : new(false, false, true));
    }

    public static Container Running(string kind, string other, ContainerTable table)
    {
        var container = table.Find(other).Now;
        return container.State.Pid > 0 && container.State.Status is ContainerStatus.Running or ContainerStatus.Paused
            ? container
            : throw EngineException.Conflict($"The {kind} namespace was to be that of container {container.Name}, which does not run; start it first.");
    }

    /// <summary>Asked of the kernel, for a container may have joined what another joined.</summary>
    private static Belonging BelongingOf(Namespaces asked, NamespacePlan plan)
    {
        try
        {
            ulong users = plan.User is { Mode: NamespaceMode.Join, Path: { } path } ? NamespaceFiles.Number(path) : 0;
            return new(IsHosts("pid", asked.Pid, plan.Pid, users), IsHosts("net", asked.Net, plan.Net, users),
                IpcIsOurs: plan.Ipc.Mode == NamespaceMode.New || (plan.Ipc is { Mode: NamespaceMode.Join, Path: { } ipc } && NamespaceFiles.Read(ipc).Owner == users));
        }
        catch (LinuxException e)
        {
            throw EngineException.Conflict($"A container whose namespaces were to be shared has just ended ({e.Message}); start it again first.");
        }
    }

    private static bool IsHosts(string kind, NamespaceSpec asked, NamespaceTarget target, ulong users)
    {
        if (target is not { Mode: NamespaceMode.Join, Path: { } path })
        {
            return target.Mode == NamespaceMode.Host;
        }
        var (number, owner) = NamespaceFiles.Read(path);
        return owner != users && (number == NamespaceFiles.Number("/proc/self/ns/" + kind) ? true : throw EngineException.Conflict(string.Create(
            CultureInfo.InvariantCulture, $"The {kind} namespace of container {asked.Container} belongs to other users; share them as well, by user: container:{asked.Container}.")));
    }
}
