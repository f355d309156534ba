using System.Diagnostics;
using Brig.Engine.Containers;
using Brig.Engine.PostMortems;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.PostMortems;

public sealed class UnseenTests
{
    [Fact]
    public async Task Ends_WhileNoEngineWasThere_AreToldAfterwards()
    {
        await using var scene = await EngineScene.StartAsync();
        var eater = await scene.RunAsync("while [ ! -e /tmp/go ]; do sleep 0.05; done; echo eating; exec tail /dev/zero", spec => spec with { Limits = new() { Memory = 24 << 20 } });
        var victim = await scene.RunAsync("echo here; exec sleep 1000");
        var early = await scene.RunAsync("exit 5");
        await scene.Containers.WaitAsync(early.Id.Value);
        await Wait.Until(async () => (await scene.OutputAsync(victim)).Length == 1, "it runs");
        await scene.EndAsync();
        await File.WriteAllTextAsync($"/proc/{eater.State.Pid}/root/tmp/go", "");
        Process.GetProcessById(victim.State.Pid).Kill();
        await Wait.Until(() => File.Exists(scene.Paths.Container(eater.Id) + "/exit") && File.Exists(scene.Paths.Container(victim.Id) + "/exit"), "both ended");
        await scene.BeginAsync();
        var mortems = scene.Get<IPostMortems>();
        var (oom, killed, kept) = (await OfAsync(eater), await OfAsync(victim), await OfAsync(early));

        Assert.Equal((EndKind.OutOfMemory, "tail", 1), (oom.Kind, oom.Oom!.Victim!.Name, oom.Oom.Victim.InnerPid));
        Assert.Equal("eating", oom.Lines[^1].Text);
        Assert.Equal((EndKind.Signalled, EndedBy.Outside, "here"), (killed.Kind, killed.By, killed.Lines[^1].Text));
        Assert.Contains(killed.Unknown, text => text.StartsWith("No engine was running", StringComparison.Ordinal));
        Assert.Equal(5, kept.Exit!.Code);
        await scene.Containers.RemoveAsync(early.Id.Value);
        Assert.Equal(5, (await mortems.GetAsync(kept.Id)).Exit!.Code);

        Task<PostMortem> OfAsync(Container container) => mortems.GetAsync(scene.Containers.Get(container.Id.Value).State.PostMortem ?? "none");
    }
}
