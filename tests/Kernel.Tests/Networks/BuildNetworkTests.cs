using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.Engine.Build;
using Brig.Engine.Tasks;

namespace Brig.Kernel.Tests.Networks;

/// <summary>A build that was asked to have a network: as a container has it.</summary>
public sealed class BuildNetworkTests
{
    [Theory]
    [InlineData(true, EngineTaskState.Succeeded)]
    [InlineData(false, EngineTaskState.Failed)]
    public async Task Run_ReachesAnotherMachine_WhenTheBuildMayHaveANetwork(bool network, EngineTaskState end)
    {
        await using var scene = await NetworkScene.StartAsync();
        using var server = scene.Host.Elsewhere.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Any, 9000));
        server.Listen();
        var saying = SayAsync(server);

        var task = await scene.Engine.Get<IBuilder>().StartAsync(
            new() { Dockerfile = $"FROM brig/busybox\nRUN nc -w {NetworkScene.Patience} {HostNamespace.ElsewhereIpv4} 9000 </dev/null | grep hello", Network = network }, null);
        Assert.Equal(end, (await scene.Engine.Get<ITasks>().WaitAsync(task.Id)).State);
        server.Dispose();
        await saying;
    }

    private static async Task SayAsync(Socket server)
    {
        try
        {
            while (true)
            {
                using var one = await server.AcceptAsync();
                await one.SendAsync(Encoding.UTF8.GetBytes("hello\n"));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
