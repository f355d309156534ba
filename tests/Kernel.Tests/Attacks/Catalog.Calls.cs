using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Attacks;

internal static partial class Catalog
{
    private static ImmutableArray<Attack> Calls =>
    [
        new("user-namespace", "Make a user namespace, by unshare, clone or clone3, to be root there") { Walls = [Wall.Seccomp] },
        new("namespaces", "Make any other namespace") { Walls = [Wall.Capabilities], Capabilities = ["SYS_ADMIN"] },
        new("keyctl", "Join the session keyring, which is shared by user id") { Walls = [Wall.Seccomp] },
        new("add-key", "Put a key into the user's keyring") { Walls = [Wall.Seccomp] },
        new("bpf", "Load BPF") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["BPF"] },
        new("perf", "Measure the machine (perf_event_open)") { Walls = [Wall.Seccomp] },
        new("userfaultfd", "Stop the kernel at a page of its choice (userfaultfd)") { Walls = [Wall.Seccomp] },
        new("io-uring", "Call past the filter by io_uring") { Walls = [Wall.Seccomp] },
        new("vsock", "Talk to the hypervisor (AF_VSOCK)") { Walls = [Wall.Seccomp] },
        new("af-alg", "Reach the kernel's crypto code (AF_ALG)") { Walls = [Wall.Seccomp] },
        new("int80", "Call past the filter by the 32-bit entry") { Walls = [Wall.Seccomp] },
        new("x32", "Call past the filter by x32 numbers") { Walls = [Wall.Seccomp] },
        new("kexec", "Boot another kernel") { Walls = [Wall.Seccomp, Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_BOOT"] },
        new("module", "Load a kernel module") { Walls = [Wall.Capabilities, Wall.UserNamespace], Besides = [Wall.Seccomp], Capabilities = ["SYS_MODULE"] },
        new("reboot", "Call reboot") { Walls = [Wall.Capabilities], Capabilities = ["SYS_BOOT"] },
        new("swapon", "Swap to a file of its own") { Walls = [Wall.Seccomp, Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_ADMIN"] },
        new("acct", "Turn on process accounting") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_PACCT"] },
        new("ioperm", "Reach the machine's ports (ioperm)") { Walls = [Wall.Capabilities, Wall.UserNamespace], Besides = [Wall.Seccomp], Capabilities = ["SYS_RAWIO"] },
        new("settime", "Set the machine's clock") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_TIME"], NotShown = "there is one clock for all" },
        new("syslog", "Read the kernel's log (syslog)") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYSLOG"] },
    ];
}
