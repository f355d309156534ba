using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Attacks;

internal static partial class Catalog
{
    private static ImmutableArray<Attack> Root =>
    [
        new("chroot-breakout", "Climb out of the root with chroot and \"..\"") { Otherwise = "pivot_root, the old root let go", Dummy = "chroot-breakout-of-chroot" },
        new("leaked-descriptors", "Use a descriptor of the host's that was left open (CVE-2024-21626)") { Otherwise = "everything closed before execve", Dummy = "leaked-descriptors-kept" },
        new("file-handle", "Open the host's disk by a file handle (\"shocker\")") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["DAC_READ_SEARCH"] },
        new("namespace-handle", "Open the machine's first namespaces by handle (Linux 6.18)") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_ADMIN", "DAC_READ_SEARCH"] },
        new("overwrite-program", "Overwrite a program while it runs, through /proc/PID/exe (CVE-2019-5736)") { Arguments = "overwrite-first", Otherwise = "the shim is executed from a read-only mount without a name", Dummy = "overwrite-own" },
        new("host-file", "Open a file of the host's by its path") { Arguments = "open {secret}", Walls = [Wall.OwnRoot], HostFile = "{secret}" },
        new("neighbour-file", "Open a file of another container's, where its layer lies on the host") { Arguments = "open {neighbourSecret}", Walls = [Wall.OwnRoot, Wall.UserNamespace], HostFile = "{neighbourSecret}" },
        new("shim-socket", "Command another container through its shim's socket") { Arguments = "socket-file {shim} shim.sock", Walls = [Wall.OwnRoot, Wall.UserNamespace], HostFile = "{shim}" },
    ];
}
