using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>One of GET /containers/json.</summary>
internal sealed record DockerContainerRow
{
    public required string Id { get; init; }
    public required string[] Names { get; init; }
    public required string Image { get; init; }

    [JsonPropertyName("ImageID")]
    public required string ImageId { get; init; }
    public required string Command { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }
    public required DockerPort[] Ports { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRw { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRootFs { get; init; }
    public required Dictionary<string, string> Labels { get; init; }
    public required string State { get; init; }

    /// <summary>As <c>Up 5 minutes (healthy)</c>.</summary>
    public required string Status { get; init; }
    public required DockerRowHostConfig HostConfig { get; init; }
    public required DockerRowNetworks NetworkSettings { get; init; }
    public required DockerMountPoint[] Mounts { get; init; }
}

internal sealed record DockerRowHostConfig(string NetworkMode, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Dictionary<string, string?>? Annotations);

internal sealed record DockerRowNetworks(Dictionary<string, EndpointSettings> Networks);

internal sealed record DockerPort
{
    [JsonPropertyName("IP")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ip { get; init; }
    public required int PrivatePort { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PublicPort { get; init; }
    public required string Type { get; init; }
}

internal sealed record DockerCreated(string Id, string[] Warnings);

internal sealed record DockerWarnings(string[] Warnings);

/// <param name="Titles">Of the columns.</param>
internal sealed record DockerTop(string[] Titles, string[][] Processes);

internal sealed record DockerContainersPruned(string[] ContainersDeleted, long SpaceReclaimed);

/// <param name="Kind">0 changed, 1 added, 2 deleted.</param>
internal sealed record DockerPathChange(string Path, int Kind);

[JsonSerializable(typeof(DockerCreate))]
[JsonSerializable(typeof(DockerUpdate))]
[JsonSerializable(typeof(DockerContainer))]
[JsonSerializable(typeof(DockerContainerRow[]))]
[JsonSerializable(typeof(DockerCreated))]
[JsonSerializable(typeof(DockerWarnings))]
[JsonSerializable(typeof(DockerTop))]
[JsonSerializable(typeof(DockerContainersPruned))]
[JsonSerializable(typeof(DockerPathChange[]))]
internal sealed partial class ContainersJson : JsonSerializerContext;
