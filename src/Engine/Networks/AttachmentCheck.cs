using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Brig.Engine.Containers;
using Brig.Engine.Networks.Addresses;
using Brig.Linux.Net;

namespace Brig.Engine.Networks;

/// <summary>Everything about a container's networks and ports that is wrong by itself. One sentence each, the first that is found.</summary>
internal static partial class AttachmentCheck
{
    /// <summary>Each is a socket of the engine's.</summary>
    private const int MostPorts = 4096;

    public static void Check(ContainerSpec spec)
    {
        Ports(spec.Ports);
        if (spec.Networks is { } networks)
        {
            foreach (var network in networks)
            {
                Attachment(network);
            }
        }
        if (spec.Namespaces.Net.Source == NamespaceSource.New)
        {
            if (!spec.Ports.IsEmpty && spec.Networks is { IsEmpty: true })
            {
                throw EngineException.Invalid("Ports can be published of a container that is on a network; this one shall be on none.");
            }
            return;
        }
        string whose = spec.Namespaces.Net.Source == NamespaceSource.Host ? "the machine's own network" : $"the network of container {spec.Namespaces.Net.Container}";
        if (!spec.Ports.IsEmpty)
        {
            throw EngineException.Invalid($"A container in {whose} publishes no ports: {(spec.Namespaces.Net.Source == NamespaceSource.Host ? "its ports are the machine's already" : "publish them of that container")}.");
        }
        if (spec.Networks is { IsEmpty: false })
        {
            throw EngineException.Invalid($"A container in {whose} cannot be on networks as well; leave one of the two out.");
        }
    }

    public static void Attachment(NetworkAttachment asked)
    {
        if (string.IsNullOrWhiteSpace(asked.Network))
        {
            throw EngineException.Invalid("A network to be on has no name.");
        }
        foreach (string alias in asked.Aliases.Where(alias => !AliasRule().IsMatch(alias)))
        {
            throw EngineException.Invalid($"\"{Text.Short(alias)}\" cannot be an alias: 1 to 253 letters, digits, '-', '_' and '.', each part at most 63 long.");
        }
        Address(asked.Ipv4, ipv4: true);
        Address(asked.Ipv6, ipv4: false);
        if (asked.Mac is { } mac && !MacAddress.TryParse(mac, out _))
        {
            throw EngineException.Invalid($"\"{Text.Short(mac)}\" is no hardware address one container can have; write six bytes as 02:42:0a:05:00:02, the first of them even.");
        }
    }

    /// <summary>Each by itself and against the others.</summary>
    public static void Ports(ImmutableArray<PortSpec> ports)
    {
        int total = 0;
        for (int i = 0; i < ports.Length; i++)
        {
            var port = ports[i];
            if (port.Count is < 1 or > MostPorts || (total += port.Count) > MostPorts)
            {
                throw EngineException.Invalid($"A container can publish 1 to {MostPorts} ports; more are asked for. Put those in front of it that are needed.");
            }
            if (port.ContainerPort < 1 || port.ContainerPort + port.Count - 1 > 65535 || port.HostPort < 0 || port.HostPort + port.Count - 1 > 65535)
            {
                throw EngineException.Invalid(string.Create(CultureInfo.InvariantCulture,
                    $"Ports go from 1 to 65535, and 0 on the machine for any that is free; {port.HostPort}:{port.ContainerPort}{(port.Count > 1 ? $", {port.Count} in a row," : "")} leaves that."));
            }
            if (port.HostAddress is { } address && (!Subnet.TryAddress(address, out var parsed) || parsed.ToString() is "0.0.0.0" or "::"))
            {
                throw EngineException.Invalid($"\"{Text.Short(address)}\" is no address of a machine; leave it out for all of them.");
            }
            if (ports.Take(i).FirstOrDefault(other => Meet(other, port)) is { } other)
            {
                throw EngineException.Invalid(string.Create(CultureInfo.InvariantCulture, $"Port {Math.Max(port.HostPort, other.HostPort)} of the machine is asked for twice by the same container."));
            }
        }
    }

    /// <summary>Whether both cannot be had at once.</summary>
    public static bool Meet(PortSpec a, PortSpec b) =>
        a.Protocol == b.Protocol && a.HostPort > 0 && b.HostPort > 0 && a.HostPort < b.HostPort + b.Count && b.HostPort < a.HostPort + a.Count
        && (a.HostAddress is null || b.HostAddress is null || a.HostAddress == b.HostAddress);

    private static void Address(string? text, bool ipv4)
    {
        if (text is not null && (!Subnet.TryAddress(text, out var address) || address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork != ipv4))
        {
            throw EngineException.Invalid($"\"{Text.Short(text)}\" is no {(ipv4 ? "IPv4" : "IPv6")} address.");
        }
    }

    [GeneratedRegex(@"\A(?=.{1,253}\z)[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex AliasRule();
}
