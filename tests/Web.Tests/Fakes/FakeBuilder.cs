using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Tasks;

namespace Brig.Web.Tests.Fakes;

/// <summary>Refuses what is no Dockerfile, begins the rest and notes it.</summary>
public sealed class FakeBuilder : IBuilder
{
    public BuildRequest? Asked { get; private set; }

    public Task<EngineTask> StartAsync(BuildRequest request, Stream? context, CancellationToken stop = default)
    {
        Brig.Engine.Build.Dockerfiles.Dockerfile.Parse(request.Dockerfile!);
        Asked = request;
        return Task.FromResult(new EngineTask("b1", "build", request.Tags.FirstOrDefault() ?? "", EngineTaskState.Running, FakeContainers.At, null, [], null, null, 1));
    }

    public BuildCacheUsage CacheUsage() => new(0, 0);
    public Task<long> PruneCacheAsync(CancellationToken stop = default) => Task.FromResult(0L);
}
