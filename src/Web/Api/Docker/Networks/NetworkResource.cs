using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>A network as Docker tells it.</summary>
internal sealed record NetworkResource
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Created { get; init; }
    public string Scope { get; init; } = "local";
    public required string Driver { get; init; }

    [JsonPropertyName("EnableIPv6")]
    public bool EnableIpv6 { get; init; }

    [JsonPropertyName("IPAM")]
    public NetworkIpam Ipam { get; init; } = new();
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public bool Ingress { get; init; }
    public NetworkConfigFrom ConfigFrom { get; init; } = new("");
    public bool ConfigOnly { get; init; }

    /// <summary>Empty in lists since 1.28.</summary>
    public Dictionary<string, NetworkContainer>? Containers { get; init; } = [];
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

internal sealed record NetworkConfigFrom(string? Network);

internal sealed record NetworkIpam
{
    public string? Driver { get; init; } = "default";
    public Dictionary<string, string>? Options { get; init; }
    public NetworkIpamConfig[]? Config { get; init; } = [];
}

internal sealed record NetworkIpamConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subnet { get; init; }

    [JsonPropertyName("IPRange"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Range { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Gateway { get; init; }

    [JsonPropertyName("AuxiliaryAddresses"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Auxiliary { get; init; }
}

/// <summary>In a network's <c>Containers</c>.</summary>
internal sealed record NetworkContainer(
    string Name, [property: JsonPropertyName("EndpointID")] string EndpointId, string MacAddress,
    [property: JsonPropertyName("IPv4Address")] string Ipv4, [property: JsonPropertyName("IPv6Address")] string Ipv6);

/// <summary>POST /networks/create.</summary>
internal sealed record NetworkCreateBody
{
    public string? Name { get; init; }
    public bool? CheckDuplicate { get; init; }
    public string? Driver { get; init; }
    public string? Scope { get; init; }
    public bool? Internal { get; init; }
    public bool? Attachable { get; init; }
    public bool? Ingress { get; init; }
    public bool? ConfigOnly { get; init; }
    public NetworkConfigFrom? ConfigFrom { get; init; }

    [JsonPropertyName("IPAM")]
    public NetworkIpam? Ipam { get; init; }

    [JsonPropertyName("EnableIPv6")]
    public bool? EnableIpv6 { get; init; }
    public Dictionary<string, string>? Options { get; init; }
    public Dictionary<string, string>? Labels { get; init; }
}

internal sealed record NetworkCreated(string Id, string Warning);

/// <summary>POST /networks/{id}/connect.</summary>
internal sealed record NetworkConnectBody
{
    public string? Container { get; init; }
    public EndpointSettings? EndpointConfig { get; init; }
}

/// <summary>POST /networks/{id}/disconnect.</summary>
internal sealed record NetworkDisconnectBody
{
    public string? Container { get; init; }
    public bool? Force { get; init; }
}

internal sealed record NetworksPruned(string[] NetworksDeleted);

[JsonSerializable(typeof(NetworkResource))]
[JsonSerializable(typeof(NetworkResource[]))]
[JsonSerializable(typeof(NetworkCreateBody))]
[JsonSerializable(typeof(NetworkCreated))]
[JsonSerializable(typeof(NetworkConnectBody))]
[JsonSerializable(typeof(NetworkDisconnectBody))]
[JsonSerializable(typeof(NetworksPruned))]
[JsonSerializable(typeof(Dictionary<string, EndpointSettings>))]
internal sealed partial class NetworksJson : JsonSerializerContext;
