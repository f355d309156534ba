using System.Collections.Immutable;

namespace Brig.Engine.Images;

/// <summary>Layers and a configuration as an image: what import, commit and build end with.</summary>
internal sealed class Importer(ImageStore store, BlobStore blobs, Intake intake, Leases leases, TimeProvider time)
{
    public const string NoFiles = "The tar archive is empty, or the stream is not a tar archive.";

    /// <summary>A root file system's tar as a one-layer image.</summary>
    public async Task<Image> ImportAsync(ImageImport import, Stream tar, CancellationToken stop)
    {
        string[] tags = import.Reference is { } reference ? [ImageName.ParseTag(reference)] : [];
        string[] platform = Platforms.Parse(import.Platform ?? Platforms.Own).Split('/');
        using var lease = leases.New();
        await using var pumped = new PumpedStream(tar, stop);
        var taken = await OwnThread.RunAsync(() =>
        {
            using var layer = Packings.Layer(pumped);
            return intake.Take(layer, lease, null, null, UnpackLimits.Default, stop, mustEnd: true);
        });
        var now = time.GetUtcNow();
        var contents = new OciConfig { Config = import.Config, Os = platform[0], Architecture = platform[1], CreatedAt = now, DiffIds = [taken.Layer.DiffId], History = [new(now, "brig import", null, import.Comment, false)] };
        return await MakeAsync(contents, [(taken.Descriptor, taken.Layer)], tags, "import", lease, stop);
    }

    /// <summary>Writes configuration and manifest and makes the image visible.</summary>
    /// <param name="contents">Its diff ids are replaced by the layers'.</param>
    /// <param name="layers">Lowest first; each blob and layer is in place and held by the lease.</param>
    /// <param name="tags">As <see cref="ImageName.ParseTag"/> gives them; none: it dangles.</param>
    /// <param name="action">The event's: import, commit, build; null: no event.</param>
    public Task<Image> MakeAsync(
        OciConfig contents, IReadOnlyList<(Descriptor Blob, StoredLayer Layer)> layers, IReadOnlyCollection<string> tags, string? action, Lease lease, CancellationToken stop)
    {
        contents = contents with { DiffIds = [.. layers.Select(layer => layer.Layer.DiffId)] };
        byte[] bytes = contents.Write();
        var config = new Descriptor(MediaTypes.OciConfig, blobs.Add(bytes, lease), bytes.Length);
        ImmutableArray<Descriptor> descriptors = [.. layers.Select(layer => layer.Blob)];
        var made = new NewImage(OciManifest.Write(config, descriptors), MediaTypes.OciManifest, config, contents, descriptors, [.. layers.Select(layer => layer.Layer)]);
        return store.AddAsync(made, tags, action, lease, stop);
    }
}
