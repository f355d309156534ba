using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>A volume as Docker tells it.</summary>
internal sealed record VolumeResource
{
    public required string CreatedAt { get; init; }
    public string Driver { get; init; } = "local";
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public required string Mountpoint { get; init; }
    public required string Name { get; init; }
    public IReadOnlyDictionary<string, string>? Options { get; init; }
    public string Scope { get; init; } = "local";

    /// <summary>Only in /system/df.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VolumeUsage? UsageData { get; init; }
}

/// <param name="Size">Bytes; -1: not known.</param>
/// <param name="RefCount">Containers that have it.</param>
internal sealed record VolumeUsage(long Size, int RefCount);

internal sealed record VolumesAnswer(VolumeResource[] Volumes, string[]? Warnings);

/// <summary>POST /volumes/create.</summary>
internal sealed record VolumeCreateBody
{
    public string? Name { get; init; }
    public string? Driver { get; init; }
    public Dictionary<string, string>? DriverOpts { get; init; }
    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>Of Swarm's own volumes.</summary>
    public object? ClusterVolumeSpec { get; init; }
}

internal sealed record VolumesPruned(string[] VolumesDeleted, long SpaceReclaimed);

[JsonSerializable(typeof(VolumeResource))]
[JsonSerializable(typeof(VolumesAnswer))]
[JsonSerializable(typeof(VolumeCreateBody))]
[JsonSerializable(typeof(VolumesPruned))]
internal sealed partial class VolumesJson : JsonSerializerContext;
