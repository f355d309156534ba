using System.Collections.Immutable;
using Brig.Engine.State;

namespace Brig.Engine.Images;

/// <summary>What a row keeps of an image beside its configuration.</summary>
internal sealed record ImageDetails(
    string ConfigDigest, string MediaType, string Architecture, string Os, string? Author, DateTimeOffset? MadeAt, ImmutableArray<LayerDetails> Parts,
    ImmutableArray<ImageHistory> History, ImmutableArray<string> PulledBy)
{
    public ImmutableArray<string> Published { get; init; } = [];
}

internal sealed record LayerDetails(string DiffId, string Digest, string MediaType, long BlobBytes, long SizeBytes);

/// <summary>An image as it is kept, and back.</summary>
internal static class ImageRows
{
    public static ImageRow ToRow(Image image) => new()
    {
        Digest = image.Digest,
        Config = EngineJson.Write(image.Config),
        Layers = string.Join(',', image.Parts.Select(part => part.DiffId["sha256:".Length..])),
        SizeBytes = image.SizeBytes,
        CreatedAt = image.CreatedAt.ToMicroseconds(),
        Details = EngineJson.Write(new ImageDetails(
            image.ConfigDigest, image.MediaType, image.Architecture, image.Os, image.Author, image.MadeAt,
            [.. image.Parts.Select(p => new LayerDetails(p.DiffId, p.Digest, p.MediaType, p.BlobBytes, p.SizeBytes))], image.History, image.PulledBy) { Published = image.Published }),
    };

    /// <param name="tags">All there are.</param>
    /// <param name="place">Where a layer lies, by its diff id.</param>
    public static Image ToImage(ImageRow row, IEnumerable<string> tags, Func<string, string> place, BlobStore blobs)
    {
        var details = row.Details.Length > 0 ? EngineJson.Read<ImageDetails>(row.Details) : OfBlobs(row, blobs);
        return Make(row.Digest, EngineJson.Read<ImageConfig>(row.Config), details, row.SizeBytes, Instant.FromMicroseconds(row.CreatedAt), tags, place);
    }

    public static Image Make(string digest, ImageConfig config, ImageDetails details, long size, DateTimeOffset at, IEnumerable<string> tags, Func<string, string> place)
    {
        ImmutableArray<ImageLayer> parts = [.. details.Parts.Select(p => new ImageLayer(p.DiffId, p.Digest, p.MediaType, p.BlobBytes, p.SizeBytes, place(p.DiffId)))];
        return Named(new Image(digest, digest, config, Stack(parts), size, at)
        {
            ConfigDigest = details.ConfigDigest,
            MediaType = details.MediaType,
            Architecture = details.Architecture,
            Os = details.Os,
            Author = details.Author,
            MadeAt = details.MadeAt,
            Parts = parts,
            History = details.History,
            PulledBy = details.PulledBy,
            Published = details.Published,
        }, tags);
    }

    /// <summary>A layer that comes twice counts where it is highest: overlayfs takes no directory twice, and the lower one adds nothing to see.</summary>
    private static ImmutableArray<string> Stack(ImmutableArray<ImageLayer> parts) => [.. parts.Reverse().Select(part => part.Directory).Distinct().Reverse()];

    /// <param name="names">All it has, with tags and by digest.</param>
    public static Image Named(Image image, IEnumerable<string> names)
    {
        ImmutableArray<string> all = [.. names.Distinct().OrderBy(IsByDigest).ThenBy(name => name, StringComparer.Ordinal)];
        // Where registries have it is told for as long as it has a name of that repository.
        var repositories = all.Select(name => ImageName.Parse(name).Familiar).ToHashSet();
        image = image with { Published = [.. image.Published.Where(published => repositories.Contains(published[..published.IndexOf('@', StringComparison.Ordinal)]))] };
        return image with { Tags = [.. all.Where(name => !IsByDigest(name))], Digests = [.. all.Where(IsByDigest)], Reference = all.IsEmpty ? image.Digest : all[0] };
    }

    private static bool IsByDigest(string name) => name.Contains('@', StringComparison.Ordinal);

    /// <summary>Of an older Brig, whose images had one layer and no history.</summary>
    private static ImageDetails OfBlobs(ImageRow row, BlobStore blobs)
    {
        var manifest = OciManifest.Parse(blobs.Read(row.Digest));
        return new(
            manifest.Config!.Digest, manifest.MediaType, "amd64", "linux", null, Instant.FromMicroseconds(row.CreatedAt),
            [.. row.Layers.Split(',').Zip(manifest.Layers, (diff, blob) => new LayerDetails("sha256:" + diff, blob.Digest, blob.MediaType, blob.Size, row.SizeBytes))], [], []);
    }
}
