using System.Globalization;
using Brig.Linux.Seccomp;

namespace Brig.Peers.Tests.Comparison;

/// <summary>The comparison as markdown: how many of a kind are open in each, and by name what is open there and closed here.</summary>
internal static class SurfaceTable
{
    /// <summary>Kinds as the probe says them, and what they are called.</summary>
    private static readonly (string Kind, string Title)[] s_kinds =
    [
        ("call", "System calls let through"), ("x32-call", "The same by x32 numbers"), ("socket", "Socket families"), ("raw-socket", "Raw sockets, in a network of its own"),
        ("capability", "Capabilities over the host"), ("identity", "Root is the host's root"), ("privileges", "Privileges gained by execve"), ("namespace", "Namespaces that can be made"),
        ("mount", "File systems that can be mounted"), ("keyring", "Keyrings shared by user id"), ("kernel-log", "The kernel's log"), ("personality", "Personalities that weaken a process"),
        ("ptrace", "Tracing one's own children"), ("device", "Devices in /dev"), ("node", "Device nodes that can be made"), ("device-by-mknod", "Devices opened by such a node"),
        ("write", "Files of /proc and /sys that open for writing"), ("read", "Files of /proc and /sys that tell of the machine"),
    ];

    public static IEnumerable<string> Rows(Surfaces surfaces)
    {
        yield return "| Surface | Brig | Docker | Podman | Open in Docker, closed here | Open in Podman, closed here |";
        yield return "|---|---:|---:|---:|---|---|";
        foreach (var (kind, title) in s_kinds)
        {
            string[] ours = Of(surfaces.Ours, kind), docker = Of(surfaces.Docker, kind), podman = Of(surfaces.Podman, kind);
            yield return $"| {title} | {ours.Length} | {docker.Length} | {podman.Length} | {List(docker.Except(ours))} | {List(podman.Except(ours))} |";
        }
    }

    private static string[] Of(IEnumerable<string> lines, string kind) =>
        [.. lines.Where(line => line.StartsWith(kind + " ", StringComparison.Ordinal)).Select(line => Name(kind, line[(kind.Length + 1)..])).Order(StringComparer.Ordinal)];

    private static string Name(string kind, string what) => kind switch
    {
        "call" or "x32-call" => SyscallNames.Name(SyscallArches.Native, int.Parse(what, CultureInfo.InvariantCulture)) ?? what,
        "capability" => Brig.Engine.Isolation.CapabilitySet.All[int.Parse(what, CultureInfo.InvariantCulture)],
        "socket" => what switch { "1" => "AF_UNIX", "2" => "AF_INET", "10" => "AF_INET6", "16" => "AF_NETLINK", "17" => "AF_PACKET", "40" => "AF_VSOCK", "44" => "AF_XDP", _ => what },
        _ => what,
    };

    private static string List(IEnumerable<string> names) => string.Join(", ", names);
}
