using Brig.Engine.Containers;
using Brig.Engine.Stacks;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Stacks;

public sealed class KilledUpdateTests
{
    [Theory]
    [InlineData("start-first")]
    [InlineData("stop-first")]
    public async Task Kill9_InTheMiddleOfAnUpdate_TheNextEngineFinishesIt(string order)
    {
        await using var scene = await EngineScene.StartAsync();
        await scene.Get<IStacks>().CreateAsync(new StackRequest("shop")
        {
            Texts = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("compose.yaml", $$"""
                services:
                  web:
                    image: brig/busybox
                    command: [sh, -c, "sleep 1.5; touch /ready; exec sleep 1000"]
                    init: true
                    network_mode: none
                    healthcheck: {test: [CMD, test, -e, /ready], interval: 1s, start_period: 30s, start_interval: 100ms}
                    deploy:
                      update_config: {order: {{order}}, failure_action: rollback, monitor: 200ms}
                """),
        });
        var first = await scene.Get<IStacks>().ApplyAsync("shop");
        Assert.Equal(EngineTaskState.Succeeded, (await scene.Get<ITasks>().WaitAsync(first.Id).WaitAsync(Wait.Limit)).State);
        string before = scene.Containers.Get("shop-web-1").Id.Value;
        await scene.EndAsync();
        using (var brig = await Engine.BrigProcess.StartAsync(scene))
        {
            await brig.MakeAsync("stacks/shop/apply", new { anew = true });
            await Wait.Until(() => Directory.GetDirectories(scene.Paths.Containers).Length == 2, "the new container is made");
            await brig.KillAsync();
        }

        await scene.BeginAsync();
        await Wait.Until(() => scene.Get<IStacks>().Get("shop") is { TaskId: null, Revision: 2 }, () => $"the update is finished: {scene.Get<IStacks>().Get("shop")}");
        var web = Assert.Single(scene.Containers.List());
        Assert.Equal(("shop-web-1", ContainerStatus.Running), (web.Name, web.State.Status));
        Assert.NotEqual(before, web.Id.Value);
    }
}
