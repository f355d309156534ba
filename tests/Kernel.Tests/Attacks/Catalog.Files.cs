using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Attacks;

internal static partial class Catalog
{
    private static ImmutableArray<Attack> Files =>
    [
        new("core-pattern", "Have the host run a program at the next crash (core_pattern)") { Walls = [Wall.SystemPaths, Wall.UserNamespace] },
        new("modprobe-path", "Have the host run a program for the next unknown file type (modprobe)") { Walls = [Wall.SystemPaths, Wall.UserNamespace] },
        new("vm-sysctl", "Have the host panic when memory is short") { Walls = [Wall.SystemPaths, Wall.UserNamespace] },
        new("sysrq", "Restart or crash the machine (/proc/sysrq-trigger)") { Walls = [Wall.SystemPaths, Wall.UserNamespace] },
        new("uevent-helper", "Change a setting of the kernel's in /sys") { Walls = [Wall.SystemPaths, Wall.UserNamespace] },
        new("masked-paths", "Read what tells of the machine (/proc/kcore, keys, timers, firmware)") { Walls = [Wall.SystemPaths] },
        new("proc-writes", "Write to any file of /proc that is not a process's own") { Walls = [Wall.SystemPaths] },
        new("sys-writes", "Write to any file of /sys") { Walls = [Wall.SystemPaths] },
        new("cgroup-write", "Change its own limits, or make cgroups") { Otherwise = "cgroups mounted read-only", NotShown = "only a privileged container may" },
        new("overlay-attribute", "Plant overlayfs's own attributes in the layer") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_ADMIN"] },
    ];
}
