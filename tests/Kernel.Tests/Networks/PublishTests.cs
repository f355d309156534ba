using System.Net;
using System.Net.Sockets;
using Brig.Engine;
using Brig.Engine.Networks;
using Brig.Linux.Cgroups;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

/// <summary>Ports of the machine that lead into containers, asked from itself, from another machine and from containers.</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task Publish_Tcp_AnsweredFromEverywhere()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "six", EnableIpv6 = true });
        await scene.Networks.CreateAsync(new() { Name = "other" });
        var web = await scene.ServeAsync("web", spec => spec with { Networks = [new("six")], Ports = [new(80) { HostPort = 8080 }] });
        var four = await scene.ServeAsync("four", spec => spec with { Ports = [new(80) { HostPort = 8084 }] });
        var neighbour = await scene.ServeAsync("neighbour", spec => spec with { Networks = [new("six")] });
        var stranger = await scene.ServeAsync("stranger", spec => spec with { Networks = [new("other")] });
        var (machine, elsewhere) = (scene.Host.Machine, scene.Host.Elsewhere);

        Assert.Equal("web", await HostNamespace.AskAsync(machine, "127.0.0.1", 8080));
        Assert.Equal("web", await HostNamespace.AskAsync(machine, "::1", 8080));
        Assert.Equal("web", await HostNamespace.AskAsync(machine, HostNamespace.MachineIpv4, 8080));
        Assert.Equal("web", await HostNamespace.AskAsync(elsewhere, HostNamespace.MachineIpv4, 8080));
        Assert.Equal("web", await HostNamespace.AskAsync(elsewhere, HostNamespace.MachineIpv6, 8080));
        Assert.Equal("four", await HostNamespace.AskAsync(elsewhere, HostNamespace.MachineIpv6, 8084));   // it has no IPv6 itself
        Assert.Equal("web", await scene.AskAsync(neighbour, HostNamespace.MachineIpv4, 8080));
        Assert.Equal("web", await scene.AskAsync(web, HostNamespace.MachineIpv4, 8080));
        Assert.Equal("web", await scene.AskAsync(stranger, HostNamespace.MachineIpv4, 8080));
        Assert.Equal(80, Assert.Single(scene.Containers.Get("web").Ports).ContainerPort);

        // By its own address only those on its network and the machine itself reach it.
        Assert.Equal("web", await HostNamespace.AskAsync(machine, NetworkScene.Address(web), 80));
        Assert.Null(await HostNamespace.AskAsync(elsewhere, NetworkScene.Address(web), 80, TimeSpan.FromSeconds(2)));
        Assert.Null(await HostNamespace.AskAsync(elsewhere, web.Endpoints[0].Ipv6!, 80, TimeSpan.FromSeconds(2)));
        Assert.NotNull(four);
    }

    [Fact]
    public async Task Publish_OnLoopback_NobodyElseReachesIt()
    {
        await using var scene = await NetworkScene.StartAsync();
        var web = await scene.ServeAsync("web", spec => spec with { Ports = [new(80) { HostPort = 8080, HostAddress = "127.0.0.1" }] });

        Assert.Equal("web", await HostNamespace.AskAsync(scene.Host.Machine, "127.0.0.1", 8080));
        Assert.Null(await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, 8080, TimeSpan.FromSeconds(2)));
        Assert.Null(await scene.AskAsync(web, web.Spec.Ports[0].HostAddress!, 8080, patience: 3));
    }

    /// <summary>BBR's timers cost a connection within the machine most of its speed.</summary>
    [Fact]
    public async Task Publish_MachinePaces_ConnectionsThatStayOnItAreNot()
    {
        await using var scene = await NetworkScene.StartAsync();
        var (machine, elsewhere) = (scene.Host.Machine, scene.Host.Elsewhere);
        bool paces = scene.Host.Setting("ipv4/tcp_congestion_control") == "bbr" && CgroupHost.Detect().Version != CgroupVersion.V1 && Environment.OSVersion.Version >= new Version(5, 14);
        var web = await scene.ServeAsync("web", spec => spec with { Ports = [new(80) { HostPort = 8080, HostAddress = "127.0.0.1" }] });
        using var inside = NetNamespace.OfProcess(web.State.Pid);
        using var other = Listen(machine, 8081);
        using var others = Listen(elsewhere, 8080);
        string plain = await ControlAsync(machine, 8081);

        string control = await ControlAsync(machine, 8080);
        Assert.True(paces ? control is "cubic" or "reno" : control == plain, control);
        Assert.Equal(plain, await ControlAsync(elsewhere, 8080));
        Assert.Equal(control, await ControlAsync(machine, 80, NetworkScene.Address(web)));
        Assert.Equal(control, await ControlAsync(inside, 8081, scene.Networks.Get("default").Plan.Ipv4!.Gateway));
        Assert.Equal(plain, await ControlAsync(inside, 8080, HostNamespace.ElsewhereIpv4));   // whoever is far away is reached as the machine's owner wants it

        await scene.Networks.ChangePortsAsync("web", []);
        using var free = Listen(machine, 8080);
        Assert.Equal(plain, await ControlAsync(machine, 8080));
    }

    [Fact]
    public async Task Publish_OnLoopback_APacketFor127FromAnotherMachine_NeverArrives()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.ServeAsync("web", spec => spec with { Ports = [new(80) { HostPort = 8080, HostAddress = "127.0.0.1" }] });
        var elsewhere = scene.Host.Elsewhere;
        elsewhere.Run(() => File.WriteAllText("/proc/sys/net/ipv4/conf/all/route_localnet", "1"));
        using (var links = RtNetlink.Open(elsewhere))
        {
            links.Send(NetRequests.DeleteAddress(links.Find("lo")!.Ref, IPAddress.Loopback, 8));
            links.Send(NetRequests.AddRoute(links.Find("up0")!.Ref, IPNetwork.Parse("127.0.0.0/8"), IPAddress.Parse(HostNamespace.MachineIpv4)));
        }

        Assert.Null(await HostNamespace.AskAsync(elsewhere, "127.0.0.1", 8080, TimeSpan.FromSeconds(1)));
        Assert.Equal("web", await HostNamespace.AskAsync(scene.Host.Machine, "127.0.0.1", 8080));
    }

    [Fact]
    public async Task RouteLocalnet_PacketsFor127FromContainers_NeverArrive()
    {
        await using var scene = await NetworkScene.StartAsync();
        using var secret = scene.Host.Machine.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        secret.Bind(new IPEndPoint(IPAddress.Loopback, 9999));
        secret.Listen();
        var attacker = await scene.ServeAsync("attacker", spec => spec with { CapAdd = ["NET_ADMIN", "NET_RAW"] });

        // Root inside, with all rights over its network: 127.0.0.1 of the machine by way of the gateway.
        string gateway = scene.Networks.Get("default").Plan.Ipv4!.Gateway;
        using (var inside = NetNamespace.OfProcess(attacker.State.Pid))
        {
            inside.Run(() => File.WriteAllText("/proc/sys/net/ipv4/conf/all/route_localnet", "1"));
            using var links = RtNetlink.Open(inside);
            var lo = links.Find("lo")!.Ref;
            links.Send(NetRequests.DeleteAddress(lo, IPAddress.Loopback, 8));
            links.Send(NetRequests.AddRoute(links.Find("eth0")!.Ref, IPNetwork.Parse("127.0.0.0/8"), IPAddress.Parse(gateway)));
            Assert.Null(await HostNamespace.AskAsync(inside, "127.0.0.1", 9999, TimeSpan.FromSeconds(2)));
        }
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await secret.AcceptAsync(stop.Token));
    }

    [Fact]
    public async Task Publish_UdpAndARange_Answered()
    {
        await using var scene = await NetworkScene.StartAsync();
        var container = await scene.Engine.RunAsync(
            "for port in 7001 7002 7003; do nc -ll -p $port -e echo $port & done; wait",
            spec => spec with { Ports = [new(53) { HostPort = 5353, Protocol = PortProtocol.Udp }, new(7001) { HostPort = 9001, Count = 3 }] });
        using var inside = NetNamespace.OfProcess(container.State.Pid);
        using var server = inside.MakeSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Any, 53));
        var echoing = EchoAllAsync(server);
        foreach (int port in new[] { 7001, 7002, 7003 })
        {
            await Wait.Until(async () => await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, port + 2000) == $"{port}", $"{port} is answered");
        }
        foreach (var (from, address) in new[] { (scene.Host.Elsewhere, HostNamespace.MachineIpv4), (scene.Host.Machine, "127.0.0.1"), (scene.Host.Machine, "::1") })
        {
            await Wait.Until(async () => await EchoAsync(from, address, 5353) == "hello", $"UDP is answered to {address}");
        }
        Assert.Equal(2, scene.Containers.Get(container.Id.Value).Ports.Length);
        server.Dispose();
        await echoing;
    }

    [Fact]
    public async Task Publish_PortInUse_OneSentenceNamesWhose()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.ServeAsync("web", spec => spec with { Ports = [new(80) { HostPort = 8080 }] });
        using var other = scene.Host.Machine.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Any, 8081));
        other.Listen();

        var ours = await Assert.ThrowsAsync<EngineException>(() => scene.Engine.RunAsync("sleep 99", spec => spec with { Ports = [new(80) { HostPort = 8080 }] }));
        var others = await Assert.ThrowsAsync<EngineException>(() => scene.Engine.RunAsync("sleep 99", spec => spec with { Ports = [new(80) { HostPort = 8081 }] }));

        Assert.Equal((EngineErrorKind.Conflict, "Port 8080/tcp of this machine is published by container web already; stop that one, or choose another port."), (ours.Kind, ours.Message));
        Assert.Equal(EngineErrorKind.Conflict, others.Kind);
        Assert.Contains($"(process {Environment.ProcessId})", others.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_AnyPort_KeptOverRestarts()
    {
        await using var scene = await NetworkScene.StartAsync();
        var web = await scene.ServeAsync("web", spec => spec with { Ports = [new(80)] });
        var port = Assert.Single(web.Ports);
        await scene.Containers.RestartAsync("web", TimeSpan.Zero);
        Assert.Equal(port, Assert.Single(scene.Containers.Get("web").Ports));

        await scene.Engine.EndAsync();
        await scene.Engine.BeginAsync();
        Assert.Equal(port, Assert.Single(scene.Containers.Get("web").Ports));
        await Wait.Until(async () => await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, port.HostPort) == "web", "it answers");
        await scene.Containers.StopAsync("web", TimeSpan.Zero);
        Assert.Empty(scene.Containers.Get("web").Ports);
        Assert.Null(await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, port.HostPort, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task ChangePorts_AConnectionLives_ItGoesOnAndTheNewPortAnswers()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Engine.RunAsync("exec nc -ll -p 80 -e cat", spec => spec with { Name = "echo", Ports = [new(80) { HostPort = 8080 }, new(80) { HostPort = 8082 }] });
        using var kept = await ConnectAsync(scene.Host.Elsewhere, 8080);
        using var cut = await ConnectAsync(scene.Host.Elsewhere, 8082);

        var changed = await scene.Networks.ChangePortsAsync("echo", [new(80) { HostPort = 8080 }, new(80) { HostPort = 8081 }]);

        Assert.Equal([8080, 8081], changed.Ports.Select(port => port.HostPort));
        Assert.Equal("still here", await SayAsync(kept, "still here"));
        Assert.Equal("me too", await SayAsync(cut, "me too"));
        using var added = await ConnectAsync(scene.Host.Elsewhere, 8081);
        Assert.Equal("new", await SayAsync(added, "new"));
        Assert.Null(await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, 8082, TimeSpan.FromSeconds(2)));
        var refused = await Assert.ThrowsAsync<EngineException>(() => scene.Networks.ChangePortsAsync("echo", [new(80) { HostPort = 8083 }, new(80) { HostPort = 8080, HostAddress = "198.51.100.1" }]));
        Assert.Contains("is no address of this machine", refused.Message, StringComparison.Ordinal);
        Assert.Equal([8080, 8081], scene.Containers.Get("echo").Ports.Select(port => port.HostPort));
    }

    private static async Task EchoAllAsync(Socket server)
    {
        byte[] buffer = new byte[64];
        try
        {
            while (true)
            {
                var got = await server.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                await server.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), SocketFlags.None, got.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task<Socket> ConnectAsync(NetNamespace from, int port)
    {
        Socket? connected = null;
        await Wait.Until(async () =>
        {
            var socket = from.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Parse(HostNamespace.MachineIpv4), port);
                Assert.Equal("hi", await SayAsync(socket, "hi"));
                connected = socket;
                return true;
            }
            catch (SocketException)
            {
                socket.Dispose();   // it does not listen yet
                return false;
            }
        }, $"{port} answers");
        return connected!;
    }

    private static async Task<string> SayAsync(Socket socket, string words)
    {
        using var stop = new CancellationTokenSource(Wait.Limit);
        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(words + "\n"), stop.Token);
        return await HostNamespace.ReadAsync(socket, stop.Token);
    }

    private static async Task<string?> EchoAsync(NetNamespace from, string address, int port)
    {
        using var socket = from.MakeSocket(IPAddress.Parse(address).AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(address), port);
            using var stop = new CancellationTokenSource(Wait.Scale(TimeSpan.FromSeconds(1)));
            await socket.SendAsync("hello"u8.ToArray(), stop.Token);
            return await HostNamespace.ReadAsync(socket, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return null;
        }
    }

    private static Socket Listen(NetNamespace where, int port)
    {
        var listener = where.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen();
        return listener;
    }

    /// <summary>The congestion control of a connection.</summary>
    private static async Task<string> ControlAsync(NetNamespace from, int port, string address = "127.0.0.1")
    {
        using var socket = from.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), port));
        byte[] name = new byte[16];
        socket.GetRawSocketOption(6, 13, name);   // TCP_CONGESTION, tcp(7)
        return System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0');
    }
}
