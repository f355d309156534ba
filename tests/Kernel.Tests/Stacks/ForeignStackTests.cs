using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Stacks;
using Brig.Engine.Tasks;
using Brig.Tests;

namespace Brig.Kernel.Tests.Stacks;

/// <summary>What Docker Compose made is worked on in its order, by one at a time, and becomes a stack of Brig's only when somebody says so.</summary>
public class ForeignStackTests : IAsyncLifetime
{
    private const string Lasting = "trap 'exit 0' TERM; while :; do sleep 0.1; done";
    private StackScene _scene = null!;

    public async Task InitializeAsync() => _scene = await StackScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Verbs_OnAProject_GoInItsOrderOneAtATime()
    {
        await MakeAsync("db", spec => spec with { Health = new() { Test = ["CMD", "test", "-e", "/ready"], StartPeriod = TimeSpan.FromHours(1), StartInterval = TimeSpan.FromMilliseconds(100) } });
        await MakeAsync("web", spec => spec with { Labels = spec.Labels.Add("com.docker.compose.depends_on", "db:service_healthy:false,web:service_started:false") });

        var begun = await _scene.Stacks.StartAsync("shop");
        await Wait.Until(() => _scene.Get("shop-db-1").State.Status == ContainerStatus.Running, "the database to run");
        Assert.Equal(begun.Id, _scene.Stacks.Get("shop").TaskId);
        await RefusedAsync(begun.Id, () => _scene.Stacks.StopAsync("shop"));
        await RefusedAsync("take it over", () => _scene.CreateAsync("shop", Compose));
        await RefusedAsync(begun.Id, () => TakeOverAsync());
        Assert.Equal(ContainerStatus.Created, _scene.Get("shop-web-1").State.Status);
        Assert.NotNull(await _scene.TryRun("shop-db-1", "touch /ready"));
        await SucceedsAsync(begun);
        Assert.Equal([ContainerStatus.Running, ContainerStatus.Running], States());
        Assert.Equal(HealthStatus.Healthy, _scene.Get("shop-db-1").State.Health?.Status);

        await _scene.DoneAsync(_scene.Stacks.StopAsync("shop"));
        Assert.True(_scene.Get("shop-web-1").State.FinishedAt <= _scene.Get("shop-db-1").State.FinishedAt);
        Assert.Null(_scene.Stacks.Get("shop").TaskId);
        await RefusedAsync("another tool", () => _scene.Stacks.ApplyAsync("shop"));
    }

    [Fact]
    public async Task TakeOver_AProject_MakesItAStackThatIsAppliedOverIt()
    {
        await MakeAsync("web", spec => spec);
        await _scene.DoneAsync(_scene.Stacks.StartAsync("shop"));
        string before = _scene.Get("shop-web-1").Id.Value;
        await RefusedAsync("1 container;", () => _scene.CreateAsync("shop", Compose));

        var taken = await TakeOverAsync();
        Assert.Equal((true, 1, 1), (taken.Managed, taken.Running, taken.Wanted));
        Assert.Equal(before, _scene.Get("shop-web-1").Id.Value);
        var step = Assert.Single((await _scene.Stacks.PlanAsync("shop")).Steps, step => step.Subject == PlanSubject.Container);
        Assert.Equal((PlanAction.Change, "Another tool made it."), (step.Action, step.Why));
        await _scene.DoneAsync(_scene.Stacks.ApplyAsync("shop"));
        Assert.NotEqual(before, _scene.Get("shop-web-1").Id.Value);
        Assert.Equal(ContainerStatus.Running, Assert.Single(_scene.Containers.List()).State.Status);
    }

    private const string Compose = $"""
        services:
          web:
            image: brig/busybox
            command: [sh, -c, "{Lasting}"]
            network_mode: none
        """;

    private Task<Stack> TakeOverAsync() => _scene.Stacks.CreateAsync(new StackRequest("shop") { Texts = ImmutableDictionary<string, string>.Empty.Add("compose.yaml", Compose), TakeOver = true });

    private Task<Container> MakeAsync(string service, Func<ContainerSpec, ContainerSpec> more) => _scene.Engine.CreateAsync(Lasting, spec => more(spec with
    {
        Name = $"shop-{service}-1",
        Labels = ImmutableDictionary<string, string>.Empty.Add("com.docker.compose.project", "shop").Add("com.docker.compose.service", service).Add("com.docker.compose.container-number", "1"),
    }));

    private ContainerStatus[] States() => [.. _scene.Containers.List().Select(container => container.State.Status)];

    private async Task SucceedsAsync(EngineTask task) => await _scene.DoneAsync(Task.FromResult(task));

    private static async Task RefusedAsync(string words, Func<Task> verb)
    {
        var error = await Assert.ThrowsAsync<EngineException>(verb);
        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
