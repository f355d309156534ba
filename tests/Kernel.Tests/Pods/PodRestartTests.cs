using Brig.Engine.Containers;
using Brig.Engine.Pods;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Pods;

public class PodRestartTests
{
    [Fact]
    public async Task Kill9_PodGoesOnAndIsFoundWhole()
    {
        await using var scene = new EngineScene();
        string pod, one, two;
        using (var brig = await Engine.BrigProcess.StartAsync(scene))
        {
            pod = await brig.MakeAsync("pods", new { name = "kept", networks = Array.Empty<object>() });
            one = await brig.RunAsync(new { image = "brig/busybox", pod = "kept", command = new[] { "sh", "-c", "while :; do echo here | nc -l -p 7000; done" } });
            two = await brig.RunAsync(new { image = "brig/busybox", pod = "kept", command = new[] { "sleep", "1000" } });
            await brig.KillAsync();
        }
        await scene.BeginAsync();
        var found = scene.Get<IPods>().Get("kept");

        Assert.Equal((pod, PodStatus.Running, 2), (found.Id.Value, found.Status, found.Members.Length));
        Assert.All(found.Members, member => Assert.Equal(ContainerStatus.Running, member.State.Status));
        await Wait.Until(async () => (await PodScene.AskAsync(scene, scene.Containers.Get(two), "nc 127.0.0.1 7000 < /dev/null")).Contains("here", StringComparison.Ordinal), "they still share a loopback");
        await scene.Containers.RestartAsync(one, TimeSpan.Zero);
        await Wait.Until(async () => (await PodScene.AskAsync(scene, scene.Containers.Get(two), "nc 127.0.0.1 7000 < /dev/null")).Contains("here", StringComparison.Ordinal), "and after one was restarted");
        await scene.Get<IPods>().StopAsync("kept", TimeSpan.Zero);
    }
}
