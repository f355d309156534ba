using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Engine.Tasks;

namespace Brig.Engine.Images;

/// <summary>
/// Archives of images: docker save's (a manifest.json that lists them), and OCI layouts (an index.json that does). Newer Dockers write both into one;
/// then the layout tells the images, for it keeps their digests, and manifest.json their names.
/// </summary>
internal sealed class ArchiveLoader(ImageStore store, BlobStore blobs, LayerStore layers, Intake intake, Leases leases)
{
    public async Task<ImmutableArray<LoadedImage>> LoadAsync(Stream archive, TaskRun run)
    {
        using var lease = leases.New();
        await using var pumped = new PumpedStream(archive, run.Stop);
        var contents = await OwnThread.RunAsync(() => ArchiveContents.Read(pumped, intake, blobs, layers, lease, run));
        try
        {
            var named = Named(contents);
            var images = contents.Document("index.json") is { } index
                ? await FromLayoutAsync(index, contents, named, lease, run)
                : await FromDockerAsync(named, contents, lease, run);
            return images.IsEmpty ? throw EngineException.Invalid("The archive holds no image: neither a manifest.json nor an index.json names one for linux/amd64.") : images;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw EngineException.Invalid($"The archive's list of images is damaged: {e.Message}");
        }
    }

    private static ImmutableArray<(string Config, ImmutableArray<string> Layers, ImmutableArray<string> Tags)> Named(ArchiveContents contents) =>
        contents.Document("manifest.json") is { } list && JsonNode.Parse(list) is JsonArray images
            ? [.. images.OfType<JsonObject>().Select(image => ((string?)image["Config"] ?? "", Strings(image["Layers"]), Strings(image["RepoTags"])))]
            : [];

    private async Task<ImmutableArray<LoadedImage>> FromDockerAsync(
        ImmutableArray<(string Config, ImmutableArray<string> Layers, ImmutableArray<string> Tags)> named, ArchiveContents contents, Lease lease, TaskRun run)
    {
        var images = ImmutableArray.CreateBuilder<LoadedImage>();
        foreach (var (path, layerPaths, tags) in named)
        {
            byte[] bytes = contents.Document(path) ?? throw Missing(path);
            var config = OciConfig.Parse(bytes);
            var taken = Taken(config, layerPaths, contents);
            var descriptor = new Descriptor(MediaTypes.OciConfig, blobs.Add(bytes, lease), bytes.Length);
            ImmutableArray<Descriptor> descriptors = [.. taken.Select(layer => layer.Descriptor)];
            var made = new NewImage(OciManifest.Write(descriptor, descriptors), MediaTypes.OciManifest, descriptor, config, descriptors, [.. taken.Select(layer => layer.Layer)]);
            images.Add(await AddAsync(made, tags, lease, run));
        }
        return images.ToImmutable();
    }

    private async Task<ImmutableArray<LoadedImage>> FromLayoutAsync(
        byte[] index, ArchiveContents contents, ImmutableArray<(string Config, ImmutableArray<string> Layers, ImmutableArray<string> Tags)> named, Lease lease, TaskRun run)
    {
        var images = ImmutableArray.CreateBuilder<LoadedImage>();
        foreach (var listed in OciManifest.Parse(index).Manifests)
        {
            if (Chosen(listed, contents, 0) is not var (descriptor, bytes))
            {
                continue;
            }
            var manifest = OciManifest.Parse(bytes, descriptor.MediaType);
            byte[] configBytes = contents.Document(BlobPath(manifest.Config!.Digest)) ?? throw Missing(manifest.Config.Digest);
            CheckDigest(configBytes, manifest.Config.Digest);
            var config = OciConfig.Parse(configBytes);
            var taken = Taken(config, [.. manifest.Layers.Select(layer => BlobPath(layer.Digest))], contents);
            blobs.Add(configBytes, lease);
            string[] tags = [.. named.Where(image => image.Config == BlobPath(manifest.Config.Digest)).SelectMany(image => image.Tags), .. listed.RefName is { } name && IsName(name) ? [name] : Array.Empty<string>()];
            images.Add(await AddAsync(
                new(bytes, manifest.MediaType, manifest.Config, config, manifest.Layers, [.. taken.Select(layer => layer.Layer)]) { PulledBy = descriptor.Digest != listed.Digest ? listed.Digest : null },
                tags, lease, run));
        }
        return images.ToImmutable();
    }

    /// <summary>The manifest itself, or of an index the one for this machine.</summary>
    private static (Descriptor Descriptor, byte[] Bytes)? Chosen(Descriptor listed, ArchiveContents contents, int depth)
    {
        // An index of many platforms may have been saved with one of them only.
        if (listed.Platform is { } platform && !Platforms.Fits(platform) || contents.Document(BlobPath(listed.Digest)) is not { } bytes)
        {
            return null;
        }
        CheckDigest(bytes, listed.Digest);
        var manifest = OciManifest.Parse(bytes, listed.MediaType);
        if (manifest.Config is not null)
        {
            return (listed, bytes);
        }
        return depth < 4 ? manifest.Manifests.Select(inner => Chosen(inner, contents, depth + 1)).FirstOrDefault(found => found is not null) : null;
    }

    private static ImmutableArray<TakenLayer> Taken(OciConfig config, ImmutableArray<string> paths, ArchiveContents contents)
    {
        if (paths.Length != config.DiffIds.Length)
        {
            throw EngineException.Invalid($"The archive lists {paths.Length} layers for an image whose configuration has {config.DiffIds.Length}.");
        }
        var taken = ImmutableArray.CreateBuilder<TakenLayer>(paths.Length);
        for (int i = 0; i < paths.Length; i++)
        {
            var layer = contents.Layer(paths[i]) ?? throw Missing(paths[i]);
            taken.Add(layer.Layer.DiffId == config.DiffIds[i]
                ? layer
                : throw EngineException.Invalid($"The layer {paths[i]} has the digest {layer.Layer.DiffId} where the image's configuration says {config.DiffIds[i]}: one of the two was changed."));
        }
        return taken.MoveToImmutable();
    }

    private async Task<LoadedImage> AddAsync(NewImage made, IEnumerable<string> tags, Lease lease, TaskRun run)
    {
        ImmutableArray<string> names = [.. tags.Select(ImageName.ParseTag).Distinct()];
        var image = await store.AddAsync(made, names, "load", lease, run.Stop);
        run.Line($"Loaded {image.Reference} ({image.Digest})");
        return new(image, names);
    }

    private static void CheckDigest(byte[] bytes, string digest)
    {
        string found = "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        if (found != digest)
        {
            throw EngineException.Invalid($"The blob {digest} has another digest, {found}: it was damaged or changed on its way.");
        }
    }

    /// <summary>skopeo's annotation may be a mere tag, which names nothing by itself.</summary>
    private static bool IsName(string name) => name.Contains('/', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal);

    private static string BlobPath(string digest) => "blobs/sha256/" + digest["sha256:".Length..];
    private static EngineException Missing(string path) => EngineException.Invalid($"The archive's list names \"{Text.Short(path)}\", which is not in it, or is no layer.");
    private static ImmutableArray<string> Strings(JsonNode? node) => node is JsonArray array ? [.. array.Select(item => (string?)item ?? "")] : [];
}
