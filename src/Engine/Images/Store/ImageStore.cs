using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Events;
using Brig.Engine.State;
using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.Images;

/// <summary>What an image is made of, all of it in place and leased.</summary>
/// <param name="Manifest">The bytes whose digest is its name.</param>
internal sealed record NewImage(byte[] Manifest, string MediaType, Descriptor Config, OciConfig Contents, ImmutableArray<Descriptor> Layers, ImmutableArray<StoredLayer> Stored)
{
    /// <summary>The index it was pulled by.</summary>
    public string? PulledBy { get; init; }

    /// <summary>As <see cref="Image.Published"/>: where it was pulled from.</summary>
    public string? Published { get; init; }
}

/// <summary>
/// The images of this machine. The database's row makes one visible, written after everything it names is in place. What no row names and nobody leases is
/// collected: after a removal, and at the start.
/// </summary>
internal sealed class ImageStore(EnginePaths paths, Store store, ImageTable table, BlobStore blobs, LayerStore layers, Durability durability, Leases leases, EventLog events, IImageUsers users, ILayerKeeper keeper, TimeProvider time)
{
    private static readonly TimeSpan PartialsStay = TimeSpan.FromDays(7);

    private readonly AsyncLock _changing = new();

    /// <summary>Reads the rows, and clears what no row names.</summary>
    public void Open()
    {
        Directory.CreateDirectory(paths.Layers);
        blobs.Open();
        var (rows, tags) = store.Read(db => (db.Images.ToArray(), db.Tags.ToArray()));
        var named = tags.ToLookup(tag => tag.Digest, tag => tag.Reference);
        foreach (var image in rows.Select(row => ImageRows.ToImage(row, named[row.Digest], layers.Directory, blobs)))
        {
            foreach (var part in image.Parts)
            {
                layers.Know(part.DiffId, part.SizeBytes);
            }
            table.Set(image);
        }
        foreach (string left in Directory.GetFiles(blobs.Folder, "*.new").Concat(Directory.GetFiles(paths.Images, "*.new")).Concat(Directory.GetFiles(paths.Trash)))
        {
            File.Delete(left);
        }
        foreach (string old in Directory.GetFiles(blobs.Partial).Where(file => File.GetLastWriteTimeUtc(file) < time.GetUtcNow() - PartialsStay))
        {
            File.Delete(old);
        }
        foreach (var (diffId, _, bytes) in keeper.Kept())
        {
            layers.Know(diffId, bytes);
        }
        Collect();
        blobs.WriteIndex(table.List());
    }

    public Image Get(string reference) => table.Find(reference);

    public bool Has(string tag) => table.TryByTag(tag) is not null;

    /// <summary>By <c>sha256:…</c>, whatever it is called now.</summary>
    public Image ByDigest(string digest) => TryByDigest(digest) ?? throw EngineException.NotFound($"The image {digest} is not on this machine any more.");

    public Image? TryByDigest(string digest) => table.TryByDigest(digest);

    /// <summary>Finds an image and keeps it from being removed until the lease ends.</summary>
    public Image Hold(string reference, Lease lease)
    {
        var image = table.Find(reference);
        lease.Image(image.Digest);
        // Looked for again: it may have gone before the lease was there.
        image = table.TryByDigest(image.Digest) ?? throw EngineException.NotFound($"The image {Text.Short(reference)} has just been removed.");
        return image.Layers.FirstOrDefault(folder => !Directory.Exists(folder)) is not { } lost ? image
            : throw EngineException.Unavailable($"A layer of the image {image.Reference} is gone from the disk ({lost}); pull, load or build it again.");
    }

    /// <summary>Makes it visible, with these names beside those it has.</summary>
    /// <param name="action">The event's: pull, load, import, commit, build. Null: nobody is told, and the disk is not waited for, since it lives only as long as a step.</param>
    /// <param name="lease">Holds the blobs and layers.</param>
    public async Task<Image> AddAsync(NewImage made, IReadOnlyCollection<string> tags, string? action, Lease lease, CancellationToken stop)
    {
        if (made.Stored.Length > UnpackLimits.Layers)
        {
            throw TooManyLayers(made.Stored.Length);
        }
        string digest = blobs.Add(made.Manifest, lease);
        await Task.Run(() => layers.Inherit(made.Stored), stop);
        if (action is not null)
        {
            await durability.ReachAsync(stop);
        }
        using var held = await _changing.TakeAsync(stop);
        Image image;
        if (table.TryByDigest(digest) is { } known)
        {
            image = ImageRows.Named(known, [.. known.Names, .. tags]);
            image = image with { PulledBy = With(image.PulledBy, made.PulledBy), Published = With(image.Published, made.Published) };
        }
        else
        {
            image = ImageRows.Make(digest, made.Contents.Config, Details(made), made.Stored.Sum(layer => layer.Bytes), time.GetUtcNow(), tags, layers.Directory);
        }
        await store.WriteAsync(db =>
        {
            Replace(db, image);
            WriteTags(db, digest, tags);
        }, stop);
        Show(image, tags);
        if (action is not null)
        {
            events.Add(image, action, tags.FirstOrDefault() ?? image.Reference, ("size", image.SizeBytes.ToString(CultureInfo.InvariantCulture)));
        }
        return image;
    }

