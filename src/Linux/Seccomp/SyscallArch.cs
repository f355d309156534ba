using System.Runtime.InteropServices;

namespace Brig.Linux.Seccomp;

/// <summary>A calling convention of the kernel. The values are libseccomp's SCMP_ARCH_*, which but for X32 are AUDIT_ARCH_* of linux/audit.h.</summary>
public enum SyscallArch : uint
{
    X8664 = 0xC000003E,

    /// <summary>32-bit programs on x86-64, and <c>int 0x80</c> of any program.</summary>
    X86 = 0x40000003,

    /// <summary>To a filter the same architecture as X8664, its numbers having bit 30 set.</summary>
    X32 = 0x4000003E,
    AArch64 = 0xC00000B7,
    Arm = 0x40000028,
}

public static class SyscallArches
{
    /// <summary>Bit 30 of a number of x32 (__X32_SYSCALL_BIT).</summary>
    public const int X32Bit = 0x40000000;

    private static readonly (SyscallArch Arch, string Scmp, string Go)[] s_names =
    [
        (SyscallArch.X8664, "SCMP_ARCH_X86_64", "amd64"), (SyscallArch.X86, "SCMP_ARCH_X86", "x86"), (SyscallArch.X32, "SCMP_ARCH_X32", "x32"),
        (SyscallArch.AArch64, "SCMP_ARCH_AARCH64", "arm64"), (SyscallArch.Arm, "SCMP_ARCH_ARM", "arm"),
    ];

    /// <summary>Of the programs of this machine.</summary>
    public static SyscallArch Native { get; } = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? SyscallArch.AArch64 : SyscallArch.X8664;

    /// <summary>As profiles name it, for example <c>SCMP_ARCH_X86_64</c>; null: not one of ours.</summary>
    public static SyscallArch? Parse(string scmp)
    {
        foreach (var (arch, name, _) in s_names)
            if (name == scmp)
                return arch;
        return null;
    }

    public static string Scmp(this SyscallArch arch) => Array.Find(s_names, entry => entry.Arch == arch).Scmp;

    /// <summary>As profiles' <c>includes.arches</c> name it, for example <c>amd64</c>.</summary>
    public static string Go(this SyscallArch arch) => Array.Find(s_names, entry => entry.Arch == arch).Go;

    /// <summary>What seccomp_data.arch holds.</summary>
    public static uint Audit(this SyscallArch arch) => (uint)(arch == SyscallArch.X32 ? SyscallArch.X8664 : arch);
}
