using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Networks.Probing;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

/// <summary>Names, asked from inside by the image's own nslookup and by what opens a connection.</summary>
public sealed class NameTests
{
    [Fact]
    public async Task Names_OfOneNetwork_AreFoundByNameAliasShortIdAndAddress()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "front" });
        var web = await scene.ServeAsync("web", spec => spec with { Networks = [new("front") { Aliases = ["www"] }] });
        var other = await scene.ServeAsync("other", spec => spec with { Networks = [new("front") { Aliases = ["www"] }] });

        Assert.Equal("web", await scene.TryRun(other, $"nc -w {NetworkScene.Patience} web 80 </dev/null"));
        Assert.Equal(NetworkScene.Address(web), await FindAsync(scene, other, "WEB"));
        Assert.Equal(NetworkScene.Address(web), await FindAsync(scene, other, "web.front"));
        Assert.Equal(NetworkScene.Address(web), await FindAsync(scene, other, web.Id.Short));
        Assert.Contains("web.front", await scene.TryRun(other, $"nslookup {NetworkScene.Address(web)}"), StringComparison.Ordinal);
        Assert.Equal([NetworkScene.Address(web), NetworkScene.Address(other)], (await FindAsync(scene, other, "www"))!.Split(' ').Order(StringComparer.Ordinal).ToArray());
        Assert.Equal("nameserver 127.0.0.11", (await scene.TryRun(other, "cat /etc/resolv.conf"))!.Split('\n')[0]);
    }

    [Fact]
    public async Task Names_AfterRenameConnectDisconnectAndStop_AreAsItIsNow()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "front", Internal = true });
        await scene.Networks.CreateAsync(new() { Name = "back", Internal = true });
        var web = await scene.ServeAsync("web", spec => spec with { Networks = [new("front")] });
        var db = await scene.ServeAsync("db", spec => spec with { Networks = [new("back")] });

        Assert.Null(await FindAsync(scene, web, "db"));
        await scene.Networks.ConnectAsync("web", new("back") { Aliases = ["frontend"] });
        web = scene.Containers.Get("web");
        Assert.Equal(NetworkScene.Address(db), await FindAsync(scene, web, "db"));
        Assert.Equal(NetworkScene.Address(web, 1), await FindAsync(scene, db, "frontend"));

        await scene.Containers.RenameAsync("db", "database");
        await Wait.Until(async () => await FindAsync(scene, web, "database") == NetworkScene.Address(db), "the new name");
        Assert.Null(await FindAsync(scene, web, "db"));

        await scene.Networks.DisconnectAsync("web", "back");
        Assert.Null(await FindAsync(scene, web, "database"));
        Assert.Null(await FindAsync(scene, db, "frontend"));
        Assert.Equal(NetworkScene.Address(web), await FindAsync(scene, web, "web"));

        await scene.Networks.ConnectAsync("web", new("back"));
        await scene.Containers.StopAsync("database", TimeSpan.Zero);
        await Wait.Until(async () => await FindAsync(scene, scene.Containers.Get("web"), "database") is null, "the name to be gone");
        await scene.Containers.StartAsync("database");
        Assert.Equal(NetworkScene.Address(db), await FindAsync(scene, scene.Containers.Get("web"), "database"));
        Assert.NotNull(await FindAsync(scene, scene.Containers.Get("database"), "web"));
    }

    [Fact]
    public async Task Connect_OneThatWasOnNoNetwork_FindsNamesAtOnceUnlessItSaidWhomItAsks()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "front" });
        await scene.ServeAsync("web", spec => spec with { Networks = [new("front")] });
        var late = await scene.Engine.RunAsync("sleep 1000", spec => spec with { Networks = [], Init = true });
        var own = await scene.Engine.RunAsync("sleep 1000", spec => spec with { Networks = [], Init = true });
        Assert.NotNull(await scene.TryRun(own, "echo nameserver 192.0.2.1 > /etc/resolv.conf"));
        foreach (var container in new[] { late, own })
        {
            await scene.Networks.ConnectAsync(container.Name, new("front"));
        }

        Assert.Equal("web", await scene.TryRun(late, $"nc -w {NetworkScene.Patience} web 80 </dev/null"));
        Assert.Equal("nameserver 192.0.2.1", await scene.TryRun(own, "cat /etc/resolv.conf"));
        await scene.Networks.DisconnectAsync(late.Name, "front");
        await scene.Networks.ConnectAsync(late.Name, new("front"));
        Assert.Equal("web", await scene.TryRun(late, $"nc -w {NetworkScene.Patience} web 80 </dev/null"));
    }

    [Fact]
    public async Task Port53_OfAContainersOwnServer_IsItsOwn()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "front" });
        var web = await scene.ServeAsync("web", spec => spec with { Networks = [new("front")] });
        Assert.Equal("mine", await scene.TryRun(web, "nc -ll -p 53 -e echo mine & until nc -w 2 127.0.0.1 53 </dev/null 2>/dev/null; do sleep 0.1; done; kill %1"));
    }

    [Fact]
    public async Task Names_WithAnotherEngine_AreAnswered()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "front" });
        var web = await scene.ServeAsync("web", spec => spec with { Networks = [new("front")] });
        var other = await scene.ServeAsync("other", spec => spec with { Networks = [new("front")] });
        await scene.Engine.EndAsync();
        await scene.Engine.BeginAsync();
        Assert.Equal(NetworkScene.Address(web), await FindAsync(scene, other, "web"));
    }

    [Fact]
    public async Task Test_OneContainerAndAnother_SaysWhatWorksAndWhatNot()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "front", EnableIpv6 = true });
        await scene.Networks.CreateAsync(new() { Name = "back" });
        var web = await scene.ServeAsync("web", spec => spec with { Networks = [new("front")] });
        await scene.ServeAsync("one", spec => spec with { Networks = [new("front")] });
        await scene.ServeAsync("far", spec => spec with { Networks = [new("back")] });
        var probes = scene.Engine.Get<INetworkProbes>();

        var good = await probes.TestAsync("one", "web", null);
        Assert.Null(good.Name.Failure);
        Assert.Equal(2, good.Name.Addresses.Length);
        Assert.Equal(2, good.Routes.Length);
        Assert.All(good.Routes, route => Assert.Equal(("front", true), (route.Network, route.EchoMilliseconds is > 0)));
        Assert.Equal((80, null), (good.Routes[0].Ports.Single().Port, good.Routes[0].Ports.Single().Failure));

        var closed = await probes.TestAsync("one", "web", 81);
        Assert.Equal("Refused: nobody listens there.", closed.Routes[0].Ports.Single().Failure);

        var apart = await probes.TestAsync("far", "web", null);
        Assert.Empty(apart.Routes);
        Assert.NotNull(apart.Name.Failure);

        await scene.Containers.StopAsync("far", TimeSpan.Zero);
        Assert.Equal(Brig.Engine.EngineErrorKind.Conflict, (await Assert.ThrowsAsync<Brig.Engine.EngineException>(() => probes.TestAsync("far", web.Name, null))).Kind);
    }

    /// <summary>What nslookup says, sorted; null: nobody knows the name.</summary>
    private static async Task<string?> FindAsync(NetworkScene scene, Container from, string name)
    {
        string? said = await scene.TryRun(from, $"nslookup -type=a {name}");
        if (said is null)
        {
            return null;
        }
        string answer = said[(said.IndexOf("\n\n", StringComparison.Ordinal) is >= 0 and var at ? at : 0)..];
        var found = answer.Split('\n').Where(line => line.StartsWith("Address: ", StringComparison.Ordinal)).Select(line => line[9..].Trim()).Order(StringComparer.Ordinal).ToArray();
        return found.Length == 0 ? null : string.Join(' ', found);
    }
}
