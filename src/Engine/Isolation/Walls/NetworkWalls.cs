using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Linux.Proc;

namespace Brig.Engine.Isolation;

/// <summary>Its interfaces, and the kernel settings that belong to its namespaces.</summary>
internal static class NetworkWalls
{
    /// <summary>Of network and ipc namespaces; those a container notices.</summary>
    public static readonly ImmutableArray<string> Settings =
    [
        "kernel.hostname", "kernel.domainname", "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
        "fs.mqueue.msg_max", "fs.mqueue.queues_max", "net.core.somaxconn", "net.ipv4.ip_forward", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range", "net.ipv4.tcp_syncookies", "net.ipv6.conf.all.disable_ipv6", "net.ipv6.conf.all.forwarding",
    ];

    public static IEnumerable<string> Names(ContainerSpec spec) => Settings.Concat(spec.Sysctls.Keys).Distinct();

    public static string File(string setting) => "/proc/sys/" + setting.Replace('.', '/');

    public static ImmutableArray<SysctlRow> Rows(Evidence found) =>
    [
        .. Names(found.Spec).Select(name => new SysctlRow(name, found.Inside?.Text(File(name))?.TrimEnd('\n'), ProcFile.ReadAt(File(name)), found.Spec.Sysctls.ContainsKey(name)))
            .Where(row => row.Inside is not null || row.Host is not null || row.Asked),
    ];

    /// <summary>They are its own where the namespaces they belong to are.</summary>
    public static WallReport Sysctls(Evidence found, IReadOnlyList<WallReport> namespaces)
    {
        var (net, ipc) = (namespaces.First(wall => wall.Key == "net").State, namespaces.First(wall => wall.Key == "ipc").State);
        var asked = found.Spec.Sysctls;
        return new("sysctls", net == WallState.Down || ipc == WallState.Down ? WallState.Down : net == WallState.Shared || ipc == WallState.Shared ? WallState.Shared : WallState.Up,
            [], [.. asked.Select(setting => new WallFact(setting.Key, found.Inside?.Text(File(setting.Key))?.TrimEnd('\n'), ProcFile.ReadAt(File(setting.Key))))],
            asked.IsEmpty ? WallDifference.None : new(WallStrength.Different, [.. asked.Keys.Order(StringComparer.Ordinal)], []),
            found.Steps(step => step.Call == "write" && (step.Arguments.Contains("/proc/sys/", StringComparison.Ordinal) || step.Arguments.Contains("sysctl", StringComparison.Ordinal))));
    }

    /// <summary>Behind the wall of its network namespace: which interfaces lead out.</summary>
    public static WallReport Network(Evidence found, IReadOnlyList<WallReport> namespaces)
    {
        var net = namespaces.First(wall => wall.Key == "net");
        return new("network", net.State, net.SharedWith,
            [.. (found.Inside?.Links ?? []).Select(link => new WallFact(link.Name, string.Join(' ', link.Addresses.DefaultIfEmpty(link.IsUp ? "up" : "down")), null))],
            net.Difference, found.Steps(step => step.Call == "ioctl" && step.Arguments.StartsWith("SIOCSIFFLAGS", StringComparison.Ordinal)));
    }
}
