using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>GET /containers/{id}/json.</summary>
internal sealed record DockerContainer
{
    public required string Id { get; init; }
    public required string Created { get; init; }
    public required string Path { get; init; }
    public required string[] Args { get; init; }
    public required DockerState State { get; init; }
    public required string Image { get; init; }
    public required string ResolvConfPath { get; init; }
    public required string HostnamePath { get; init; }
    public required string HostsPath { get; init; }
    public required string LogPath { get; init; }
    public required string Name { get; init; }
    public required int RestartCount { get; init; }
    public string Driver { get; init; } = "overlay2";
    public string Platform { get; init; } = "linux";
    public string MountLabel { get; init; } = "";
    public string ProcessLabel { get; init; } = "";
    public required string AppArmorProfile { get; init; }

    [JsonPropertyName("ExecIDs")]
    public required string[]? ExecIds { get; init; }
    public required DockerHostConfig HostConfig { get; init; }
    public required DockerGraphDriver GraphDriver { get; init; }

    /// <summary>Only where it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRw { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRootFs { get; init; }
    public required DockerMountPoint[] Mounts { get; init; }
    public required DockerConfig Config { get; init; }
    public required DockerNetworkSettings NetworkSettings { get; init; }
}

internal sealed record DockerState
{
    /// <summary>created, running, paused, restarting, removing, exited.</summary>
    public required string Status { get; init; }
    public bool Running { get; init; }
    public bool Paused { get; init; }
    public bool Restarting { get; init; }

    [JsonPropertyName("OOMKilled")]
    public bool OomKilled { get; init; }
    public bool Dead { get; init; }
    public int Pid { get; init; }
    public int ExitCode { get; init; }
    public string Error { get; init; } = "";
    public required string StartedAt { get; init; }
    public required string FinishedAt { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DockerHealth? Health { get; init; }
}

/// <param name="Status">starting, healthy, unhealthy.</param>
internal sealed record DockerHealth(string Status, int FailingStreak, DockerProbe[] Log);

internal sealed record DockerProbe(string Start, string End, int ExitCode, string Output);

internal sealed record DockerGraphDriver(Dictionary<string, string> Data, string Name);

internal sealed record DockerMountPoint
{
    public required string Type { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }
    public required string Source { get; init; }
    public required string Destination { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Driver { get; init; }
    public required string Mode { get; init; }

    [JsonPropertyName("RW")]
    public required bool Rw { get; init; }
    public required string Propagation { get; init; }
}

internal sealed record DockerNetworkSettings
{
    public string Bridge { get; init; } = "";

    [JsonPropertyName("SandboxID")]
    public required string SandboxId { get; init; }
    public required string SandboxKey { get; init; }

    /// <summary>What leads into it, by <c>80/tcp</c>; null for what is only exposed. Empty while it does not run.</summary>
    public required Dictionary<string, DockerPortBinding[]?> Ports { get; init; }
    public bool HairpinMode { get; init; }

    [JsonPropertyName("LinkLocalIPv6Address")]
    public string LinkLocalIpv6Address { get; init; } = "";

    [JsonPropertyName("LinkLocalIPv6PrefixLen")]
    public int LinkLocalIpv6PrefixLen { get; init; }

    [JsonPropertyName("SecondaryIPAddresses")]
    public string[]? SecondaryIpAddresses { get; init; }

    [JsonPropertyName("SecondaryIPv6Addresses")]
    public string[]? SecondaryIpv6Addresses { get; init; }

    /// <summary>This and the next are those of the network <c>bridge</c>, else empty.</summary>
    [JsonPropertyName("EndpointID")]
    public string EndpointId { get; init; } = "";
    public string Gateway { get; init; } = "";

    [JsonPropertyName("GlobalIPv6Address")]
    public string GlobalIpv6Address { get; init; } = "";

    [JsonPropertyName("GlobalIPv6PrefixLen")]
    public int GlobalIpv6PrefixLen { get; init; }

    [JsonPropertyName("IPAddress")]
    public string IpAddress { get; init; } = "";

    [JsonPropertyName("IPPrefixLen")]
    public int IpPrefixLen { get; init; }

    [JsonPropertyName("IPv6Gateway")]
    public string Ipv6Gateway { get; init; } = "";
    public string MacAddress { get; init; } = "";
    public required Dictionary<string, EndpointSettings> Networks { get; init; }
}
