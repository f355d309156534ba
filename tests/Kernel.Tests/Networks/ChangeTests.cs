using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

/// <summary>Networks that change while containers run, and engines that die meanwhile.</summary>
public sealed class ChangeTests
{
    [Fact]
    public async Task Connect_RunningContainer_ReachesBothAndThenOneAgain()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "other" });
        var one = await scene.ServeAsync("one");
        var two = await scene.ServeAsync("two", spec => spec with { Networks = [new("other")] });

        var both = await scene.Networks.ConnectAsync("one", new("other") { Aliases = ["uno"] });
        Assert.Equal(["eth0", "eth1"], both.Endpoints.Select(endpoint => endpoint.Interface));
        Assert.All(both.Endpoints, endpoint => Assert.True(endpoint.Connected));
        Assert.Equal("two", await scene.AskAsync(one, NetworkScene.Address(two)));
        Assert.Equal("one", await scene.AskAsync(two, NetworkScene.Address(both, 1)));

        // The first goes: the default route is the other's from now on.
        var left = await scene.Networks.DisconnectAsync("one", "default");
        Assert.Equal("other", Assert.Single(left.Spec.Networks!.Value).Network);
        Assert.Equal("two", await scene.AskAsync(one, NetworkScene.Address(two)));
        Assert.StartsWith("default via " + scene.Networks.Get("other").Plan.Ipv4!.Gateway, await scene.TryRun(one, "ip route"), StringComparison.Ordinal);
        await scene.Networks.RemoveAsync("default");

        await scene.Containers.RestartAsync("one", TimeSpan.Zero);
        Assert.Equal(NetworkScene.Address(both, 1), NetworkScene.Address(scene.Containers.Get("one")));
    }

    [Fact]
    public async Task Connect_ContainerThatStartedWithoutNetworks_HasOne()
    {
        await using var scene = await NetworkScene.StartAsync();
        var lonely = await scene.ServeAsync("lonely", spec => spec with { Networks = [] });
        Assert.Empty(lonely.Endpoints);
        var now = await scene.Networks.ConnectAsync("lonely", new("default"));
        Assert.Equal("lonely", await HostNamespace.AskAsync(scene.Host.Machine, NetworkScene.Address(now), 80));
        await scene.Networks.ChangePortsAsync("lonely", [new(80) { HostPort = 8080 }]);
        Assert.Equal("lonely", await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, 8080));

        var refused = await Assert.ThrowsAsync<EngineException>(() => scene.Networks.DisconnectAsync("lonely", "default"));
        Assert.Contains("take the ports back first", refused.Message, StringComparison.Ordinal);
        await scene.Networks.ChangePortsAsync("lonely", []);
        Assert.Empty((await scene.Networks.DisconnectAsync("lonely", "default")).Endpoints);
    }

    [Fact]
    public async Task Verbs_WrongState_OneSentence()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.ServeAsync("one");
        await scene.Networks.CreateAsync(new() { Name = "small", Subnets = [new("10.77.0.0/30")] });
        await scene.ServeAsync("first", spec => spec with { Networks = [new("small")] });

        Assert.Equal("Network default is in use by container one; disconnect or remove it first.", await ConflictAsync(() => scene.Networks.RemoveAsync("default")));
        Assert.Equal("Container one is on network default already.", await ConflictAsync(() => scene.Networks.ConnectAsync("one", new("default"))));
        Assert.StartsWith("All addresses of network small in 10.77.0.0/30 are taken", await ConflictAsync(() => scene.Networks.ConnectAsync("one", new("small"))), StringComparison.Ordinal);
        Assert.StartsWith("The subnet 10.77.0.0/24 overlaps with 10.77.0.0/30, which is network \"small\"", await ConflictAsync(() => scene.Networks.CreateAsync(new() { Subnets = [new("10.77.0.0/24")] })), StringComparison.Ordinal);
        Assert.StartsWith("The subnet 203.0.113.128/25 overlaps with 203.0.113.0/24, which is a route of this machine by up0", await ConflictAsync(() => scene.Networks.CreateAsync(new() { Subnets = [new("203.0.113.128/25")] })), StringComparison.Ordinal);

        await scene.Containers.RemoveAsync("first", force: true);
        await Wait.Until(() => scene.Networks.Get("small").Endpoints.IsEmpty, "the address is free");
        await Wait.Until(() => TryAsync(() => scene.Networks.ConnectAsync("one", new("small"))), "its address is given again");
    }

    [Fact]
    public async Task NewEngine_NothingThatIsRightIsTouched()
    {
        await using var scene = await NetworkScene.StartAsync();
        var web = await scene.ServeAsync("web", spec => spec with { Ports = [new(80) { HostPort = 8080 }] });
        var links = scene.Host.Machine.Links().Select(link => (link.Name, link.Index)).ToArray();

        await scene.Engine.EndAsync();
        Assert.Equal("web", await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, 8080));   // rules are the kernel's
        scene.Host.Run($"flush table inet {scene.Engine.Paths.Instance}\n");
        await scene.Engine.BeginAsync();

        Assert.Equal(links, scene.Host.Machine.Links().Select(link => (link.Name, link.Index)));
        Assert.Equal("web", await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, 8080));
        var now = scene.Containers.Get("web");
        Assert.True(Assert.Single(now.Endpoints).Connected);
        Assert.Equal(NetworkScene.Address(web), NetworkScene.Address(now));
        Assert.True(scene.Networks.Get("default").State.Up);
    }

    [Fact]
    public async Task NewEngine_WhatAKilledOneLeftHalf_IsFinished()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "other" });
        var one = await scene.ServeAsync("one");
        await scene.Networks.ConnectAsync("one", new("other"));
        await scene.Engine.EndAsync();

        // As when it was killed between the row of a connect and its cable, and in a disconnect after the row.
        using (var net = RtNetlink.Open(scene.Host.Machine))
        {
            net.Send(NetRequests.DeleteLink(new(0, LinkPlan.OuterName(one.Id, "eth1"))));
            net.Send(NetRequests.AddVeth(new(LinkPlan.OuterName(one.Id, "eth7")), new("peer")));
        }
        await scene.Engine.BeginAsync();

        var now = scene.Containers.Get("one");
        Assert.NotNull(await scene.TryRun(one, $"ip addr show eth1 | grep -F {NetworkScene.Address(now, 1)}"));
        Assert.DoesNotContain(LinkPlan.OuterName(one.Id, "eth7"), scene.Host.Links());
    }

    [Fact]
    public async Task ForeignFirewall_DropsForwarded_LetsOursPassAndForgetsThem()
    {
        await using var scene = await NetworkScene.StartAsync();
        scene.Host.Run("""
            table ip filter {
              chain DOCKER-USER { return; }
              chain FORWARD { type filter hook forward priority filter; policy drop; jump DOCKER-USER; }
            }
            table ip6 filter {
              chain FORWARD { type filter hook forward priority filter; policy drop; }
            }

            """);
        var web = await scene.ServeAsync("web", spec => spec with { Ports = [new(80) { HostPort = 8080 }] });
        Assert.Equal("web", await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, 8080));
        Assert.Contains($"comment \"{scene.Engine.Paths.Instance} {scene.Networks.Get("default").Plan.Bridge}\"", scene.Host.Rules(), StringComparison.Ordinal);
        Assert.NotEmpty(web.Endpoints);
    }

    private static async Task<string> ConflictAsync(Func<Task> verb)
    {
        var refused = await Assert.ThrowsAsync<EngineException>(verb);
        Assert.Equal(EngineErrorKind.Conflict, refused.Kind);
        return refused.Message;
    }

    private static async Task<bool> TryAsync(Func<Task> verb)
    {
        try
        {
            await verb();
            return true;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
        {
            return false;
        }
    }
}
