using System.Collections.Immutable;

namespace Brig.Linux.Wire;

/// <summary>What every container finds in its root unless it is privileged: the list of the OCI runtime specification (config-linux.md, "Default Filesystems" and "Default Devices").</summary>
public static class StandardRoot
{
    private const MountFlags Closed = MountFlags.NoSuid | MountFlags.NoDev | MountFlags.NoExec;

    public static readonly ImmutableArray<MountPlan> Mounts =
    [
        new(MountKind.FileSystem, "proc", "/proc", "proc", Closed),
        new(MountKind.FileSystem, "tmpfs", "/dev", "tmpfs", MountFlags.NoSuid, "mode=755,size=65536k,nr_inodes=65536"),
        new(MountKind.FileSystem, "devpts", "/dev/pts", "devpts", MountFlags.NoSuid | MountFlags.NoExec, "newinstance,ptmxmode=0666,mode=0620,gid=5,max=1024"),
        new(MountKind.FileSystem, "shm", "/dev/shm", "tmpfs", Closed, "mode=1777,size=65536k,nr_inodes=65536"),
        new(MountKind.FileSystem, "mqueue", "/dev/mqueue", "mqueue", Closed),
        new(MountKind.FileSystem, "sysfs", "/sys", "sysfs", Closed | MountFlags.ReadOnly),
    ];

    /// <summary>For <see cref="RootPlan.Mounts"/>, after <see cref="Mounts"/>, where the host has cgroup v2; needs a cgroup namespace.</summary>
    public static readonly MountPlan Cgroup2 = new(MountKind.FileSystem, "cgroup", "/sys/fs/cgroup", "cgroup2", Closed | MountFlags.ReadOnly);

    public static readonly ImmutableArray<DevicePlan> Devices =
    [
        new("/dev/null", 'c', 1, 3),
        new("/dev/zero", 'c', 1, 5),
        new("/dev/full", 'c', 1, 7),
        new("/dev/random", 'c', 1, 8),
        new("/dev/urandom", 'c', 1, 9),
        new("/dev/tty", 'c', 5, 0),
    ];

    public static readonly ImmutableArray<LinkPlan> Links =
    [
        new("/dev/ptmx", "pts/ptmx"),
        new("/dev/fd", "/proc/self/fd"),
        new("/dev/stdin", "/proc/self/fd/0"),
        new("/dev/stdout", "/proc/self/fd/1"),
        new("/dev/stderr", "/proc/self/fd/2"),
    ];

    /// <summary>What Docker or Podman hides, and which physical page belongs to whom (/proc/kpage*).</summary>
    public static readonly ImmutableArray<string> MaskedPaths =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/kpagecgroup", "/proc/kpagecount", "/proc/kpageflags",
        "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
        "/sys/dev/block", "/sys/devices/virtual/powercap", "/sys/firmware", "/sys/fs/selinux",
    ];

    /// <summary>Heat tells of the neighbours' work; one folder for each processor of this machine that has it.</summary>
    public static readonly ImmutableArray<string> MaskedHeat = Heat();

    public static readonly ImmutableArray<string> ReadOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/pressure", "/proc/sys", "/proc/sysrq-trigger"];

    private static ImmutableArray<string> Heat()
    {
        const string Processors = "/sys/devices/system/cpu";
        return Directory.Exists(Processors + "/cpu0/thermal_throttle")
            ? [.. Directory.GetDirectories(Processors, "cpu*").Select(processor => processor + "/thermal_throttle").Where(Directory.Exists)]
            : [];
    }
}
