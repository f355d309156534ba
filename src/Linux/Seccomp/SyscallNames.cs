using System.Collections.Concurrent;

namespace Brig.Linux.Seccomp;

public enum SyscallKnown
{
    /// <summary>This architecture has it.</summary>
    Here,

    /// <summary>Another architecture has it.</summary>
    Elsewhere,

    /// <summary>Nobody has heard of it.</summary>
    Nowhere,
}

/// <summary>Names and numbers of system calls, by architecture: libseccomp's, and what is newer than the libseccomp of Debian 12 or told otherwise by it.</summary>
public static class SyscallNames
{
    /// <summary>Since Linux 5.1 a new call has one number on every architecture (include/uapi/asm-generic/unistd.h).</summary>
    private static readonly (string Name, int Number)[] s_newer =
    [
        ("futex_waitv", 449), ("set_mempolicy_home_node", 450), ("cachestat", 451), ("fchmodat2", 452), ("map_shadow_stack", 453), ("futex_wake", 454),
        ("futex_wait", 455), ("futex_requeue", 456), ("statmount", 457), ("listmount", 458), ("lsm_get_self_attr", 459), ("lsm_set_self_attr", 460),
        ("lsm_list_modules", 461), ("mseal", 462), ("setxattrat", 463), ("getxattrat", 464), ("listxattrat", 465), ("removexattrat", 466),
        ("open_tree_attr", 467), ("file_getattr", 468), ("file_setattr", 469),
    ];

    private static readonly (string Name, int Number)[] s_x8664 = [("uretprobe", 335), ("uprobe", 336)];

    /// <summary>libseccomp gives these negative numbers, because they also go through socketcall and ipc; the kernel has them by themselves since 4.3 and 5.1.</summary>
    private static readonly (string Name, int Number)[] s_x86 =
    [
        ("recvmmsg", 337), ("sendmmsg", 345), ("socket", 359), ("socketpair", 360), ("bind", 361), ("connect", 362), ("listen", 363), ("accept4", 364), ("getsockopt", 365), ("setsockopt", 366),
        ("getsockname", 367), ("getpeername", 368), ("sendto", 369), ("sendmsg", 370), ("recvfrom", 371), ("recvmsg", 372), ("shutdown", 373),
        ("semget", 393), ("semctl", 394), ("shmget", 395), ("shmctl", 396), ("shmat", 397), ("shmdt", 398), ("msgget", 399), ("msgsnd", 400), ("msgrcv", 401),
        ("msgctl", 402),
    ];

    private static readonly ConcurrentDictionary<SyscallArch, string[]> s_all = new();

    /// <param name="number">Of this architecture, with <see cref="SyscallArches.X32Bit"/> for x32; -1 unless Here.</param>
    /// <exception cref="LinuxException">libseccomp is missing.</exception>
    public static SyscallKnown Find(SyscallArch arch, string name, out int number)
    {
        foreach (var (own, its) in Own(arch))
        {
            if (own != name)
                continue;
            number = arch == SyscallArch.X32 ? its | SyscallArches.X32Bit : its;
            return SyscallKnown.Here;
        }
        number = LibSeccomp.Resolve((uint)arch, name);
        if (number >= 0)
            return SyscallKnown.Here;
        var known = number != LibSeccomp.Unknown || Array.Exists(s_x8664, entry => entry.Name == name) ? SyscallKnown.Elsewhere : SyscallKnown.Nowhere;
        number = -1;
        return known;
    }

    /// <summary>Null: there is none with that number.</summary>
    /// <exception cref="LinuxException">libseccomp is missing.</exception>
    public static string? Name(SyscallArch arch, int number)
    {
        var plain = arch == SyscallArch.X32 ? number & ~SyscallArches.X32Bit : number;
        foreach (var (own, its) in Own(arch))
            if (its == plain)
                return own;
        return number < 0 ? null : LibSeccomp.Resolve((uint)arch, number);
    }

    /// <summary>Every name of an architecture, by its number.</summary>
    /// <exception cref="LinuxException">libseccomp is missing.</exception>
    public static IReadOnlyList<string> All(SyscallArch arch) => s_all.GetOrAdd(arch, static arch =>
    {
        var names = new List<string>(512);
        for (var number = 0; number <= s_newer[^1].Number; number++)
            if (Name(arch, arch == SyscallArch.X32 ? number | SyscallArches.X32Bit : number) is { } name)
                names.Add(name);
        return [.. names];
    });

    private static IEnumerable<(string Name, int Number)> Own(SyscallArch arch) => arch switch
    {
        SyscallArch.X86 => s_newer.Concat(s_x86),
        SyscallArch.X8664 => s_newer.Concat(s_x8664),
        _ => s_newer,
    };
}
