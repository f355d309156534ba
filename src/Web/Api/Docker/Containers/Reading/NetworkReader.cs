using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>NetworkMode, the networks' settings, ports and names.</summary>
internal static class NetworkReader
{
    /// <exception cref="EngineException">Invalid.</exception>
    public static ContainerSpec Read(ContainerSpec spec, DockerCreate asked, DockerHostConfig host, Image image)
    {
        spec = spec with { ExtraHosts = [.. (host.ExtraHosts ?? []).Select(Host)], Dns = [.. host.Dns ?? []], DnsSearch = [.. host.DnsSearch ?? []], DnsOptions = [.. host.DnsOptions ?? []] };
        string mode = asked.NetworkDisabled == true ? "none" : host.NetworkMode is null or "" or "default" ? NetworkNames.Bridge : host.NetworkMode;
        if (mode is "host" or "none" || mode.StartsWith("container:", StringComparison.Ordinal))
        {
            Conflicts(asked, host, mode);
            return spec with
            {
                Networks = [],
                Namespaces = spec.Namespaces with { Net = mode switch { "host" => NamespaceSpec.Host, "none" => NamespaceSpec.New, _ => NamespaceSpec.OfContainer(Other(mode)) } },
            };
        }
        return spec with { Networks = Attachments(asked, mode), Ports = Ports(asked, host, image) };
    }

    /// <summary>In another's network there is nothing of its own.</summary>
    private static void Conflicts(DockerCreate asked, DockerHostConfig host, string mode)
    {
        if (!mode.StartsWith("container:", StringComparison.Ordinal))
        {
            Refusals.Refuse(mode == "host" && host.Links is { Length: > 0 }, "conflicting options: host type networking can't be used with links. This would result in undefined behavior");
            return;
        }
        Refusals.Refuse(asked.Hostname is { Length: > 0 }, "conflicting options: hostname and the network mode");
        Refusals.Refuse(host.Links is { Length: > 0 }, "conflicting options: container type network can't be used with links. This would result in undefined behavior");
        Refusals.Refuse(host.Dns is { Length: > 0 }, "conflicting options: dns and the network mode");
        Refusals.Refuse(host.ExtraHosts is { Length: > 0 }, "conflicting options: custom host-to-IP mapping and the network mode");
        Refusals.Refuse(asked.MacAddress is { Length: > 0 }, "conflicting options: mac-address and the network mode");
        Refusals.Refuse(host.PortBindings is { Count: > 0 } || host.PublishAllPorts == true, "conflicting options: port publishing and the container type network mode");
        Refusals.Refuse(asked.ExposedPorts is { Count: > 0 }, "conflicting options: port exposing and the container type network mode");
    }

    /// <summary><c>name:address</c>, or as newer clients write it <c>name=address</c>; the address may stand in brackets.</summary>
    private static string Host(string line)
    {
        int at = line.IndexOfAny(['=', ':']);
        return at < 0 ? line : $"{line[..at]}:{line[(at + 1)..].Trim('[', ']')}";
    }

    /// <summary>Of <c>container:NAME</c>.</summary>
    public static string Other(string mode) => mode[(mode.IndexOf(':', StringComparison.Ordinal) + 1)..] is { Length: > 0 } other ? other : throw EngineException.Invalid($"invalid mode: {mode}: the container's name is missing");

    private static ImmutableArray<NetworkAttachment> Attachments(DockerCreate asked, string mode)
    {
        var settings = asked.NetworkingConfig?.EndpointsConfig ?? [];
        string main = NetworkNames.ToBrig(mode);
        var first = settings.FirstOrDefault(pair => Brigs(pair.Key) == main);
        // Docker takes a network named only here for the one that the mode names by its id.
        if (first.Key is null && settings.Count == 1 && main != NetworkSpec.DefaultName)
        {
            first = settings.First();
        }
        Refusals.Refuse(asked.MacAddress is { Length: > 0 } && first.Value?.MacAddress is { Length: > 0 } mac && mac != asked.MacAddress,
            "the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty");
        return
        [
            (first.Value ?? new()).ToAttachment(mode, asked.Hostname) is var own && own.Mac is null ? own with { Mac = SpecReader.Some(asked.MacAddress) } : own,
            .. settings.Where(pair => pair.Key != first.Key).Select(pair => (pair.Value ?? new()).ToAttachment(Brigs(pair.Key), asked.Hostname)),
        ];
    }

    /// <summary>In a container's settings <c>default</c> means the default network too.</summary>
    private static string Brigs(string name) => NetworkNames.ToBrig(name == "default" ? NetworkNames.Bridge : name);

    private static ImmutableArray<PortSpec> Ports(DockerCreate asked, DockerHostConfig host, Image image)
    {
        var ports = new List<PortSpec>();
        foreach (var (inside, bindings) in host.PortBindings ?? [])
        {
            var port = Inside(inside);
            foreach (var binding in bindings is null or [] ? [new DockerPortBinding(null, null)] : bindings)
            {
                ports.Add(port with { HostAddress = Address(binding.HostIp), HostPort = Outside(binding.HostPort) });
            }
        }
        if (host.PublishAllPorts == true)
        {
            foreach (var port in (asked.ExposedPorts?.Keys ?? Enumerable.Empty<string>()).Concat(image.Config.ExposedPorts).Select(Inside).Distinct())
            {
                if (!ports.Exists(other => other.ContainerPort == port.ContainerPort && other.Protocol == port.Protocol))
                {
                    ports.Add(port);
                }
            }
        }
        return [.. ports.Distinct()];
    }

    /// <summary>The same text: what is only exposed may be of any protocol, but is one port.</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public static string Exposed(string text) => NetworkWriter.TryPort(text.Contains('/', StringComparison.Ordinal) ? text : text + "/tcp", out _)
        ? text : throw EngineException.Invalid($"invalid port specification: \"{text}\"");

    private static PortSpec Inside(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > 65535)
        {
            throw EngineException.Invalid($"invalid port specification: \"{text}\"");
        }
        return new(number)
        {
            Protocol = parts.ElementAtOrDefault(1)?.ToLowerInvariant() switch
            {
                null or "" or "tcp" => PortProtocol.Tcp,
                "udp" => PortProtocol.Udp,
                var other => throw EngineException.Invalid($"invalid port specification: \"{text}\": {other} cannot be published, only tcp and udp"),
            },
        };
    }

    private static int Outside(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return 0;
        }
        if (text.Split('-') is [var low, var high] && low != high)
        {
            throw EngineException.Invalid($"invalid port specification: \"{text}\": Brig chooses any free port or takes the one that is named, none out of a range");
        }
        return int.TryParse(text.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= 65535 ? port
            : throw EngineException.Invalid($"invalid port specification: \"{text}\"");
    }

    /// <summary>Null: every address.</summary>
    private static string? Address(string? text) => string.IsNullOrEmpty(text) || (IPAddress.TryParse(text, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))) ? null : text;
}
