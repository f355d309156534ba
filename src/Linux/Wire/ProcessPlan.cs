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

    /// <summary>More groups it is in, by name or number, looked up in the image.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    public ImmutableArray<RlimitPlan> Rlimits { get; init; } = [];
    public CapabilityPlan Capabilities { get; init; } = CapabilityPlan.Of(CapabilityPlan.Standard);
    public bool NoNewPrivileges { get; init; }

    /// <summary>A classic BPF program, 8 bytes an instruction (seccomp(2)); empty: none.</summary>
    public ImmutableArray<byte> Seccomp { get; init; } = [];

    /// <summary>SECCOMP_FILTER_FLAG_*; with NEW_LISTENER the shim answers what the filter hands to user space.</summary>
    public uint SeccompFlags { get; init; }

    /// <summary>That answer, an errno.</summary>
    public int SeccompErrno { get; init; }

    /// <summary>Null: inherited.</summary>
    public int? OomScoreAdj { get; init; }
    public uint Umask { get; init; } = 0b000_010_010;

    /// <summary>A small init of Brig's own is PID 1 and runs the program.</summary>
    public bool Init { get; init; }

    /// <summary>An AppArmor profile the execve changes into; null: none is asked for.</summary>
    public string? AppArmor { get; init; }
}

/// <param name="Resource">RLIMIT_*, for example 7 for NOFILE.</param>
/// <param name="Required">True: failing to set it is an error. False: a default, cut to what this machine allows.</param>
public readonly record struct RlimitPlan(int Resource, ulong Soft, ulong Hard, bool Required);

/// <summary>
/// The five sets of capabilities(7) as masks, bit n for capability n. Inheritable and Ambient are for a user who is not 0, for whom they are what is left after
/// an execve; user 0 has what it is permitted anyway, and with an inheritable set every file with one would add to it (CVE-2022-24769).
/// </summary>
public sealed record CapabilityPlan(ulong Bounding, ulong Permitted, ulong Effective, ulong Inheritable, ulong Ambient)
{
    /// <summary>Docker's fourteen but NET_RAW: CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP.</summary>
    public const ulong Standard = 0xa80405fb;

    /// <summary>Every capability the kernel has; what the shim itself lacks is left out.</summary>
    public const ulong All = ulong.MaxValue;

    /// <param name="kept">What a user who is not 0 keeps of it.</param>
    public static CapabilityPlan Of(ulong mask, ulong kept = 0) => new(mask, mask, mask, kept & mask, kept & mask);
}
