using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Brig.Engine.Containers;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

/// <summary>What no container does to another network, to its neighbours, or to the machine, with all rights over its own network namespace.</summary>
public sealed class WallsOfNetworksTests
{
    [Fact]
    public async Task Internal_ReachesItsNeighboursAndNothingElse()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "cellar", Internal = true });
        using var service = Listen(scene.Host.Machine, 9000);
        using var world = Listen(scene.Host.Elsewhere, 9000);
        var one = await scene.ServeAsync("one", spec => spec with { Networks = [new("cellar")] });
        var two = await scene.ServeAsync("two", spec => spec with { Networks = [new("cellar")] });
        var published = await scene.ServeAsync("published", spec => spec with { Ports = [new(80) { HostPort = 8080 }] });
        string gateway = scene.Networks.Get("cellar").Plan.Ipv4!.Gateway;

        Assert.Equal("two", await scene.AskAsync(one, NetworkScene.Address(two)));
        using var inside = NetNamespace.OfProcess(one.State.Pid);
        using (var links = RtNetlink.Open(inside))
        {
            links.Send(NetRequests.AddRoute(links.Find("eth0")!.Ref, IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse(gateway)));   // as root inside with NET_ADMIN would
        }
        var quick = TimeSpan.FromSeconds(1);
        Assert.Null(await HostNamespace.AskAsync(inside, HostNamespace.ElsewhereIpv4, 9000, quick));
        Assert.Null(await HostNamespace.AskAsync(inside, gateway, 9000, quick));
        Assert.Null(await HostNamespace.AskAsync(inside, HostNamespace.MachineIpv4, 9000, quick));
        Assert.Null(await HostNamespace.AskAsync(inside, HostNamespace.MachineIpv4, 8080, quick));
        Assert.Null(await HostNamespace.AskAsync(inside, NetworkScene.Address(published), 80, quick));
        Assert.Null(await HostNamespace.AskAsync(scene.Host.Elsewhere, NetworkScene.Address(one), 80, quick));
    }

    [Fact]
    public async Task Outside_Masqueraded_SeesTheMachinesAddress()
    {
        await using var scene = await NetworkScene.StartAsync();
        using var world = Listen(scene.Host.Elsewhere, 9000);
        var one = await scene.ServeAsync("one");
        using var inside = NetNamespace.OfProcess(one.State.Pid);
        using var stop = new CancellationTokenSource(Wait.Limit);
        using var socket = inside.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var accepting = world.AcceptAsync(stop.Token);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(HostNamespace.ElsewhereIpv4), 9000), stop.Token);
        using var seen = await accepting;
        Assert.Equal(HostNamespace.MachineIpv4, ((IPEndPoint)seen.RemoteEndPoint!).Address.ToString());
    }

    [Theory]
    [InlineData("another address")]
    [InlineData("another mac")]
    [InlineData("arp of the gateway")]
    [InlineData("vlan")]
    [InlineData("the truth")]
    [InlineData("another address", 17)]   // what may take a shortcut
    [InlineData("another mac", 17)]
    [InlineData("vlan", 17)]
    [InlineData("the truth", 17)]
    public async Task Frames_ThatLie_AreDropped(string lie, byte protocol = 253)
    {
        await using var scene = await NetworkScene.StartAsync();
        var liar = await scene.ServeAsync("liar");
        var victim = await scene.ServeAsync("victim");
        await ShortcutTests.Taken(scene, liar, victim);
        using var from = NetNamespace.OfProcess(liar.State.Pid);
        using var to = NetNamespace.OfProcess(victim.State.Pid);
        byte[] mine = MacOf(liar), theirs = MacOf(victim), stranger = [2, 0, 0, 0, 0, 9];
        byte[] address = IPAddress.Parse(NetworkScene.Address(liar)).GetAddressBytes(), target = IPAddress.Parse(NetworkScene.Address(victim)).GetAddressBytes();
        byte[] gateway = IPAddress.Parse(scene.Networks.Get("default").Plan.Ipv4!.Gateway).GetAddressBytes();
        byte[] frame = lie switch
        {
            "another address" => Ip(theirs, mine, [.. address[..3], 200], target, protocol),
            "another mac" => Ip(theirs, stranger, address, target, protocol),
            "arp of the gateway" => Arp(theirs, mine, gateway, target),
            "vlan" => [.. theirs, .. mine, 0x81, 0, 0, 1, 8, 0, .. Ip(theirs, mine, address, target, protocol)[14..]],
            _ => Ip(theirs, mine, address, target, protocol),
        };

        using var heard = to.Run(() => PacketSocket(to));
        using var sender = from.Run(() => PacketSocket(from));
        bool came = false;
        for (int i = 0; i < 10 && !came; i++)
        {
            sender.Send(frame);
            came = Hears(heard, frame);
        }
        Assert.Equal(lie == "the truth", came);
    }

    /// <summary>IEEE 802.1D's addresses, of which a bridge hands frames to the port itself (LLDP and the like): past the rules for cables, and from an interface that no other rule names.</summary>
    [Theory]
    [InlineData(0x00)]
    [InlineData(0x02)]
    [InlineData(0x0e)]
    public async Task Frames_ToReservedAddresses_NeitherReachTheMachineNorTakeANeighboursFrames(byte last)
    {
        await using var scene = await NetworkScene.StartAsync();
        scene.Host.Set("ipv4/conf/default/rp_filter", "0");
        scene.Host.Set("ipv4/conf/all/rp_filter", "0");
        await scene.Networks.CreateAsync(new() { Name = "cellar", Internal = true });
        var captive = await scene.ServeAsync("captive", spec => spec with { Networks = [new("cellar")] });
        var victim = await scene.ServeAsync("victim", spec => spec with { Networks = [new("cellar")] });
        using var from = NetNamespace.OfProcess(captive.State.Pid);
        using var service = scene.Host.Machine.MakeSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        service.ReceiveTimeout = 100;
        service.Bind(new IPEndPoint(IPAddress.Any, 9000));
        byte[] own = IPAddress.Parse(NetworkScene.Address(captive)).GetAddressBytes(), gateway = IPAddress.Parse(scene.Networks.Get("cellar").Plan.Ipv4!.Gateway).GetAddressBytes();
        byte[] reserved = [1, 0x80, 0xc2, 0, 0, last];
        Assert.Equal("victim", await scene.AskAsync(captive, NetworkScene.Address(victim)));   // the bridge knows where it is

        using var sender = from.Run(() => PacketSocket(from));
        for (int i = 0; i < 3; i++)
        {
            sender.Send(Ip(reserved, MacOf(captive), own, gateway, protocol: 17));
            sender.Send(Ip(reserved, MacOf(victim), own, gateway, protocol: 17));
            Assert.False(HearsPayload(service));
        }
        service.SendTo("brigtest"u8.ToArray(), new IPEndPoint(IPAddress.Parse(NetworkScene.Address(victim)), 9));
        Assert.False(HearsPayload(sender));
    }

    /// <summary>Bytes of a frame before its padding, which the kernel may cut off.</summary>
    private const int Told = 14 + 28;

    private static Socket Listen(NetNamespace there, int port)
    {
        var socket = there.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen();
        return socket;
    }

    private static byte[] MacOf(Container container) => MacAddress.TryParse(container.Endpoints[0].Mac, out var mac) ? mac.ToBytes() : [];

    /// <summary>packet(7), bound to eth0.</summary>
    private static Socket PacketSocket(NetNamespace there)
    {
        var socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)0x0300) { ReceiveTimeout = 100 };   // ETH_P_ALL
        using var links = RtNetlink.Open();
        byte[] place = new byte[20];
        BinaryPrimitives.WriteUInt16LittleEndian(place, 17);
        BinaryPrimitives.WriteUInt16BigEndian(place.AsSpan(2), 3);
        BinaryPrimitives.WriteInt32LittleEndian(place.AsSpan(4), links.Find("eth0")!.Index);
        socket.Bind(new RawAddress(place));
        return socket;
    }

    private static bool Hears(Socket socket, byte[] frame)
    {
        byte[] buffer = new byte[2048];
        try
        {
            for (int i = 0; i < 50; i++)
            {
                int got = socket.Receive(buffer);
                if (got >= Told && buffer.AsSpan(12, Told - 12).SequenceEqual(frame.AsSpan(12, Told - 12)))
                {
                    return true;
                }
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            // Nothing more.
        }
        return false;
    }

    private static bool HearsPayload(Socket socket)
    {
        byte[] buffer = new byte[2048];
        try
        {
            for (int i = 0; i < 50; i++)
            {
                if (buffer.AsSpan(0, socket.Receive(buffer)).IndexOf("brigtest"u8) >= 0)
                {
                    return true;
                }
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            // Nothing more.
        }
        return false;
    }

    /// <summary>An IPv4 packet of protocol 253, which is for experiments (RFC 3692), or of UDP (17) to port 9000.</summary>
    private static byte[] Ip(byte[] to, byte[] from, byte[] source, byte[] target, byte protocol = 253)
    {
        byte[] ports = protocol == 17 ? [0x23, 0x28, 0x23, 0x28, 0, 16, 0, 0] : [];
        byte[] header = [0x45, 0, 0, (byte)(28 + ports.Length), 0, 0, 0, 0, 64, protocol, 0, 0, .. source, .. target];
        uint sum = 0;
        for (int i = 0; i < 20; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(i));
        }
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), (ushort)~((sum & 0xffff) + (sum >> 16)));
        return [.. to, .. from, 8, 0, .. header, .. ports, .. "brigtest"u8, .. new byte[18]];
    }

    /// <summary>"That address is mine", RFC 826.</summary>
    private static byte[] Arp(byte[] to, byte[] from, byte[] claimed, byte[] target) =>
        [.. to, .. from, 8, 6, 0, 1, 8, 0, 6, 4, 0, 2, .. from, .. claimed, .. to, .. target, .. new byte[18]];

    private sealed class RawAddress(byte[] bytes) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, bytes.Length);
            for (int i = 2; i < bytes.Length; i++)
            {
                address[i] = bytes[i];
            }
            return address;
        }
    }
}
