using System.Net;
using System.Net.Sockets;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

/// <summary>What the kernel knows of an address that was given back: connections of who had it.</summary>
public sealed class FlowTests
{
    private const string Place = "10.203.81.77";

    [Fact]
    public async Task Remove_AddressHadFlows_NextToHaveItStartsWithoutThem()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new NetworkSpec { Name = "flows", Subnets = [new("10.203.81.0/24")] });
        var one = await RunAsync(scene);
        Send(scene);
        Assert.True(Knows(scene));

        await scene.Containers.RemoveAsync(one.Id.Value, force: true);
        await RunAsync(scene);
        Assert.False(Knows(scene));
    }

    [Fact]
    public async Task Remove_NobodyHasTheAddressNext_FlowsGoAllTheSame()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new NetworkSpec { Name = "flows", Subnets = [new("10.203.81.0/24")] });
        var one = await RunAsync(scene);
        Send(scene);
        await scene.Containers.RemoveAsync(one.Id.Value, force: true);
        await Wait.Until(() => !Knows(scene), "its flows are deleted");
    }

    /// <summary>As after an engine that was killed before it had deleted them.</summary>
    [Fact]
    public async Task NewEngine_FlowsOfAnAddressNobodyHas_AreDeleted()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new NetworkSpec { Name = "flows", Subnets = [new("10.203.81.0/24")] });
        await scene.Engine.RunAsync("sleep 1000", spec => spec with { Networks = [new("flows") { Ipv4 = "10.203.81.3" }] });   // the bridge is up, and stays
        scene.Host.Set("netfilter/nf_conntrack_udp_timeout", "3600");   // else the kernel forgets by itself what nobody answers
        Send(scene);
        Send(scene, "10.203.81.3");
        Assert.True(Knows(scene));
        await scene.Engine.EndAsync();
        await scene.Engine.BeginAsync();
        Assert.False(Knows(scene));
        Assert.True(Knows(scene, "10.203.81.3"));
    }

    private static Task<Container> RunAsync(NetworkScene scene) =>
        scene.Engine.RunAsync("sleep 1000", spec => spec with { Networks = [new("flows") { Ipv4 = Place }] });

    private static void Send(NetworkScene scene, string address = Place)
    {
        using var socket = scene.Host.Machine.MakeSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SendTo("hello"u8, new IPEndPoint(IPAddress.Parse(address), 9));
    }

    private static bool Knows(NetworkScene scene, string address = Place)
    {
        bool known = false;
        using var flows = Conntrack.Open(scene.Host.Machine);
        flows.DeleteOf(AddressFamily.InterNetwork, one =>
        {
            known |= one.Equals(IPAddress.Parse(address));
            return false;
        });
        return known;
    }
}