    public async Task<Image> TagAsync(string reference, string name, CancellationToken stop)
    {
        string tag = ImageName.ParseTag(name);
        using var held = await _changing.TakeAsync(stop);
        var image = Get(reference);
        await store.WriteAsync(db => WriteTags(db, image.Digest, [tag]), stop);
        image = ImageRows.Named(image, [.. image.Names, tag]);
        Show(image, [tag]);
        events.Add(image, "tag", tag);
        return image;
    }

    /// <summary>A registry has it now.</summary>
    public async Task PublishedAsync(string digest, string published, CancellationToken stop)
    {
        using var held = await _changing.TakeAsync(stop);
        if (table.TryByDigest(digest) is { } image && !image.Published.Contains(published))
        {
            image = image with { Published = image.Published.Add(published) };
            await store.WriteAsync(db => Replace(db, image), stop);
            table.Set(image);
        }
    }

    public async Task UntagAsync(string name, CancellationToken stop)
    {
        string tag = ImageName.Parse(name).ToString();
        using var held = await _changing.TakeAsync(stop);
        await UntagHeldAsync(table.TryByTag(tag) ?? throw EngineException.NotFound($"No image has the tag \"{tag}\"."), tag, stop);
    }

    /// <param name="allTags">False: of several tags only the one given.</param>
    public async Task RemoveAsync(string reference, bool allTags, CancellationToken stop)
    {
        using var held = await _changing.TakeAsync(stop);
        var image = Get(reference);
        if (!allTags && image.Tags.Length + image.Digests.Length > 1)
        {
            string? tag = image.Names.FirstOrDefault(name => name == reference) ?? (ImageName.Parse(reference).ToString() is var name && image.Names.Contains(name) ? name : null);
            if (tag is null)
            {
                throw EngineException.Conflict($"The image {Text.Short(reference)} has several names ({string.Join(", ", image.Names)}); name one of them, or remove all.");
            }
            await UntagHeldAsync(image, tag, stop);
            return;
        }
        await RemoveHeldAsync(image, tell: true, stop);
        await Task.Run(Collect, stop);
    }

    /// <summary>Takes away one that was made without telling anybody; what it alone had is collected when something else is.</summary>
    public async Task ForgetAsync(Image image, CancellationToken stop)
    {
        using var held = await _changing.TakeAsync(stop);
        await RemoveHeldAsync(image, tell: false, stop);
    }

    public async Task<ImagePruneReport> PruneAsync(ImagePrune which, CancellationToken stop)
    {
        using var held = await _changing.TakeAsync(stop);
        var removed = new List<Image>();
        foreach (var image in table.List().Where(image => Takes(which, image)))
        {
            try
            {
                await RemoveHeldAsync(image, tell: true, stop);
                removed.Add(image);
            }
            catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
            {
                // In use, so it stays.
            }
        }
        long freed = await Task.Run(Collect, stop);
        return new([.. removed.Select(image => image.Reference)], freed) { Images = [.. removed] };
    }

    /// <summary>Takes away what no image has and nobody wants kept.</summary>
    /// <returns>Bytes.</returns>
    public async Task<long> CollectAsync(CancellationToken stop = default)
    {
        using var held = await _changing.TakeAsync(stop);
        return await Task.Run(Collect, stop);
    }

    public ImagesUsage Usage()
    {
        var images = table.List();
        var shared = images.SelectMany(image => image.Parts.Select(part => part.DiffId).Distinct()).CountBy(diff => diff).ToDictionary(pair => pair.Key, pair => pair.Value);
        return new(
            images.SelectMany(image => image.Parts).DistinctBy(part => part.DiffId).Sum(part => part.SizeBytes),
            FileSizes.Sum(Files(blobs.Folder)),
            FileSizes.Sum(Files(blobs.Partial)),
            [.. images.Select(image => new ImageUsage(
                image.Digest, image.Reference,
                image.Parts.DistinctBy(part => part.DiffId).Where(part => shared[part.DiffId] > 1).Sum(part => part.SizeBytes),
                image.Parts.DistinctBy(part => part.DiffId).Where(part => shared[part.DiffId] == 1).Sum(part => part.SizeBytes),
                image.Parts.DistinctBy(part => part.Digest).Sum(part => part.BlobBytes),
                users.UsersOf(image.Digest)))]);
    }

    public static EngineException TooManyLayers(int count) =>
        EngineException.Invalid($"The image has {count:N0} layers; overlayfs, which stacks them, takes {UnpackLimits.Layers} beside the container's own.");

