using System.Net;
using System.Net.Sockets;
using Brig.Engine.Containers;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

/// <summary>What the choices of a network do.</summary>
public sealed class ChoiceTests
{
    [Fact]
    public async Task NotIsolated_Both_ReachEachOther_OneAlone_DoesNot()
    {
        await using var scene = await NetworkScene.StartAsync();
        foreach (var (name, isolated) in new[] { ("open", false), ("wide", false), ("shut", true) })
        {
            await scene.Networks.CreateAsync(new() { Name = name, Isolated = isolated });
        }
        var open = await scene.ServeAsync("open", spec => spec with { Networks = [new("open")] });
        var wide = await scene.ServeAsync("wide", spec => spec with { Networks = [new("wide")] });
        var shut = await scene.ServeAsync("shut", spec => spec with { Networks = [new("shut")] });

        Assert.Equal("wide", await scene.AskAsync(open, NetworkScene.Address(wide)));
        Assert.Null(await scene.AskAsync(open, NetworkScene.Address(shut), patience: 3));
        Assert.Null(await scene.AskAsync(shut, NetworkScene.Address(open), patience: 3));
    }

    [Fact]
    public async Task ReachHost_Off_TheWorldButNotTheMachine()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "guarded", ReachHost = false });
        using var service = Listen(scene.Host.Machine, 9000);
        using var world = Listen(scene.Host.Elsewhere, 9000);
        var one = await scene.ServeAsync("one", spec => spec with { Networks = [new("guarded")] });
        var other = await scene.ServeAsync("other");
        using var guarded = NetNamespace.OfProcess(one.State.Pid);
        using var usual = NetNamespace.OfProcess(other.State.Pid);

        Assert.True(await ConnectsAsync(usual, scene.Networks.Get("default").Plan.Ipv4!.Gateway));
        Assert.True(await ConnectsAsync(guarded, HostNamespace.ElsewhereIpv4));
        Assert.False(await ConnectsAsync(guarded, scene.Networks.Get("guarded").Plan.Ipv4!.Gateway));
        Assert.False(await ConnectsAsync(guarded, HostNamespace.MachineIpv4));
        Assert.NotNull(await scene.TryRun(other, "grep -F host.docker.internal /etc/hosts"));
        Assert.Null(await scene.TryRun(one, "grep -F host.docker.internal /etc/hosts"));
    }

    [Fact]
    public async Task OwnPort_OnlyReachedFromNetworksThatSayIt()
    {
        await using var scene = await NetworkScene.StartAsync(options => options with { OwnPorts = [9000] });
        await scene.Networks.CreateAsync(new() { Name = "trusted", ReachHost = true, EnableIpv6 = true });
        await scene.Networks.CreateAsync(new() { Name = "six", EnableIpv6 = true });
        using var brig = Listen(scene.Host.Machine, 9000, IPAddress.IPv6Any);
        var one = await scene.ServeAsync("one", spec => spec with { Networks = [new("six")] });
        var other = await scene.ServeAsync("other", spec => spec with { Networks = [new("trusted")] });
        using var usual = NetNamespace.OfProcess(one.State.Pid);
        using var trusted = NetNamespace.OfProcess(other.State.Pid);

        var six = scene.Networks.Get("six").Plan;
        foreach (string address in new[] { six.Ipv4!.Gateway, six.Ipv6!.Gateway, scene.Networks.Get("trusted").Plan.Ipv4!.Gateway, HostNamespace.MachineIpv4, HostNamespace.MachineIpv6 })
        {
            Assert.False(await ConnectsAsync(usual, address), address);
        }
        Assert.True(await ConnectsAsync(trusted, HostNamespace.MachineIpv4));
        Assert.True(await ConnectsAsync(trusted, HostNamespace.MachineIpv6));
        Assert.True(await ConnectsAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4));
    }

    [Fact]
    public async Task Ipv6_NeighboursWorldAndWalls()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "six", EnableIpv6 = true });
        await scene.Networks.CreateAsync(new() { Name = "seven", EnableIpv6 = true, Subnets = [new("fd77::/64")] });
        using var world = Listen(scene.Host.Elsewhere, 9000, IPAddress.IPv6Any);
        var one = await scene.ServeAsync("one", spec => spec with { Networks = [new("six")] });
        var two = await scene.ServeAsync("two", spec => spec with { Networks = [new("six")] });
        var three = await scene.ServeAsync("three", spec => spec with { Networks = [new("seven") { Ipv6 = "fd77::77" }] });
        using var inside = NetNamespace.OfProcess(one.State.Pid);

        Assert.Equal("two", await scene.AskAsync(one, two.Endpoints[0].Ipv6!));
        Assert.Equal("fd77::77", three.Endpoints[0].Ipv6);
        Assert.Null(await HostNamespace.AskAsync(inside, "fd77::77", 80, TimeSpan.FromSeconds(1)));
        Assert.True(await ConnectsAsync(inside, HostNamespace.ElsewhereIpv6));

        // An address that is not its own, added by root inside: nobody hears of it.
        using (var links = RtNetlink.Open(inside))
        {
            links.Send(NetRequests.AddAddress(links.Find("eth0")!.Ref, IPAddress.Parse(two.Endpoints[0].Ipv6![..^1] + "99"), 64));
        }
        using var liar = inside.MakeSocket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        liar.Bind(new IPEndPoint(IPAddress.Parse(two.Endpoints[0].Ipv6![..^1] + "99"), 0));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<Exception>(async () => await liar.ConnectAsync(new IPEndPoint(IPAddress.Parse(two.Endpoints[0].Ipv6!), 80), stop.Token));
        Assert.Null(await HostNamespace.AskAsync(scene.Host.Machine, two.Endpoints[0].Ipv6![..^1] + "99", 80, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Flushed_ByAnAdministrator_IsWrittenAgain()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.ServeAsync("web", spec => spec with { Ports = [new(80) { HostPort = 8080 }] });
        scene.Host.Run("flush ruleset\n");
        await Wait.Until(async () => await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, 8080, TimeSpan.FromMilliseconds(500)) == "web"
            && scene.Host.Rules().Contains("8080", StringComparison.Ordinal), "the rules are there again");
    }

    private static Socket Listen(NetNamespace there, int port, IPAddress? address = null)
    {
        var socket = there.MakeSocket((address ?? IPAddress.Any).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address is { AddressFamily: AddressFamily.InterNetworkV6 })
        {
            socket.DualMode = true;
        }
        socket.Bind(new IPEndPoint(address ?? IPAddress.Any, port));
        socket.Listen();
        return socket;
    }

    private static async Task<bool> ConnectsAsync(NetNamespace from, string address)
    {
        var to = IPAddress.Parse(address);
        using var socket = from.MakeSocket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var stop = new CancellationTokenSource(Wait.Scale(TimeSpan.FromSeconds(2)));
        try
        {
            await socket.ConnectAsync(new IPEndPoint(to, 9000), stop.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
