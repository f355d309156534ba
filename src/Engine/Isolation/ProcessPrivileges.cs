using System.Collections.Immutable;

namespace Brig.Engine.Isolation;

/// <summary>What one process of a container may do, from /proc/PID/status (proc_pid_status(5)).</summary>
/// <param name="Pid">As the host sees it.</param>
/// <param name="InnerPid">As its own pid namespace sees it (NSpid).</param>
/// <param name="Name">Chosen by the program: hostile text.</param>
/// <param name="User">Its effective user as the host sees it.</param>
/// <param name="InnerUser">The same inside; null: the container has no name for it.</param>
/// <param name="LeftNamespaces">Kinds in which it is elsewhere than PID 1: it unshared, or was entered from outside.</param>
public sealed record ProcessPrivileges(
    int Pid, int InnerPid, string Name, string State, uint User, uint? InnerUser, uint Group, uint? InnerGroup,
    CapabilitySet Inheritable, CapabilitySet Permitted, CapabilitySet Effective, CapabilitySet Bounding, CapabilitySet Ambient,
    bool NoNewPrivileges, SeccompMode Seccomp, int? SeccompFilters, string? Label, ImmutableArray<string> LeftNamespaces);

/// <summary>seccomp(2); Unknown: a kernel without it.</summary>
public enum SeccompMode { Off, Strict, Filter, Unknown }
