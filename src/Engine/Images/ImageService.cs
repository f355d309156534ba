using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Brig.Engine.Tasks;

namespace Brig.Engine.Images;

/// <summary>The verbs, each where it belongs.</summary>
internal sealed class ImageService(ImageTable table, ImageStore store, BlobStore blobs, Importer importer, ArchiveLoader loader, ArchiveSaver saver, TaskBoard tasks) : IImages
{
    public ImmutableArray<Image> List() => table.List();
    public Live<Image, ImageChange> Follow() => table.Follow();
    public Image Get(string reference) => table.Find(reference);
    public Task RemoveAsync(string reference, CancellationToken stop = default) => store.RemoveAsync(reference, allTags: false, stop);
    public Task RemoveAllTagsAsync(string reference, CancellationToken stop = default) => store.RemoveAsync(reference, allTags: true, stop);
    public Task<Image> TagAsync(string reference, string name, CancellationToken stop = default) => store.TagAsync(reference, name, stop);
    public Task UntagAsync(string name, CancellationToken stop = default) => store.UntagAsync(name, stop);
    public Task<ImagePruneReport> PruneAsync(ImagePrune which, CancellationToken stop = default) => store.PruneAsync(which, stop);
    public Task<ImagesUsage> UsageAsync(CancellationToken stop = default) => Task.Run(store.Usage, stop);
    public Task SaveAsync(IReadOnlyList<string> references, ArchiveFormat format, Stream to, CancellationToken stop = default) => saver.SaveAsync(references, format, to, stop);

    public Task<Image> ImportAsync(ImageImport import, Stream tar, CancellationToken stop = default)
    {
        string? tag = import.Reference is { } reference ? ImageName.ParseTag(reference) : null;     // refused before it is a task
        return tasks.RunAsync("import", tag ?? "", async run =>
        {
            var image = await importer.ImportAsync(import, tar, run.Stop);
            return (image, image.Digest);
        }, stop);
    }

    public Task<ImmutableArray<LoadedImage>> LoadNamedAsync(Stream archive, CancellationToken stop = default) => tasks.RunAsync("load", "", async run =>
    {
        try
        {
            var images = await loader.LoadAsync(archive, run);
            return (images, string.Join(", ", images.Select(loaded => loaded.Image.Reference)));
        }
        catch
        {
            await store.CollectAsync();
            throw;
        }
    }, stop);

    public Task<JsonObject> InspectAsync(string reference, CancellationToken stop = default) => Task.Run(() =>
    {
        var image = Get(reference);
        return new JsonObject
        {
            ["image"] = JsonNode.Parse(EngineJson.Write(image)),
            ["manifest"] = JsonNode.Parse(blobs.Read(image.Digest)),
            ["config"] = JsonNode.Parse(blobs.Read(image.ConfigDigest)),
        };
    }, stop);
}
