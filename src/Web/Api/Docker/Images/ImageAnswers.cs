using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>One of GET /images/json.</summary>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="SharedSize">−1: not asked for.</param>
/// <param name="Containers">−1: not counted.</param>
/// <param name="VirtualSize">The same as the size; null, and left out, since 1.44.</param>
internal sealed record ImageSummary(
    string Id, string ParentId, string[] RepoTags, string[] RepoDigests, long Created, long Size, long SharedSize, Dictionary<string, string>? Labels, long Containers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? VirtualSize);

/// <summary>GET /images/{name}/json.</summary>
/// <param name="ContainerConfig">The same as the configuration. Docker leaves it out since 1.45, and docker-compose 1 falls over that when it makes a container anew: it looks there for volumes, whatever the version.</param>
internal sealed record ImageInspect(
    string Id, string[] RepoTags, string[] RepoDigests, string Parent, string Comment, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Created,
    string DockerVersion, string Author, DockerConfig Config, DockerConfig ContainerConfig, string Architecture, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Variant, string Os, long Size,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? VirtualSize, GraphDriver GraphDriver, [property: JsonPropertyName("RootFS")] RootFs RootFs, ImageMetadata Metadata);

/// <summary>What of its storage Docker shows; <c>MergedDir</c> is a container's alone.</summary>
internal sealed record GraphDriver(Dictionary<string, string> Data, string Name);

internal sealed record RootFs(string Type, string[] Layers);

internal sealed record ImageMetadata(string LastTagTime);

/// <summary>Of GET /images/{name}/history, the newest first.</summary>
/// <param name="Id">Of the image for the newest; <c>&lt;missing&gt;</c> for those below, which are no images here.</param>
internal sealed record HistoryAnswer(string Id, long Created, string CreatedBy, string[]? Tags, long Size, string Comment);

/// <summary>Of DELETE /images/{name} and of prune: one of the two.</summary>
internal sealed record RemovedImage
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Untagged { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Deleted { get; init; }
}

internal sealed record ImagesPruned(RemovedImage[] ImagesDeleted, long SpaceReclaimed);

[JsonSerializable(typeof(ImageSummary[]))]
[JsonSerializable(typeof(ImageInspect))]
[JsonSerializable(typeof(HistoryAnswer[]))]
[JsonSerializable(typeof(RemovedImage[]))]
[JsonSerializable(typeof(ImagesPruned))]
[JsonSerializable(typeof(ProgressMessage))]
[JsonSerializable(typeof(LoginBody))]
[JsonSerializable(typeof(LoginAnswer))]
[JsonSerializable(typeof(CommitAnswer))]
[JsonSerializable(typeof(BuildCachePruned))]
[JsonSerializable(typeof(BuildLimit[]))]
[JsonSerializable(typeof(Dictionary<string, LoginBody>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(DistributionAnswer))]
internal sealed partial class ImagesJson : JsonSerializerContext;
