using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>A container's networks and ports as Docker tells them.</summary>
internal static class NetworkWriter
{
    public static DockerNetworkSettings Write(Container container, ContainerView view)
    {
        var networks = view.Places(container);
        bool isUp = Endpoints.IsUp(container);
        var settings = new DockerNetworkSettings
        {
            SandboxId = isUp ? container.Id.Value : "",
            SandboxKey = isUp ? string.Create(CultureInfo.InvariantCulture, $"/proc/{container.State.Pid}/ns/net") : "",
            Ports = Ports(container, view),
            Networks = networks,
        };
        return networks.GetValueOrDefault(NetworkNames.Bridge) is not { } bridge ? settings : settings with
        {
            EndpointId = bridge.EndpointId!, Gateway = bridge.Gateway!, IpAddress = bridge.Ipv4!, IpPrefixLen = bridge.Ipv4Prefix!.Value, MacAddress = bridge.MacAddress!,
            GlobalIpv6Address = bridge.Ipv6!, GlobalIpv6PrefixLen = bridge.Ipv6Prefix!.Value, Ipv6Gateway = bridge.Ipv6Gateway!,
        };
    }

    /// <summary>host, none, container:ID, or the first network's name.</summary>
    public static string Mode(Container container) => container.Spec.Namespaces.Net.Source switch
    {
        NamespaceSource.Host => "host",
        NamespaceSource.Container => "container:" + container.Spec.Namespaces.Net.Container,
        _ => container.Spec.Networks is [var first, ..] ? NetworkNames.ToDocker(first.Network) : "none",
    };

    /// <summary>What leads into it now, and null for what is only exposed.</summary>
    public static Dictionary<string, DockerPortBinding[]?> Ports(Container container, ContainerView view)
    {
        var ports = new Dictionary<string, DockerPortBinding[]?>();
        if (container.State.Pid == 0)
        {
            return ports;
        }
        foreach (string exposed in Exposed(container, view))
        {
            ports[exposed] = null;
        }
        foreach (var port in container.Ports)
        {
            for (int i = 0; i < port.Count; i++)
            {
                string inside = Port(port.ContainerPort + i, port.Protocol), outside = (port.HostPort + i).ToString(CultureInfo.InvariantCulture);
                DockerPortBinding[] bindings = port.HostAddress is { } address ? [new(address, outside)] : [new("0.0.0.0", outside), new("::", outside)];
                ports[inside] = [.. ports.GetValueOrDefault(inside) ?? [], .. bindings];
            }
        }
        return ports;
    }

    public static DockerPort[] Row(Container container, ContainerView view) =>
    [
        .. Ports(container, view).SelectMany(pair => (pair.Value ?? [null!]).Select(binding => new DockerPort
        {
            PrivatePort = int.Parse(pair.Key.Split('/')[0], CultureInfo.InvariantCulture),
            Type = pair.Key.Split('/')[1],
            Ip = binding?.HostIp,
            PublicPort = binding?.HostPort is { } port ? int.Parse(port, CultureInfo.InvariantCulture) : null,
        })),
    ];

    /// <summary>Ports the image or who made it named, and those asked to be published.</summary>
    public static IEnumerable<string> Exposed(Container container, ContainerView view) =>
        ((IEnumerable<string>)(view.Image(container)?.Config.ExposedPorts ?? [])).Concat(container.Spec.Docker?.ExposedPorts ?? [])
        .Select(port => port.Contains('/', StringComparison.Ordinal) ? port : port + "/tcp")
        .Where(port => TryPort(port, out _))   // an image may say anything
        .Concat(container.Spec.Ports.SelectMany(port => Enumerable.Range(0, port.Count).Select(i => Port(port.ContainerPort + i, port.Protocol))))
        .Distinct();

    /// <param name="port">As <c>80/tcp</c>.</param>
    public static bool TryPort(string port, out int number)
    {
        number = 0;
        return port.Split('/') is [var text, _] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= 65535;
    }

    public static string Port(int number, PortProtocol protocol) => string.Create(CultureInfo.InvariantCulture, $"{number}/{(protocol == PortProtocol.Tcp ? "tcp" : "udp")}");
}
