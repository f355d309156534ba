using Brig.Engine.Containers;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

/// <summary>Cables of containers that are gone: their network namespaces may stay.</summary>
public sealed class LeavingTests
{
    /// <summary>The kernel goes on trying to send what a killed program has written, for minutes where nobody answers, and keeps the namespace for it.</summary>
    [Fact]
    public async Task Remove_ConnectionHasSomethingUnsent_ItsCableGoesAllTheSame()
    {
        await using var scene = await NetworkScene.StartAsync();
        var deaf = await scene.Engine.RunAsync("exec nc -ll -p 80 -e sleep 1000", spec => spec with { Name = "deaf" });
        var one = await SenderAsync(scene, deaf);
        var two = await SenderAsync(scene, deaf);

        await scene.Containers.RemoveAsync(one.Id.Value, force: true);
        await Wait.Until(() => !Has(scene, one), "its cable is gone");
        Assert.True(Has(scene, two));

        // The end of the engine does not wait for the second: the scene sees that nothing is left.
        await scene.Containers.RemoveAsync(two.Id.Value, force: true);
    }

    [Fact]
    public async Task NewEngine_CableOfAContainerThatIsGone_IsDeleted()
    {
        await using var scene = await NetworkScene.StartAsync();
        var one = await scene.ServeAsync("one");
        using var machine = RtNetlink.Open(scene.Host.Machine);
        machine.Send(NetRequests.AddVeth(new("bv0123456789a") { Master = machine.Find(scene.Networks.Get("default").Plan.Bridge)!.Ref }, new("eth0") { In = scene.Host.Elsewhere }));
        machine.Send(NetRequests.AddVeth(new("bv0123456789b"), new("eth1") { In = scene.Host.Elsewhere }));   // in no bridge of ours: somebody else's
        await scene.Engine.EndAsync();
        await scene.Engine.BeginAsync();
        Assert.Null(machine.Find("bv0123456789a"));
        Assert.NotNull(machine.Find("bv0123456789b"));
        Assert.True(Has(scene, one));
        machine.Send(NetRequests.DeleteLink(new(0, "bv0123456789b")));
    }

    /// <summary>A container that sends to one that reads nothing: all that fits is on its way or waits.</summary>
    private static async Task<Container> SenderAsync(NetworkScene scene, Container deaf)
    {
        var sender = await scene.Engine.RunAsync($"yes | nc {NetworkScene.Address(deaf)} 80");
        // proc(5): local and remote address, state 01 is ESTABLISHED, then what is not acknowledged
        await Wait.Until(async () => await scene.TryRun(sender, "grep -E '^ *[0-9]+: [0-9A-F:]+ [0-9A-F]+:0050 01 ' /proc/net/tcp | grep -v ' 00000000:'") is not null, "something is unsent");
        return sender;
    }

    private static bool Has(NetworkScene scene, Container container)
    {
        using var links = LinkNumbers.Open(scene.Host.Machine);
        return links.Find(LinkPlan.OuterName(container.Id, "eth0")) is not null;
    }
}
