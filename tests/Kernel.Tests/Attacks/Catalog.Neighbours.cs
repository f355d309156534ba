using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Attacks;

internal static partial class Catalog
{
    private static ImmutableArray<Attack> Neighbours =>
    [
        new("see-host-process", "See a process of the host's") { Arguments = "see-process {process}", Walls = [Wall.PidNamespace] },
        new("see-neighbour", "See a process of another container's") { Arguments = "see-process {neighbour}", Walls = [Wall.PidNamespace] },
        new("signal", "Send a signal to a process of the host's") { Arguments = "signal {process}", Walls = [Wall.PidNamespace, Wall.UserNamespace] },
        new("ptrace", "Trace a process of the host's") { Arguments = "ptrace {process}", Walls = [Wall.PidNamespace, Wall.UserNamespace, Wall.Capabilities], Capabilities = ["SYS_PTRACE"] },
        new("signal-neighbour", "Send a signal to a process of another container's") { Arguments = "signal {neighbour} {neighbourPid}", Walls = [Wall.PidNamespace, Wall.UserNamespace] },
        new("ptrace-neighbour", "Trace a process of another container's") { Arguments = "ptrace {neighbour} {neighbourPid}", Walls = [Wall.PidNamespace, Wall.UserNamespace], Besides = [Wall.Capabilities], Capabilities = ["SYS_PTRACE"] },
        new("process-memory", "Open the memory of a process of the host's") { Arguments = "process-memory {process}", Walls = [Wall.PidNamespace, Wall.UserNamespace, Wall.Capabilities], Capabilities = ["SYS_PTRACE"] },
        new("proc-root", "Reach the host's files through /proc/PID/root") { Arguments = "proc-root {process} {secret}", Walls = [Wall.PidNamespace, Wall.UserNamespace], Besides = [Wall.Capabilities], Capabilities = ["SYS_PTRACE"] },
        new("setns", "Enter the namespaces of a process of the host's") { Arguments = "setns {process}", Walls = [Wall.PidNamespace, Wall.UserNamespace, Wall.Capabilities], Capabilities = ["SYS_ADMIN", "SYS_PTRACE"] },
        new("abstract-socket", "Connect to an abstract socket of the host's") { Arguments = "abstract-socket {abstract}", Walls = [Wall.NetNamespace] },
        new("shared-memory", "Attach shared memory of the host's (System V)") { Arguments = "shared-memory {key}", Walls = [Wall.IpcNamespace] },
        new("interfaces", "See the host's network interfaces") { Arguments = "interfaces {interface}", Walls = [Wall.NetNamespace] },
        new("make-interface", "Make network interfaces, routes and rules (netlink)") { Walls = [Wall.Capabilities], Capabilities = ["NET_ADMIN"] },
    ];
}
