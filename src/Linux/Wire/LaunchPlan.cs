using System.Collections.Immutable;

namespace Brig.Linux.Wire;

public enum LaunchKind : byte
{
    /// <summary>A container of its own: root file system, namespaces, log.</summary>
    Create,

    /// <summary>One more program in a running container: joins it by pidfd, no root, no log.</summary>
    Exec,
}

/// <summary>
/// Everything the shim needs to start one process, with every path, number and default resolved by the engine.
/// Immutable; travels as the payload of <see cref="FrameType.Launch"/> and lies as <c>plan</c> in the container's folder.
/// </summary>
public sealed record LaunchPlan
{
    public required LaunchKind Kind { get; init; }

    /// <summary>The container's id, or the exec's; shown as the shim's argv[0].</summary>
    public required string Id { get; init; }

    /// <summary>Exists; holds <c>shim.sock</c>, <c>shim.pid</c>.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Exists; the shim writes <c>exit</c> and, for Create, <c>log/</c> into it.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Of an exec only the maps; it joins all of its target's.</summary>
    public NamespacePlan Namespaces { get; init; } = new();

    public CgroupPlan Cgroup { get; init; } = new();

    /// <summary>Create only, and required there unless <see cref="NamespacePlan.Mount"/> is joined.</summary>
    public RootPlan? Root { get; init; }

    /// <summary>Null: the namespace's own (also when it is the host's or another container's).</summary>
    public string? Hostname { get; init; }

    /// <summary>Written below /proc/sys by the child, in order; the name with dots.</summary>
    public ImmutableArray<SysctlPlan> Sysctls { get; init; } = [];

    /// <summary>
    /// Interfaces are put into its network namespace while everything else is made; the program is executed after <see cref="FrameType.Network"/> only. Of a namespace that is new the engine is told when it is there.
    /// </summary>
    public bool AwaitNetwork { get; init; }

    public required ProcessPlan Process { get; init; }
    public StreamsPlan Streams { get; init; } = new();

    /// <summary>Exec only, and required there.</summary>
    public ExecTarget? Target { get; init; }
}

/// <summary>The process an exec joins.</summary>
/// <param name="Pid">Of the container's PID 1 as the host sees it.</param>
/// <param name="StartTicks">Field 22 of its /proc/PID/stat, so that a reused pid is noticed; 0: not checked.</param>
public sealed record ExecTarget(int Pid, ulong StartTicks);

public sealed record SysctlPlan(string Name, string Value);

/// <summary>Standard streams and where they go.</summary>
public sealed record StreamsPlan
{
    /// <summary>A pty; its output is logged as stdout.</summary>
    public bool Tty { get; init; }
    public ushort Rows { get; init; } = 24;
    public ushort Columns { get; init; } = 80;

    /// <summary>Standard input is a pipe that Input feeds; otherwise /dev/null. A pty is always open.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Bytes of one log file before the next is begun. Create only.</summary>
    public long LogMaxSize { get; init; } = 16 * 1024 * 1024;
    public int LogMaxFiles { get; init; } = 4;
}

/// <summary>Where the child goes before anything else, and where the shim reads whether the OOM killer struck.</summary>
public sealed record CgroupPlan
{
    /// <summary>A cgroup v2 directory for CLONE_INTO_CGROUP; null: none.</summary>
    public string? V2Directory { get; init; }

    /// <summary>cgroup v1 directories whose <c>tasks</c> the child writes itself into.</summary>
    public ImmutableArray<string> V1Directories { get; init; } = [];

    /// <summary>It is being made while the shim prepares everything else; the shim looks at it after <see cref="FrameType.Enter"/> only.</summary>
    public bool MadeMeanwhile { get; init; }

    /// <summary>v2 <c>…/memory.events</c>, v1 <c>…/memory.oom_control</c>; null: not known, never told as OOM.</summary>
    public string? OomFile { get; init; }

    /// <summary>The key in that file.</summary>
    public string OomKey { get; init; } = "oom_kill";
}
