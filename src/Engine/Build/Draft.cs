using System.Collections.Immutable;
using Brig.Engine.Images;

namespace Brig.Engine.Build;

/// <summary>An image as far as a stage has come. Immutable: an instruction makes the next.</summary>
/// <param name="Layers">Lowest first; blob and layer in place and held by the build's lease.</param>
/// <param name="Key">Names all that led here; the same key means the same files and configuration.</param>
/// <param name="MadeAt">When its newest part was made: of a build whose every step is known, long ago, and so the image is the same as then.</param>
internal sealed record Draft(
    ImageConfig Config, ImmutableArray<(Descriptor Blob, StoredLayer Layer)> Layers, ImmutableArray<ImageHistory> History, string? Author, string Key, DateTimeOffset? MadeAt)
{
    /// <summary>Of the image that it is, without a change; null: it is none.</summary>
    public string? ConfigDigest { get; init; }

    /// <summary>FROM scratch.</summary>
    public static readonly Draft Scratch = new(new(), [], [], null, CacheKey.Of("scratch"), null);

    public static Draft Of(Image image, LayerStore layers) => new(
        image.Config,
        [.. image.Parts.Select(part => (new Descriptor(part.MediaType, part.Digest, part.BlobBytes), layers.Find(part.DiffId) ?? new StoredLayer(part.DiffId, part.SizeBytes)))],
        image.History, image.Author, CacheKey.Of("image", image.Digest), image.MadeAt) { ConfigDigest = image.ConfigDigest };

    /// <summary>After an instruction that made no files.</summary>
    public Draft Configured(ImageConfig config, string text) => this with
    {
        ConfigDigest = null, Config = config, History = History.Add(new(MadeAt, text, null, Maker, true)), Key = CacheKey.Of(Key, text),
    };

    /// <summary>After an instruction that made a layer.</summary>
    public Draft With(Descriptor blob, StoredLayer layer, string text, string key, DateTimeOffset at) => this with
    {
        ConfigDigest = null, Layers = Layers.Add((blob, layer)), History = History.Add(new(at, text, null, Maker, false)), Key = key, MadeAt = MadeAt is { } made && made > at ? made : at,
    };

    /// <summary>The folders to stack, lowest first; one that comes twice, as of steps that change nothing, where it is highest, for overlayfs takes it once.</summary>
    public ImmutableArray<string> Folders(LayerStore layers) => [.. Layers.Select(layer => layers.Directory(layer.Layer.DiffId)).Reverse().Distinct().Reverse()];

    public OciConfig ToOci(DateTimeOffset? at) => new() { Config = Config, Author = Author, CreatedAt = at, History = History, DiffIds = [] };

    private const string Maker = "brig build";
}
