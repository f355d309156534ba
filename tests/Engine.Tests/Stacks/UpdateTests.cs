using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Stacks.Applying;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Stacks.Keeping;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.State;
using Brig.Engine.Tasks;
using Brig.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Engine.Tests.Stacks;

/// <summary>Updates of a service that fail, are cancelled, or lose their engine, between any two of their steps.</summary>
public sealed class UpdateTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly UpdateMachine _machine = new();
    private Store _store = null!;
    private TaskBoard _board = null!;
    private Applier _applier = null!;

    public async Task InitializeAsync()
    {
        var paths = new EnginePaths(new() { Root = _folder.Path + "/root", Run = _folder.Path + "/run" });
        Directory.CreateDirectory(paths.Root);
        _store = new Store(paths);
        _store.Open();
        _board = new TaskBoard(_store, paths, TimeProvider.System, NullLogger<TaskBoard>.Instance);
        await _board.OpenAsync(default);
        var (containers, networks, time) = (_machine.Containers, _machine.Networks, TimeProvider.System);
        var files = new SecretFiles(paths, new StackRows(_store), new(paths), new ContainerTable());
        var maker = new ContainerMaker(containers, networks, files);
        _applier = new(containers, networks, null!, new DependencyWatch(containers, _machine, time), null!, maker, files, new(containers, networks, maker, new ReadyWatch(containers, _machine, time), new Drain(time)), time);
    }

    public async Task DisposeAsync()
    {
        await _board.StopAsync();
        _board.Dispose();
        _store.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("start-first")]
    [InlineData("stop-first")]
    public async Task Continue_TheNewOnesAreNotWell_TheOldOnesServeOn(string order)
    {
        await UpAsync(Web("web:1", order, "continue"));
        var before = _machine.All;
        var task = await ApplyAsync(Web("web:bad", order, "continue"));
        Assert.Contains("stays as it was", task.Result, StringComparison.Ordinal);
        AssertSame(before);
    }

    [Fact]
    public async Task Continue_OneOfThemIsNotWell_TheOthersAreReplaced()
    {
        await UpAsync(Web("web:1", "start-first", "continue"));
        var before = _machine.All;
        _machine.Before = (verb, name, _) => verb == "StartAsync" && name == "shop-web-1.next" ? throw EngineException.Failed("No luck.") : Task.CompletedTask;
        await ApplyAsync(Web("web:2", "start-first", "continue"));
        Assert.Equal(["shop-web-1 web:1", "shop-web-2 web:2"], _machine.All.Select(container => $"{container.Name} {container.Spec.Image}"));
        Assert.Equal(before[0].Id, _machine.All[0].Id);
        AssertServing();
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("rollback")]
    public async Task AllAtOnce_BothFail_BothAreBack(string action)
    {
        await UpAsync(Web("web:1", "start-first", action, parallelism: 0));
        var before = _machine.All;
        var task = await ApplyAsync(Web("web:bad", "start-first", action, parallelism: 0));
        Assert.Equal(EngineTaskState.Failed, task.State);
        AssertSame(before);
    }

    [Theory]
    [InlineData("start-first")]
    [InlineData("stop-first")]
    public async Task Cancel_InTheMiddleOfABatch_AllAreBack(string order)
    {
        await UpAsync(Web("web:1", order, "rollback", parallelism: 0));
        var before = _machine.All;
        var hangs = new TaskCompletionSource();
        _machine.Before = (verb, name, stop) =>
        {
            if (verb == "StartAsync" && name.StartsWith("shop-web-2", StringComparison.Ordinal) && stop.CanBeCanceled)
            {
                hangs.SetResult();
                return Task.Delay(Timeout.Infinite, stop);
            }
            return Task.CompletedTask;
        };
        var begun = await BeginAsync(Web("web:2", order, "rollback", parallelism: 0));
        await hangs.Task.WaitAsync(Wait.Limit);
        await Wait.Until(() => _machine.All.Any(container => container.Name == "shop-web-1" && container.Spec.Image == "web:2" && container.State.Status == ContainerStatus.Running), "the first is replaced");
        _board.Cancel(begun.Id);
        Assert.Equal(EngineTaskState.Cancelled, (await _board.WaitAsync(begun.Id)).State);
        AssertSame(before);
    }

    [Theory]
    [InlineData("start-first")]
    [InlineData("stop-first")]
    public async Task Undo_TheOldOneWasRemovedByHand_TheNewOneTakesItsPlace(string order)
    {
        await UpAsync(Web("web:1", order, "rollback", replicas: 1));
        _machine.Before = (verb, name, _) =>
        {
            if (verb == "StartAsync" && _machine.All.FirstOrDefault(container => container.Spec.Image == "web:1") is { } old)
            {
                _machine.Remove(old.Name);
            }
            return Task.CompletedTask;
        };
        await ApplyAsync(Web("web:bad", order, "rollback", replicas: 1));
        var web = Assert.Single(_machine.All);
        Assert.Equal(("shop-web-1", "web:bad", 8081), (web.Name, web.Spec.Image, web.Spec.Ports[0].HostPort));
        Assert.Contains("web", web.Spec.Networks!.Value[0].Aliases);
    }

    public static TheoryData<string, string, bool> Ways => new()
    {
        { "start-first", "web:2", false }, { "stop-first", "web:2", false }, { "stop-first", "web:2", true },
        { "start-first", "web:bad", false }, { "stop-first", "web:bad", false }, { "stop-first", "web:bad", true },
        { "start-first", "web:half", false }, { "stop-first", "web:half", false },
    };

    /// <summary>The engine is killed before its first, second, third … verb, and the next one killed in the middle of going on; a third ends it. Ports change with the update, so that what is given back is seen.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Kill9_BetweenAnyTwoSteps_TheNextEngineFinishesOrRollsBack(string order, string image, bool isFixed)
    {
        int n = 1;
        for (bool wasKilled = true; wasKilled; n++)
        {
            _machine.All.ToList().ForEach(container => _machine.Remove(container.Name));
            int replicas = isFixed ? 1 : 2;
            await UpAsync(Web("web:1", order, "rollback", replicas: replicas, isFixed: isFixed));
            var before = _machine.All;
            string update = Web(image, order, "rollback", replicas: replicas, isFixed: isFixed, port: 9080);
            var intent = Intent();
            _machine.KillAt(n);
            await ApplyAsync(update, intent);
            wasKilled = _machine.IsKilled;
            _machine.KillAt(wasKilled ? 4 : 0);
            await ApplyAsync(update, intent);
            _machine.KillAt(0);
            if (wasKilled)
            {
                await ApplyAsync(update, intent);
            }
            if (image != "web:2")
            {
                AssertSame(before);
                continue;
            }
            Assert.All(_machine.All, container => Assert.Equal(image, container.Spec.Image));
            Assert.Equal(before.Select(container => container.Name), _machine.All.Select(container => container.Name));
            Assert.Equal(Enumerable.Range(9081, replicas), _machine.All.Select(container => container.Spec.Ports.Single().HostPort));
            AssertServing();
        }
        Assert.True(n > 5, $"only {n} steps were seen");
    }

    private static string Web(string image, string order, string action, int replicas = 2, int parallelism = 1, bool isFixed = false, int port = 8080) => $$"""
        services:
          web:
            image: {{image}}
            ports: ['{{port + 1}}-{{port + 9}}:80']
            networks: {net: {{(isFixed ? "{ipv4_address: 10.9.0.9}" : "")}} }
            deploy: {replicas: {{replicas}}, update_config: {order: {{order}}, failure_action: {{action}}, parallelism: {{parallelism}}, monitor: 0s} }
        networks: {net: {external: true} }
        """;

    private void AssertSame(ImmutableArray<Container> before)
    {
        Assert.Equal(before.Select(container => (container.Name, container.Id)), _machine.All.Select(container => (container.Name, container.Id)));
        foreach (var (was, now) in before.Zip(_machine.All))
        {
            Assert.Equal(was.Spec.Ports, now.Spec.Ports.AsEnumerable());
            Assert.Equal(was.Spec.Networks!.Value[0].Ipv4, now.Spec.Networks!.Value[0].Ipv4);
        }
        AssertServing();
    }

    private void AssertServing() => Assert.All(_machine.All, container =>
    {
        Assert.Equal(ContainerStatus.Running, container.State.Status);
        Assert.Contains("web", container.Spec.Networks!.Value[0].Aliases);
    });

    private StackIntent Intent() => new(IntentKind.Apply, 1, StackBook.NewId(), Before: [.. _machine.All.Select(ContainerBefore.Of)]);

    private async Task UpAsync(string yaml) => Assert.Equal(EngineTaskState.Succeeded, (await ApplyAsync(yaml)).State);

    private async Task<EngineTask> ApplyAsync(string yaml, StackIntent? intent = null) => await _board.WaitAsync((await BeginAsync(yaml, intent)).Id).WaitAsync(Wait.Limit);

    /// <summary>As an engine does that finds the intent: what is there is looked at anew.</summary>
    private Task<EngineTask> BeginAsync(string yaml, StackIntent? intent = null)
    {
        intent ??= Intent();
        using var scene = new ComposeScene().With("compose.yaml", yaml);
        var folder = new StackFolder("/", false);
        var desired = new DesiredMaker("1", "shop", scene.Read(), folder, [], [], new FileContents(folder, scene.Variables, _ => null, _ => "")).Make();
        var actual = new ActualStack(_machine.All, [_machine.Networks.Get("net")], [], reference => "sha256:" + reference, _ => null);
        var plan = new Planner(desired, actual, new([], Round: intent.Round)).Plan([]);
        return _board.StartAsync("stack", "shop", async run => string.Join(' ', await _applier.RunAsync(desired, plan, intent, run)));
    }
}
