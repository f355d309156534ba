using System.Text.Json.Serialization;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;
using Brig.Engine.Images;
using Brig.Engine.Networks;
using Brig.Engine.Volumes;

namespace Brig.Web.Api.Docker;

/// <summary>GET /system/df. What was not asked for is left out.</summary>
internal sealed record DiskAnswer
{
    /// <summary>Each layer once.</summary>
    public long LayersSize { get; init; }
    public ImageSummary[]? Images { get; init; }
    public DockerContainerRow[]? Containers { get; init; }
    public VolumeResource[]? Volumes { get; init; }

    /// <summary>Brig's build cache is layers of images, and counted as such.</summary>
    public object[]? BuildCache { get; init; }

    /// <summary>Null, and left out, since 1.42.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? BuilderSize { get; init; }
}

[JsonSerializable(typeof(DiskAnswer))]
internal sealed partial class DiskJson : JsonSerializerContext;

/// <summary>What takes room on the disk, measured when it is asked for.</summary>
internal static class DiskUsage
{
    private static readonly string[] s_types = ["container", "image", "volume", "build-cache"];

    public static async Task<IResult> AnswerAsync(HttpContext http, IContainers containers, IContainerFiles files, IImages images, INetworks networks, IVolumes volumes, TimeProvider time, CancellationToken stop)
    {
        var version = ApiVersion.Of(http);
        string[] asked = version.IsBefore(1, 42) ? [] : [.. http.Request.Query["type"].OfType<string>()];
        if (asked.FirstOrDefault(type => !s_types.Contains(type)) is { } unknown)
        {
            throw EngineException.Invalid($"unknown object type: {unknown}");
        }
        bool Wants(string type) => asked.Length == 0 || asked.Contains(type);
        var all = containers.List().Where(one => one.Spec.Sandbox is null).ToArray();
        var (view, now) = (new ContainerView(images, networks, volumes, version), time.GetUtcNow());
        var usage = Wants("image") ? await images.UsageAsync(stop) : null;
        return DockerJson.Answer(new DiskAnswer
        {
            LayersSize = usage?.LayerBytes ?? 0,
            Images = usage is null ? null : [.. DockerImage.List(images).Select(image => Image(image, usage, all, version))],
            Containers = Wants("container") ? await DockerContainerRoutes.WithSizesAsync([.. all.Select(container => ContainerWriter.Row(container, view, now))], files, stop) : null,
            Volumes = Wants("volume") ? await VolumesAsync(volumes, stop) : null,
            BuildCache = Wants("build-cache") ? [] : null,
            BuilderSize = version.IsBefore(1, 42) ? 0 : null,
        });
    }

    private static ImageSummary Image(DockerImage image, ImagesUsage usage, Container[] containers, ApiVersion version)
    {
        long shared = usage.Images.FirstOrDefault(one => one.Digest == image.First.Digest)?.SharedBytes ?? 0;
        return ImageShapes.Summary(image, [.. image.Tags], [.. image.Digests], shared, version) with { Containers = containers.Count(one => image.Parts.Any(part => part.Digest == one.ImageDigest)) };
    }

    private static async Task<VolumeResource[]> VolumesAsync(IVolumes volumes, CancellationToken stop)
    {
        var told = new List<VolumeResource>();
        foreach (var volume in volumes.List())
        {
            try
            {
                var now = await volumes.MeasureAsync(volume.Name, stop);
                told.Add(DockerVolumeRoutes.Tell(now) with { UsageData = new(now.Size?.Bytes ?? -1, now.UsedBy.Select(use => use.ContainerId).Distinct().Count()) });
            }
            catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
            {
                // It has been removed meanwhile.
            }
        }
        return [.. told];
    }
}
