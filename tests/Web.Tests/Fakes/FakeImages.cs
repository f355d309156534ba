using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Brig.Engine;
using Brig.Engine.Images;

namespace Brig.Web.Tests.Fakes;

public sealed class FakeImages : IImages
{
    private readonly List<Image> _all = [new("brig/busybox:latest", "sha256:" + new string('a', 64), new ImageConfig { Command = ["sh"], Env = ["PATH=/bin"] }, ["/layers/a"], 2_000_000, FakeContainers.At)];

    public List<string> Removed { get; } = [];

    public ImmutableArray<Image> List() => [.. _all];

    public Image Get(string reference) =>
        _all.FirstOrDefault(i => i.Reference == reference || i.Reference == reference + ":latest" || i.Digest == reference || i.Tags.Contains(reference)) ?? throw EngineException.NotFound($"There is no image \"{reference}\".");

    public Task<Image> ImportAsync(ImageImport import, Stream tar, CancellationToken stop = default) => throw new NotSupportedException();

    public Task RemoveAsync(string reference, CancellationToken stop = default)
    {
        Removed.Add(reference);
        foreach (var gone in _all.Where(i => i.Reference == reference || i.Digest == reference).ToArray())
        {
            _all.Remove(gone);
            Feed.Publish(new(gone.Digest, null));
        }
        return Task.CompletedTask;
    }

    public Feed<ImageChange> Feed { get; } = new();
    public List<string> Asked { get; } = [];

    /// <summary>Adds it, or takes its place if its digest is known.</summary>
    public Image Set(Image image)
    {
        _all.RemoveAll(other => other.Digest == image.Digest);
        _all.Add(image);
        Feed.Publish(new(image.Digest, image));
        return image;
    }

    public Live<Image, ImageChange> Follow() => Feed.Follow(List());
    public Task RemoveAllTagsAsync(string reference, CancellationToken stop = default) => RemoveAsync(reference, stop);
    public Task<Image> TagAsync(string reference, string name, CancellationToken stop = default) => Task.FromResult(Set(Get(reference) with { Tags = [.. Get(reference).Tags, name] }));
    public Task UntagAsync(string name, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<JsonObject> InspectAsync(string reference, CancellationToken stop = default) => Task.FromResult(new JsonObject { ["config"] = new JsonObject { ["os"] = "linux" } });

    public Task<ImagePruneReport> PruneAsync(ImagePrune which, CancellationToken stop = default)
    {
        Asked.Add($"prune {(which.Dangling ? "dangling" : "unused")}{(which.OlderThan is { } age ? $" {age.TotalDays} d" : "")}");
        return Task.FromResult(new ImagePruneReport([], 0));
    }

    public Task<ImagesUsage> UsageAsync(CancellationToken stop = default) => throw new NotSupportedException();
    public Task<ImmutableArray<LoadedImage>> LoadNamedAsync(Stream archive, CancellationToken stop = default) => throw new NotSupportedException();
    public Task SaveAsync(IReadOnlyList<string> references, ArchiveFormat format, Stream to, CancellationToken stop = default) => throw new NotSupportedException();
}
