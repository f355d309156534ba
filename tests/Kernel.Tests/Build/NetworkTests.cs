using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Networks;
using Brig.Tests;

namespace Brig.Kernel.Tests.Build;

/// <summary>What a RUN reaches: nothing, what a container on the default network does, or what the machine does.</summary>
public sealed class NetworkTests : IAsyncLifetime
{
    private NetworkScene _network = null!;
    private BuildScene _scene = null!;

    public async Task InitializeAsync()
    {
        _network = await NetworkScene.StartAsync();
        _scene = BuildScene.Of(_network.Engine);
    }

    public async Task DisposeAsync() => await _network.DisposeAsync();

    [Fact]
    public async Task Run_WithTheNetwork_ReachesElsewhereByTheMachinesAddressAndNotTheMachinesLoopback()
    {
        using var world = _network.Host.Elsewhere.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        world.Bind(new IPEndPoint(IPAddress.Any, 9000));
        world.Listen();
        var answering = AnswerAsync(world);
        var image = await _scene.BuildAsync($"FROM brig/busybox\nRUN nc -w {NetworkScene.Patience} {HostNamespace.ElsewhereIpv4} 9000 </dev/null > /said && ls /sys/class/net > /links", request => request with { Network = true });

        Assert.Equal(HostNamespace.MachineIpv4, await answering.WaitAsync(Wait.Limit));
        Assert.Equal(["from elsewhere", "eth0", "lo"], await _scene.PrintsAsync(image, "cat /said /links"));
        await Wait.Until(() => _network.Networks.List().All(network => network.Endpoints.IsEmpty), "the step has left the network");
    }

    [Fact]
    public async Task Run_WithoutOrWithNone_HasALoopbackAlone()
    {
        var image = await _scene.BuildAsync("FROM brig/busybox\nRUN ls /sys/class/net > /one");
        var other = await _scene.BuildAsync("FROM brig/busybox\nRUN --network=none ls /sys/class/net > /one", request => request with { Network = true });

        Assert.Equal(["lo"], await _scene.PrintsAsync(image, "cat /one"));
        Assert.Equal(["lo"], await _scene.PrintsAsync(other, "cat /one"));
    }

    [Fact]
    public async Task Run_AsksForTheHosts_OnlyWhenTheBuildWasAskedToHaveIt()
    {
        const string File = "FROM brig/busybox\nRUN --network=host readlink /proc/self/ns/net > /one";
        var refused = await _scene.RunAsync(File, request => request with { Network = true });
        var image = await _scene.BuildAsync(File, request => request with { HostNetwork = true });

        Assert.Equal(EngineTaskState.Failed, refused.State);
        Assert.Contains("Dockerfile line 2: RUN --network=host asks for the host's network, which this build was not asked to have", refused.Error);
        Assert.Single(await _scene.PrintsAsync(image, "cat /one"));
    }

    /// <returns>Who asked.</returns>
    private static async Task<string> AnswerAsync(Socket world)
    {
        using var asked = await world.AcceptAsync();
        await asked.SendAsync(Encoding.UTF8.GetBytes("from elsewhere\n"));
        return ((IPEndPoint)asked.RemoteEndPoint!).Address.ToString();
    }
}
