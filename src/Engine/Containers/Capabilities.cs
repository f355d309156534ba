using System.Collections.Immutable;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>capabilities(7) by name.</summary>
internal static class Capabilities
{
    public static readonly ImmutableArray<string> Names =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
        "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT",
        "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE",
        "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ",
        "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>
    /// User 0 has all that <see cref="Mask"/> says. Any other user has of it what was added by name, and nothing else: whoever adds NET_BIND_SERVICE and
    /// says user 1000 wants that user to have it. Those of a privileged container have nothing.
    /// </summary>
    /// <exception cref="EngineException">Invalid: an unknown name.</exception>
    public static CapabilityPlan Plan(bool privileged, ImmutableArray<string> add, ImmutableArray<string> drop, bool netRaw = false) =>
        CapabilityPlan.Of(Mask(privileged, add, drop, netRaw), kept: privileged ? 0 : Of(add));

    /// <summary>Docker's fourteen but NET_RAW, with what was added and less what was dropped; <c>ALL</c> is every one.</summary>
    /// <exception cref="EngineException">Invalid: an unknown name.</exception>
    public static ulong Mask(bool privileged, ImmutableArray<string> add, ImmutableArray<string> drop, bool netRaw = false)
    {
        ulong added = Of(add), dropped = Of(drop);
        if (privileged)
        {
            return CapabilityPlan.All & ~dropped;
        }
        // "drop ALL, add X" leaves X, in whichever order they were written.
        ulong usual = CapabilityPlan.Standard | (netRaw ? Of(["NET_RAW"]) : 0), start = dropped == CapabilityPlan.All ? 0 : usual & ~dropped;
        return added == CapabilityPlan.All ? added & (dropped == CapabilityPlan.All ? added : ~dropped) : start | added;
    }

    private static ulong Of(ImmutableArray<string> names)
    {
        ulong mask = 0;
        foreach (string asked in names)
        {
            string name = asked.ToUpperInvariant();
            name = name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name;
            int bit = Names.IndexOf(name);
            mask |= name == "ALL" ? CapabilityPlan.All
                : bit >= 0 ? 1ul << bit
                : throw EngineException.Invalid($"\"{Text.Short(asked)}\" is no capability.{Near.Hint(name, Names)}");
        }
        return mask;
    }
}
