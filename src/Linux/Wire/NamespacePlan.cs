using System.Collections.Immutable;

namespace Brig.Linux.Wire;

public enum NamespaceMode : byte { New, Host, Join }

/// <summary>Where one namespace comes from.</summary>
/// <param name="Path">Join only: <c>/proc/PID/ns/KIND</c>, or a bind mount of one.</param>
/// <param name="Process">Of which process the path is; 0: of none, it is a bind mount.</param>
/// <param name="StartTicks">Field 22 of its /proc/PID/stat, so that a reused pid is noticed; 0: not checked.</param>
public readonly record struct NamespaceTarget(NamespaceMode Mode, string? Path = null, int Process = 0, ulong StartTicks = 0)
{
    public static readonly NamespaceTarget New = new(NamespaceMode.New);
    public static readonly NamespaceTarget Host = new(NamespaceMode.Host);

    public static NamespaceTarget Join(string path) => new(NamespaceMode.Join, path);

    /// <param name="kind">mnt, pid, net, uts, ipc, cgroup, user or time.</param>
    public static NamespaceTarget Join(int pid, string kind, ulong startTicks = 0) => new(NamespaceMode.Join, $"/proc/{pid}/ns/{kind}", pid, startTicks);
}

/// <summary>The eight of namespaces(7). Mount cannot be Host; with Mount joined there is no root of one's own.</summary>
public sealed record NamespacePlan
{
    public NamespaceTarget Mount { get; init; } = NamespaceTarget.New;
    public NamespaceTarget Pid { get; init; } = NamespaceTarget.New;
    public NamespaceTarget Net { get; init; } = NamespaceTarget.New;
    public NamespaceTarget Uts { get; init; } = NamespaceTarget.New;
    public NamespaceTarget Ipc { get; init; } = NamespaceTarget.New;
    public NamespaceTarget Cgroup { get; init; } = NamespaceTarget.New;
    public NamespaceTarget User { get; init; } = NamespaceTarget.Host;
    public NamespaceTarget Time { get; init; } = NamespaceTarget.Host;

    /// <summary>With User new, at least one line each; the container's 0 must be mapped. With User joined, and for an exec, those of the namespace that is joined.</summary>
    public ImmutableArray<IdMap> UidMap { get; init; } = [];
    public ImmutableArray<IdMap> GidMap { get; init; } = [];
}

/// <summary>One line of uid_map or gid_map (user_namespaces(7)).</summary>
public readonly record struct IdMap(uint Inside, uint Outside, uint Count);
