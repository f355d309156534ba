using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

[Trait("Guest", "too")]
public class LifeTests : EngineTest
{
    [Fact]
    public async Task Remove_AfterTrueEnded_NothingIsLeft()
    {
        var created = await _engine.Containers.CreateAsync(new() { Image = "brig/busybox", Command = ["true"] });
        await _engine.Containers.StartAsync(created.Id.Value);
        var exit = await _engine.Containers.WaitAsync(created.Name);
        await _engine.Containers.RemoveAsync(created.Id.Short);

        Assert.Equal(new ExitStatus(0, 0, false), exit);
        Assert.Empty(_engine.Containers.List());
        await Wait.Until(() => _engine.Traces(created.Id).Length == 0, () => string.Join('\n', _engine.Traces(created.Id)));
    }

    [Fact]
    public async Task Start_WritesAndExits_LogAndExitCodeAreKept()
    {
        var container = await _engine.RunAsync("echo out; echo err >&2; exit 7");

        Assert.Equal(7, (await _engine.Containers.WaitAsync(container.Name)).Code);
        Assert.Equal(["err", "out"], (await _engine.OutputAsync(container)).Order());
        Assert.Equal(ContainerStatus.Exited, _engine.Containers.Get(container.Name).State.Status);
    }
}
