using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Tasks;

namespace Brig.Api.Tests.Support;

/// <summary>Reads what it is sent to its end and begins nothing.</summary>
internal sealed class FakeBuilder : IBuilder
{
    public BuildRequest? Asked { get; private set; }
    public long? ContextBytes { get; private set; }

    /// <summary>Told to who listens.</summary>
    public BuildEvent[] Story { get; set; } = [];

    public async Task<EngineTask> StartAsync(BuildRequest request, Stream? context, CancellationToken stop = default)
    {
        Asked = request;
        if (context is not null)
        {
            using var whole = new MemoryStream();
            await context.CopyToAsync(whole, stop);
            ContextBytes = whole.Length;
        }
        if (request.Target == "none")
        {
            throw EngineException.Invalid("The Dockerfile has no stage \"none\".");
        }
        request.Progress?.Tell(Story);
        return new("b1", "build", request.Tags.FirstOrDefault() ?? "", EngineTaskState.Running, FakeContainers.Then, null, [], null, null, 1);
    }

    public BuildCacheUsage CacheUsage() => new(3, 4096);

    public Task<long> PruneCacheAsync(CancellationToken stop = default) => Task.FromResult(4096L);
}
