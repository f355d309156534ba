using System.Collections.Immutable;

namespace Brig.Linux.Wire;

/// <summary>The program and what it may do.</summary>
public sealed record ProcessPlan
{
    /// <summary>At least one; without a slash the first is looked for in PATH of <see cref="Env"/>.</summary>
    public required ImmutableArray<string> Args { get; init; }

    /// <summary><c>NAME=value</c>; HOME is added from the image's /etc/passwd when it is not here.</summary>
    public ImmutableArray<string> Env { get; init; } = [];

    /// <summary>Absolute, inside.</summary>
    public string WorkingDir { get; init; } = "/";

    /// <summary>Make <see cref="WorkingDir"/> if it is missing, as for an image's own; otherwise a missing one is an error.</summary>
    public bool MakeWorkingDir { get; init; }

    /// <summary><c>user[:group]</c>, names looked up in the image; empty: 0:0.</summary>
    public string User { get; init; } = "";

    public ImmutableArray<RlimitPlan> Rlimits { get; init; } = [];
    public CapabilityPlan Capabilities { get; init; } = CapabilityPlan.Of(CapabilityPlan.Standard);
    public bool NoNewPrivileges { get; init; }

    /// <summary>A classic BPF program, 8 bytes an instruction (seccomp(2)); empty: none.</summary>
    public ImmutableArray<byte> Seccomp { get; init; } = [];

    /// <summary>Null: inherited.</summary>
    public int? OomScoreAdj { get; init; }
    public uint Umask { get; init; } = 0b000_010_010;

    /// <summary>A small init of Brig's own is PID 1 and runs the program.</summary>
    public bool Init { get; init; }
}

/// <param name="Resource">RLIMIT_*, for example 7 for NOFILE.</param>
/// <param name="Required">True: failing to set it is an error. False: a default, cut to what this machine allows.</param>
public readonly record struct RlimitPlan(int Resource, ulong Soft, ulong Hard, bool Required);

/// <summary>The five sets of capabilities(7) as masks, bit n for capability n.</summary>
public sealed record CapabilityPlan(ulong Bounding, ulong Permitted, ulong Effective, ulong Inheritable, ulong Ambient)
{
    /// <summary>What Docker gives as well: CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP.</summary>
    public const ulong Standard = 0xa80425fb;

    /// <summary>Every capability the kernel has; what the shim itself lacks is left out.</summary>
    public const ulong All = ulong.MaxValue;

    public static CapabilityPlan Of(ulong mask) => new(mask, mask, mask, 0, 0);
}
