using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Attacks;

internal static partial class Catalog
{
    private static ImmutableArray<Attack> Devices =>
    [
        new("mknod-block", "Make a node for the host's disk and open it") { Arguments = "mknod-block {disk}", ArgumentsWhenDown = "mknod-block {spare}", Walls = [Wall.Devices, Wall.UserNamespace], HostFile = "{sparePath}" },
        new("mknod-character", "Make a node for the machine's memory (/dev/mem) and open it") { Arguments = "mknod-character 1 1", ArgumentsWhenDown = "mknod-character 10 237", Walls = [Wall.Devices, Wall.UserNamespace], HostFile = "/dev/loop-control" },
        new("kmsg", "Read the kernel's log, or write lines into it (/dev/kmsg)") { Walls = [Wall.Devices], Besides = [Wall.UserNamespace, Wall.Capabilities], Capabilities = ["SYSLOG"], HostFile = "/dev/kmsg" },
        new("device-of-image", "Open a disk by a node that came with the image") { Arguments = "device-of-image /var/disk", Walls = [Wall.Devices], HostFile = "{sparePath}" },
        new("disk-call", "Command the host's file system by a file of it that is mounted in (ioctl)") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_ADMIN"] },
    ];
}
