using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Brig.Engine.Tasks;

namespace Brig.Engine.Images;

public enum ArchiveFormat
{
    /// <summary>What <c>docker load</c> and every OCI tool reads: an OCI layout with Docker's manifest.json in it.</summary>
    Docker,
    /// <summary>An OCI layout and nothing else.</summary>
    Oci,
}

/// <summary>Which images a prune takes. Those in use stay.</summary>
/// <param name="Dangling">Only those without a tag; false: every image no container is made from.</param>
/// <param name="OlderThan">Only those that came longer ago.</param>
/// <param name="Labels">Only those with all of these, as <c>key</c> or <c>key=value</c>.</param>
public sealed record ImagePrune(bool Dangling = true, TimeSpan? OlderThan = null, ImmutableArray<string> Labels = default)
{
    /// <summary>Of those, only these.</summary>
    public Func<Image, bool>? Only { get; init; }
}

/// <param name="FreedBytes">Of the disk: layers and blobs nobody else has.</param>
public sealed record ImagePruneReport(ImmutableArray<string> Removed, long FreedBytes)
{
    /// <summary>As they were.</summary>
    [JsonIgnore]
    public ImmutableArray<Image> Images { get; init; } = [];
}

/// <param name="Names">That it has from the archive; it may have others.</param>
public sealed record LoadedImage(Image Image, ImmutableArray<string> Names);

/// <param name="Reference">Null: the image gets no name.</param>
/// <param name="Comment">In its history.</param>
public sealed record ImageImport(string? Reference, ImageConfig Config, string? Comment = null)
{
    /// <summary>What its programs are for, as <see cref="Platforms.Parse"/> takes it; null: this machine.</summary>
    public string? Platform { get; init; }
}

/// <param name="SharedBytes">Of layers that other images have too.</param>
/// <param name="OwnBytes">What removing it would free of the unpacked layers.</param>
/// <param name="UsedBy">Names of the containers made from it.</param>
public sealed record ImageUsage(string Digest, string Reference, long SharedBytes, long OwnBytes, long BlobBytes, ImmutableArray<string> UsedBy);

/// <param name="LayerBytes">Unpacked, each layer counted once.</param>
/// <param name="BlobBytes">Packed, as they travel.</param>
/// <param name="PartialBytes">Of broken downloads, kept to go on with.</param>
public sealed record ImagesUsage(long LayerBytes, long BlobBytes, long PartialBytes, ImmutableArray<ImageUsage> Images);

public interface IImages
{
    /// <summary>One for each digest, however many tags it has; those without a tag last.</summary>
    ImmutableArray<Image> List();

    /// <summary>All, and every change. A reader 1,024 behind is ended and follows anew.</summary>
    Live<Image, ImageChange> Follow();

    /// <summary>By reference, by digest (its own, its configuration's or the index's it was pulled by), or an unambiguous start of its hex. NotFound with the nearest names in the sentence.</summary>
    Image Get(string reference);

    /// <summary>A root file system's tar (plain, gzip or zstd) as a one-layer image. Nothing is visible until it is whole.</summary>
    Task<Image> ImportAsync(ImageImport import, Stream tar, CancellationToken stop = default);

    Task<Image> ImportAsync(string reference, Stream tar, ImageConfig config, CancellationToken stop = default) => ImportAsync(new ImageImport(reference, config), tar, stop);

    /// <summary>Of an image with several tags the tag given goes, else the image with all it alone has. Conflict while a container is made from it.</summary>
    Task RemoveAsync(string reference, CancellationToken stop = default);

    /// <summary>With all its tags. Conflict while a container is made from it; not even force takes that away.</summary>
    Task RemoveAllTagsAsync(string reference, CancellationToken stop = default);

    /// <summary>Gives it another name; what had that name keeps its digest.</summary>
    Task<Image> TagAsync(string reference, string name, CancellationToken stop = default);

    /// <summary>Takes a name away; the image stays, if need be without one.</summary>
    Task UntagAsync(string name, CancellationToken stop = default);

    /// <summary>Its manifest and its configuration as they are kept.</summary>
    Task<JsonObject> InspectAsync(string reference, CancellationToken stop = default);

    Task<ImagePruneReport> PruneAsync(ImagePrune which, CancellationToken stop = default);

    Task<ImagesUsage> UsageAsync(CancellationToken stop = default);

    /// <summary>An archive of docker save, podman save, skopeo or ours, plain, gzip or zstd: all its images, as a task that ends when this returns.</summary>
    async Task<ImmutableArray<Image>> LoadAsync(Stream archive, CancellationToken stop = default) => [.. (await LoadNamedAsync(archive, stop)).Select(loaded => loaded.Image)];

    /// <summary>The same, with the names that the archive gives each.</summary>
    Task<ImmutableArray<LoadedImage>> LoadNamedAsync(Stream archive, CancellationToken stop = default);

    /// <summary>Writes an archive with these images. They stay for as long as it takes.</summary>
    Task SaveAsync(IReadOnlyList<string> references, ArchiveFormat format, Stream to, CancellationToken stop = default);
}
