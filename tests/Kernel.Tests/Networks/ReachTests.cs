using Brig.Engine.Networks;

namespace Brig.Kernel.Tests.Networks;

/// <summary>Who reaches whom, asked from inside and from another machine.</summary>
public sealed class ReachTests
{
    [Fact]
    public async Task Containers_OfOneNetwork_ReachEachOther()
    {
        await using var scene = await NetworkScene.StartAsync();
        var one = await scene.ServeAsync("one");
        var two = await scene.ServeAsync("two");

        Assert.Equal("two", await scene.AskAsync(one, NetworkScene.Address(two)));
        Assert.Equal("one", await scene.AskAsync(two, NetworkScene.Address(one)));
    }

    [Fact]
    public async Task Containers_OfTwoNetworks_DoNotReachEachOther()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "other" });
        var one = await scene.ServeAsync("one");
        var two = await scene.ServeAsync("two", spec => spec with { Networks = [new("other")] });

        Assert.Null(await scene.AskAsync(one, NetworkScene.Address(two), patience: 3));
        Assert.Null(await scene.AskAsync(two, NetworkScene.Address(one), patience: 3));
    }
}
