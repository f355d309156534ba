using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Images;

namespace Brig.Web.Tests.Fakes;

public sealed class FakeImages : IImages
{
    private readonly List<Image> _all = [new("brig/busybox:latest", "sha256:" + new string('a', 64), new ImageConfig { Command = ["sh"], Env = ["PATH=/bin"] }, ["/layers/a"], 2_000_000, FakeContainers.At)];

    public List<string> Removed { get; } = [];

    public ImmutableArray<Image> List() => [.. _all];

    public Image Get(string reference) =>
        _all.FirstOrDefault(i => i.Reference == reference || i.Reference == reference + ":latest") ?? throw EngineException.NotFound($"There is no image \"{reference}\".");

    public Task<Image> ImportAsync(string reference, Stream tar, ImageConfig config, CancellationToken stop = default) => throw new NotSupportedException();

    public Task RemoveAsync(string reference, CancellationToken stop = default)
    {
        Removed.Add(reference);
        _all.RemoveAll(i => i.Reference == reference);
        return Task.CompletedTask;
    }
}
