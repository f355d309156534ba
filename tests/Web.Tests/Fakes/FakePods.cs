using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Pods;

namespace Brig.Web.Tests.Fakes;

/// <summary>Writes down what was asked; the pods themselves are among the fake containers.</summary>
public sealed class FakePods : IPods
{
    private static readonly Pod s_any = new(ContainerId.New(), "any", new(), PodStatus.Created, [], FakeContainers.At, null, null);

    public List<string> Asked { get; } = [];
    public PodSpec? Created { get; private set; }
    public EngineException? Failure { get; set; }

    public ImmutableArray<Pod> List() => [];
    public Pod Get(string idOrName) => s_any;

    public Task<Pod> CreateAsync(PodSpec spec, CancellationToken stop = default)
    {
        Created = spec;
        return Did("create");
    }

    public Task<Pod> StartAsync(string idOrName, CancellationToken stop = default) => Did("start");
    public Task<Pod> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => Did("stop");
    public Task<Pod> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => Did("restart");
    public Task<Pod> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default) => Did("limits");
    public Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default) => Did($"remove {force}");

    private Task<Pod> Did(string what)
    {
        Asked.Add(what);
        return Failure is null ? Task.FromResult(s_any) : Task.FromException<Pod>(Failure);
    }
}