    private static ImageDetails Details(NewImage made) => new(
        made.Config.Digest, made.MediaType, made.Contents.Architecture, made.Contents.Os, made.Contents.Author, made.Contents.CreatedAt,
        [.. made.Layers.Zip(made.Stored, (blob, layer) => new LayerDetails(layer.DiffId, blob.Digest, blob.MediaType, blob.Size, layer.Bytes))],
        made.Contents.History, With([], made.PulledBy)) { Published = With([], made.Published) };

    private static ImmutableArray<string> With(ImmutableArray<string> all, string? one) => one is null || all.Contains(one) ? all : all.Add(one);

    private bool Takes(ImagePrune which, Image image) =>
        (!which.Dangling || image.IsDangling)
        && which.Only?.Invoke(image) is not false
        && (which.OlderThan is not { } age || image.CreatedAt < time.GetUtcNow() - age)
        && (which.Labels.IsDefaultOrEmpty || which.Labels.All(label => Has(image, label)));

    private static bool Has(Image image, string label)
    {
        int equals = label.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? image.Config.Labels.ContainsKey(label) : image.Config.Labels.GetValueOrDefault(label[..equals]) == label[(equals + 1)..];
    }

    private static void WriteTags(BrigDb db, string digest, IReadOnlyCollection<string> tags)
    {
        db.Tags.Where(row => tags.Contains(row.Reference)).ExecuteDelete();
        db.Tags.AddRange(tags.Distinct().Select(tag => new TagRow { Reference = tag, Digest = digest }));
    }

    /// <summary>Those that had the names before lose them.</summary>
    private void Show(Image image, IReadOnlyCollection<string> tags)
    {
        foreach (var other in table.All.Where(other => other.Digest != image.Digest && other.Names.Any(tags.Contains)).ToArray())
        {
            table.Set(ImageRows.Named(other, other.Names.Except(tags)));
        }
        table.Set(image);
        blobs.WriteIndex(table.List());
    }

    private async Task UntagHeldAsync(Image image, string tag, CancellationToken stop)
    {
        image = ImageRows.Named(image, image.Names.Where(name => name != tag));
        await store.WriteAsync(db => db.Tags.Where(row => row.Reference == tag).ExecuteDelete(), stop);
        table.Set(image);
        blobs.WriteIndex(table.List());
        events.Add(image, "untag", tag);
    }

    private static void Replace(BrigDb db, Image image)
    {
        db.Images.Where(row => row.Digest == image.Digest).ExecuteDelete();
        db.Images.Add(ImageRows.ToRow(image));
    }

    /// <summary>First nobody finds it any more, by which no new container can be made from it, then the row goes; what it alone had is collected by the caller.</summary>
    private async Task RemoveHeldAsync(Image image, bool tell, CancellationToken stop)
    {
        bool removed = leases.Unless(Leases.Image(image.Digest), () =>
        {
            if (users.UsersOf(image.Digest) is [var user, ..])
            {
                throw EngineException.Conflict($"Image {image.Reference} is in use by container {user}; remove that first.");
            }
            table.Remove(image.Digest);
        });
        if (!removed)
        {
            throw EngineException.Conflict($"Image {image.Reference} is being used at this moment: a container is made from it, or it is saved or pushed.");
        }
        try
        {
            await store.WriteAsync(db =>
            {
                db.Images.Where(row => row.Digest == image.Digest).ExecuteDelete();
                db.Tags.Where(row => row.Digest == image.Digest).ExecuteDelete();
            }, stop);
        }
        catch
        {
            table.Set(image);
            throw;
        }
        blobs.WriteIndex(table.List());
        if (tell)
        {
            events.Add(image, "remove", image.Reference, ("id", image.ConfigDigest));
        }
    }

    /// <summary>Takes away what no image has and nobody leases.</summary>
    /// <returns>Bytes of layers and blobs.</returns>
    private long Collect()
    {
        long freed = 0;
        var all = table.All.ToArray();
        var kept = keeper.Kept();
        var usedLayers = all.SelectMany(image => image.Parts).Select(part => part.DiffId).Concat(kept.Select(layer => layer.DiffId)).ToHashSet();
        var usedBlobs = all.SelectMany(image => image.Parts.Select(part => part.Digest).Concat([image.Digest, image.ConfigDigest])).Concat(kept.Select(layer => layer.Blob)).ToHashSet();
        foreach (string folder in Directory.GetDirectories(paths.Layers))
        {
            string diffId = "sha256:" + Path.GetFileName(folder);
            if (!usedLayers.Contains(diffId))
            {
                long size = layers.Find(diffId)?.Bytes ?? 0;
                freed += leases.Unless(Leases.Layer(diffId), () => layers.Remove(diffId)) ? size : 0;
            }
        }
        foreach (var file in Files(blobs.Folder).Where(file => file.Extension.Length == 0))
        {
            string digest = "sha256:" + file.Name;
            if (!usedBlobs.Contains(digest))
            {
                long size = FileSizes.Of(file);
                freed += leases.Unless(Leases.Blob(digest), file.Delete) ? size : 0;
            }
        }
        return freed;
    }

    private static FileInfo[] Files(string folder) => new DirectoryInfo(folder).GetFiles();
}
