using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Attacks;

internal static partial class Catalog
{
    private static ImmutableArray<Attack> Mounts =>
    [
        new("mount-disk", "Mount the host's disk") { Arguments = "mount-disk /var/disk ext4", Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_ADMIN"], NotShown = "no disk is touched; mount-tmpfs shows the same call" },
        new("mount-tmpfs", "Mount anything") { Walls = [Wall.Capabilities], Capabilities = ["SYS_ADMIN"] },
        new("fsmount", "Mount by the newer calls (fsopen, fsmount)") { Walls = [Wall.Capabilities], Capabilities = ["SYS_ADMIN"] },
        new("open-tree", "Clone a mount to change the clone (open_tree)") { Walls = [Wall.Capabilities], Capabilities = ["SYS_ADMIN"] },
        new("remount-proc-sys", "Make /proc/sys writable again") { Walls = [Wall.Capabilities], Capabilities = ["SYS_ADMIN"] },
        new("unmask", "Uncover what is masked (umount)") { Walls = [Wall.Capabilities], Capabilities = ["SYS_ADMIN"] },
        new("mount-proc", "Mount a proc without masks") { Walls = [Wall.Capabilities], Capabilities = ["SYS_ADMIN"] },
        new("kernel-filesystems", "Mount debugfs, tracefs, bpf or configfs") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_ADMIN"] },
        new("binfmt-misc", "Register an interpreter of its own (binfmt_misc)") { Walls = [Wall.Capabilities], Besides = [Wall.UserNamespace], Capabilities = ["SYS_ADMIN"] },
        new("release-agent", "Have the host run a program when a cgroup ends (CVE-2022-0492)") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_ADMIN"] },
        new("release-agent-of-user", "The same from a user namespace of its own") { Walls = [Wall.Seccomp, Wall.UserNamespace] },
        new("user-namespace-mount", "Mount in a user namespace of its own") { Walls = [Wall.Seccomp] },
    ];
}
