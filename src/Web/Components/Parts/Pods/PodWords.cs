using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Pods;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Pods;

/// <summary>What a pod has, as people read it.</summary>
public static class PodWords
{
    /// <summary>Networks, ports and host name, and whether processes are shared.</summary>
    public static string Shares(PodSpec spec)
    {
        var parts = new List<string> { spec.Networks is { IsEmpty: true } ? T("pods.loopback") : spec.Networks is { } networks ? T("pods.networks", string.Join(", ", networks.Select(one => one.Network))) : T("pods.network") };
        parts.AddRange(spec.Ports.Select(Port));
        if (spec.Hostname is { } name)
            parts.Add(T("pods.hostname", name));
        parts.Add(T("pods.ipc"));
        if (spec.SharePid)
            parts.Add(T("pods.processes"));
        return string.Join(" · ", parts);
    }

    /// <summary><c>8080 → 80</c>, with <c>/udp</c> behind it where it is.</summary>
    public static string Port(PortSpec port) => string.Create(CultureInfo.InvariantCulture,
        $"{(port.HostAddress is { } address ? address + ":" : "")}{(port.HostPort == 0 ? T("pods.anyPort") : port.HostPort.ToString(CultureInfo.InvariantCulture))} → {port.ContainerPort}{(port.Protocol == PortProtocol.Udp ? "/udp" : "")}");

    public static string Limits(Limits limits)
    {
        var parts = new List<string>();
        if (limits.Memory is { } memory)
            parts.Add(Quantity.Typed(memory));
        if (limits.Cpus is { } cpus)
            parts.Add(T("pods.cores", Format.Cores(cpus)));
        if (limits.Pids is { } pids)
            parts.Add(T("pods.pids", pids));
        return parts.Count == 0 ? T("pods.unlimited") : string.Join(" · ", parts);
    }
}
