using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Pods;

namespace Brig.Api.Tests.Support;

/// <summary>Knows one pod, <c>shop</c>, and writes down what was asked of it.</summary>
internal sealed class FakePods : IPods
{
    private readonly ConcurrentQueue<string> _calls = new();

    public string[] Calls => [.. _calls];
    public PodSpec? Created { get; private set; }

    public Pod Shop => new(new(new string('c', 64)), "shop", Created ?? new PodSpec { Name = "shop" }, PodStatus.Running,
        [new(FakeContainers.Id, "web", "brig/busybox", new(ContainerStatus.Running, 42))], FakeContainers.Then, FakeContainers.Then, null);

    public ImmutableArray<Pod> List() => [Shop];
    public Pod Get(string idOrName) => idOrName is "shop" || idOrName == Shop.Id.Value ? Shop : throw EngineException.NotFound($"There is no pod \"{idOrName}\".");

    public Task<Pod> CreateAsync(PodSpec spec, CancellationToken stop = default)
    {
        Created = spec;
        return Did("create");
    }

    public Task<Pod> StartAsync(string idOrName, CancellationToken stop = default) => Did("start " + idOrName);
    public Task<Pod> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => Did($"stop {idOrName} {grace?.TotalSeconds.ToString(CultureInfo.InvariantCulture) ?? "-"}");
    public Task<Pod> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => Did("restart " + idOrName);
    public Task<Pod> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default) => Did($"limits {idOrName} {limits.Memory}");
    public Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default) => Did($"remove {idOrName} {force}");

    private Task<Pod> Did(string call)
    {
        _calls.Enqueue(call);
        return Task.FromResult(Shop);
    }
}
