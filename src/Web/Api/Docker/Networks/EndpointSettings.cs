using System.Text.Json.Serialization;
using Brig.Engine;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>A container's place on a network: asked in <c>EndpointConfig</c> and <c>NetworkingConfig.EndpointsConfig</c>, told in <c>NetworkSettings.Networks</c>.</summary>
internal sealed record EndpointSettings
{
    [JsonPropertyName("IPAMConfig")]
    public EndpointIpam? Ipam { get; init; }

    /// <summary>As <c>container:alias</c>.</summary>
    public string[]? Links { get; init; }
    public string[]? Aliases { get; init; }
    public string? MacAddress { get; init; } = "";
    public Dictionary<string, string>? DriverOpts { get; init; }

    [JsonPropertyName("NetworkID")]
    public string? NetworkId { get; init; } = "";

    [JsonPropertyName("EndpointID")]
    public string? EndpointId { get; init; } = "";
    public string? Gateway { get; init; } = "";

    [JsonPropertyName("IPAddress")]
    public string? Ipv4 { get; init; } = "";

    [JsonPropertyName("IPPrefixLen")]
    public int? Ipv4Prefix { get; init; } = 0;

    [JsonPropertyName("IPv6Gateway")]
    public string? Ipv6Gateway { get; init; } = "";

    [JsonPropertyName("GlobalIPv6Address")]
    public string? Ipv6 { get; init; } = "";

    [JsonPropertyName("GlobalIPv6PrefixLen")]
    public int? Ipv6Prefix { get; init; } = 0;

    [JsonPropertyName("DNSNames")]
    public string[]? DnsNames { get; init; }

    /// <summary>What it asks of Brig. Links are the caller's: they are names of somebody else.</summary>
    /// <param name="network">By its name in Docker, or its id.</param>
    /// <param name="hostname">That was asked for; null: none.</param>
    /// <exception cref="EngineException">Invalid: something that Brig's networks do not have.</exception>
    public NetworkAttachment ToAttachment(string network, string? hostname)
    {
        if (Ipam?.LinkLocalIps is [_, ..])
        {
            throw EngineException.Invalid("Brig gives no link-local addresses by IPAMConfig.LinkLocalIPs; leave them out.");
        }
        if (DriverOpts?.Keys.FirstOrDefault() is { } option)
        {
            throw EngineException.Invalid($"Brig knows no option \"{option}\" of a container's place on a network; leave DriverOpts out.");
        }
        string name = NetworkNames.ToBrig(network);
        return new(name)
        {
            // As Docker has it: who is asked to be called so is found by it, on every network but the default one.
            Aliases = [.. (Aliases ?? []).Concat(hostname is { Length: > 0 } && name != NetworkSpec.DefaultName ? [hostname] : Array.Empty<string>()).Distinct(StringComparer.OrdinalIgnoreCase)],
            Ipv4 = Ipam?.Ipv4 is { Length: > 0 } ipv4 ? ipv4 : null,
            Ipv6 = Ipam?.Ipv6 is { Length: > 0 } ipv6 ? ipv6 : null,
            Mac = MacAddress is { Length: > 0 } mac ? mac : null,
        };
    }
}

internal sealed record EndpointIpam
{
    [JsonPropertyName("IPv4Address"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ipv4 { get; init; }

    [JsonPropertyName("IPv6Address"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ipv6 { get; init; }

    [JsonPropertyName("LinkLocalIPs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? LinkLocalIps { get; init; }
}
