using System.Net;
using System.Net.Sockets;
using Brig.Kernel.Tests.Engine;
using Brig.Linux.Net;
using Brig.Tests;
using BrigProcess = Brig.Kernel.Tests.Engine.BrigProcess;

namespace Brig.Kernel.Tests.Networks;

public sealed class OwnPortTests
{
    /// <summary>The program's own socket is in the tests' network; what listens at its port in the machine's stands for it.</summary>
    [Fact]
    public async Task Start_TheKernelChoosesThePort_ContainersDoNotReachThatOne()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Engine.EndAsync();
        using (var brig = await BrigProcess.StartAsync(scene.Engine, ("BRIG_URLS", "http://0.0.0.0:0"), ("BRIG_HOST_NETWORK", scene.Host.Path.Replace("/self/", $"/{Environment.ProcessId}/", StringComparison.Ordinal)), ("BRIG_DEFAULT_NETWORK", "default")))
        {
            int port = brig.Address.Port;
            int free = port == 65535 ? 1024 : port + 1;
            using var own = Listen(scene.Host.Machine, port);
            using var other = Listen(scene.Host.Machine, free);
            string id = await brig.RunAsync("sleep 1000");
            using var inside = NetNamespace.OfProcess((await brig.GetAsync($"containers/{id}"))["state"]!["pid"]!.GetValue<int>());

            Assert.True(await ConnectsAsync(inside, free));
            Assert.False(await ConnectsAsync(inside, port));
        }
        await scene.Engine.BeginAsync();
    }

    private static async Task<bool> ConnectsAsync(NetNamespace from, int port)
    {
        using var socket = from.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var stop = new CancellationTokenSource(Wait.Scale(TimeSpan.FromSeconds(3)));
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(HostNamespace.MachineIpv4), port), stop.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static Socket Listen(NetNamespace there, int port)
    {
        var socket = there.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen();
        return socket;
    }
}
