using System.Globalization;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>capabilities(7).</summary>
internal static unsafe class Capabilities
{
    private static readonly string[] s_names =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
        "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE",
        "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME",
        "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG",
        "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>The highest this kernel knows.</summary>
    public static int Last { get; } = FindLast();

    public static ulong Mask => (2UL << Last) - 1;

    public static string Name(int capability) => capability < s_names.Length ? s_names[capability] : capability.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the shim itself may hand on.</summary>
    public static ulong Permitted()
    {
        var header = new cap_header { version = _LINUX_CAPABILITY_VERSION_3 };
        cap_data data;
        return capget(&header, &data) == 0 ? data.permitted0 | (ulong)data.permitted1 << 32 : 0;
    }

    private static int FindLast()
    {
        var last = s_names.Length - 1;
        while (prctl(PR_CAPBSET_READ, last + 1, 0, 0, 0) >= 0)
            last++;
        while (last > 0 && prctl(PR_CAPBSET_READ, last, 0, 0, 0) < 0)
            last--;
        return last;
    }
}
