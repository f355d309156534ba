using System.Collections.Immutable;

namespace Brig.Engine.Containers;

/// <summary>One process of a container, read from /proc (proc(5)).</summary>
/// <param name="Pid">As the host sees it.</param>
/// <param name="InnerPid">As the container sees it (NSpid).</param>
/// <param name="State">R, S, D, Z, T …</param>
/// <param name="CpuTime">User and system.</param>
/// <param name="ResidentBytes">VmRSS.</param>
public sealed record ProcessRow(int Pid, int InnerPid, int ParentPid, string User, string State, TimeSpan CpuTime, long ResidentBytes, int Threads, DateTimeOffset StartedAt, string Command);

/// <summary>One of namespaces(7) as three inode numbers tell it.</summary>
/// <param name="Kind">mnt, pid, net, uts, ipc, cgroup, user, time.</param>
/// <param name="Inode">The container's; 0 when it does not run.</param>
/// <param name="HostInode">The engine's own.</param>
/// <param name="SharedWith">Names of the other containers with the same inode.</param>
public sealed record NamespaceRow(string Kind, ulong Inode, ulong HostInode, ImmutableArray<string> SharedWith)
{
    public bool IsHost => Inode == HostInode;
}

public enum BirthActor { Engine, Shim, Child }

/// <summary>One step that made a container: a recording, not a description.</summary>
/// <param name="Call">For example <c>mount</c>.</param>
/// <param name="Arguments">Readable, for example <c>"proc", "/proc", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC</c>.</param>
/// <param name="Result">What the call returned, or the errno's name.</param>
/// <param name="StartMicroseconds">Since the first step.</param>
/// <param name="Microseconds">It took this long.</param>
/// <param name="Shell">The same as a command to copy; null where a shell cannot.</param>
public sealed record BirthStep(BirthActor Actor, string Call, string Arguments, string Result, double StartMicroseconds, double Microseconds, string? Shell);

/// <summary>All steps of the last start, in order of time.</summary>
public sealed record BirthRecord(DateTimeOffset StartedAt, ImmutableArray<BirthStep> Steps);

/// <param name="Removed">Names of what was removed.</param>
/// <param name="ReclaimedBytes">On disk.</param>
public sealed record PruneReport(ImmutableArray<string> Removed, long ReclaimedBytes)
{
    /// <summary>Theirs, in the same order.</summary>
    public ImmutableArray<string> Ids { get; init; } = [];
}
