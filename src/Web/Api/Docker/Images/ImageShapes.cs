using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>The engine's images in Docker's shapes.</summary>
internal static class ImageShapes
{
    private static readonly string[] s_noTag = ["<none>:<none>"], s_noDigest = ["<none>@<none>"];

    /// <param name="tags">Of its tags those to be told, and so the digests.</param>
    /// <param name="shared">Bytes of layers that others have too; −1: not asked for.</param>
    public static ImageSummary Summary(DockerImage image, string[] tags, string[] digests, long shared, ApiVersion version)
    {
        bool isNameless = tags.Length == 0 && digests.Length == 0 && version.IsBefore(1, 43);
        return new(
            image.Id, "", isNameless ? s_noTag : tags, isNameless ? s_noDigest : digests, Seconds(image.First), image.First.SizeBytes, shared,
            image.First.Config.Labels.IsEmpty ? null : image.First.Config.Labels.ToDictionary(), -1, VirtualSize(image, version));
    }

    public static ImageInspect Inspect(DockerImage image, ApiVersion version)
    {
        var first = image.First;
        string[] platform = first.Architecture.Split('/');
        var config = ImageConfigs.Of(first.Config);
        return new(
            image.Id, [.. image.Tags], [.. image.Digests], "", first.History.LastOrDefault()?.Comment ?? "",
            first.MadeAt is null && !version.IsBefore(1, 44) ? null : DockerTime.Text(first.MadeAt), "", first.Author ?? "", config, config,
            platform[0], platform.Length > 1 ? platform[1] : null, first.Os, first.SizeBytes, VirtualSize(image, version), new(Folders(first), "overlay2"),
            new("layers", [.. first.Parts.Select(part => part.DiffId)]), new(DockerTime.Never));
    }

    public static HistoryAnswer[] History(DockerImage image)
    {
        var parts = new Queue<ImageLayer>(image.First.Parts);
        var steps = image.First.History.Select(step => new HistoryAnswer(
            "<missing>", step.CreatedAt?.ToUnixTimeSeconds() ?? 0, step.CreatedBy ?? "", null, step.EmptyLayer || !parts.TryDequeue(out var part) ? 0 : part.SizeBytes, step.Comment ?? "")).Reverse().ToArray();
        if (steps.Length > 0)
        {
            steps[0] = steps[0] with { Id = image.Id, Tags = image.Tags is { IsEmpty: false } tags ? [.. tags] : null };
        }
        return steps;
    }

    /// <summary>When it was made; of one that does not say, when it came.</summary>
    public static DateTimeOffset Time(Image image) => image.MadeAt ?? image.CreatedAt;

    private static long Seconds(Image image) => Time(image).ToUnixTimeSeconds();

    private static long? VirtualSize(DockerImage image, ApiVersion version) => version.IsBefore(1, 44) ? image.First.SizeBytes : null;

    private static Dictionary<string, string> Folders(Image image)
    {
        var data = new Dictionary<string, string>();
        if (image.Layers.Length > 1)
        {
            data["LowerDir"] = string.Join(':', image.Layers.SkipLast(1).Reverse());
        }
        if (image.Layers.Length > 0)
        {
            data["UpperDir"] = image.Layers[^1];
        }
        return data;
    }
}
