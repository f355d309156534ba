using System.Collections.Immutable;

namespace Brig.Linux.Cgroups;

/// <summary>How a new process gets into a cgroup.</summary>
/// <param name="V2Directory">To be opened for CLONE_INTO_CGROUP; null when the machine has no v2 tree.</param>
/// <param name="V1Directories">Directories whose <c>cgroup.procs</c> the child writes <c>0</c> into, before it unshares its cgroup namespace and before it execs. Empty on pure v2.</param>
public sealed record CgroupEntry(string? V2Directory, ImmutableArray<string> V1Directories);

/// <summary>Where the kernel counts the processes its out-of-memory killer ended: the line <c>key number</c> of a file.</summary>
public sealed record OomCounter(string File, string Key);
