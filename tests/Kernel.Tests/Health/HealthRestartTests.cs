using Brig.Engine.Health;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Health;

public class HealthRestartTests
{
    [Fact]
    public async Task Engine_EndsAndBegins_KnowsWhatItKnew()
    {
        await using var engine = await EngineScene.StartAsync();
        var container = await engine.RunAsync("sleep 1000", spec => spec with
        {
            Health = new() { Test = ["CMD-SHELL", "echo bad; exit 4"], Interval = TimeSpan.FromSeconds(1), StartPeriod = TimeSpan.FromMilliseconds(100), StartInterval = TimeSpan.FromMilliseconds(100), Retries = 1 },
        });
        await engine.UntilAsync(container, now => now.State.Health?.Status == HealthStatus.Unhealthy, "it is unhealthy");
        var before = engine.Containers.Get(container.Name).State.Health!;
        await engine.EndAsync();
        await engine.BeginAsync();
        var after = engine.Containers.Get(container.Name).State.Health!;

        Assert.Equal((HealthStatus.Unhealthy, before.Since), (after.Status, after.Since));
        Assert.True(after.FailingStreak >= before.FailingStreak);
        Assert.Equal("bad\n", engine.Get<IHealth>().Get(container.Name).Results[0].Output);
        await engine.UntilAsync(container, now => now.State.Health!.FailingStreak > after.FailingStreak, "it is probed further");
    }

    [Fact]
    public async Task Kill9_WhileProbing_TheNextEngineEndsTheProbe()
    {
        await using var scene = new EngineScene();
        string id;
        using (var brig = await Engine.BrigProcess.StartAsync(scene))
        {
            id = await brig.RunAsync(new { image = "brig/busybox", command = new[] { "sleep", "1000" }, health = new { test = new[] { "CMD-SHELL", "test -e /tmp/done || { touch /tmp/done; sleep 4351 & sleep 4352; }" }, startInterval = 0.1, interval = 0.2 } });
            await Wait.Until(() => Processes.With("4351").Length > 0 && Processes.With("4352").Length > 0, "a probe hangs");
            await brig.KillAsync();
        }
        Assert.NotEmpty(Processes.With("4352"));
        await scene.BeginAsync();

        await Wait.Until(() => Processes.With("4351").Length == 0 && Processes.With("4352").Length == 0, "what the probe started is gone");
        Assert.NotEqual(HealthStatus.Unhealthy, scene.Containers.Get(id).State.Health!.Status);
        await scene.UntilAsync(scene.Containers.Get(id), now => now.State.Health?.Status == HealthStatus.Healthy, "it is probed anew");
        await Wait.Until(() => Directory.GetDirectories(scene.Paths.Execs).Length <= 1, "the killed one's run folder is gone");
    }
}
