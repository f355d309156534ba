using System.Diagnostics;
using System.Net;
using Brig.Linux.Net;

namespace Brig.Linux.Tests.Net;

/// <summary>Against the kernel, in network namespaces of our own.</summary>
public sealed class RtNetlinkTests : IDisposable
{
    private readonly NetNamespace _outer = NetNamespace.Make(), _inner = NetNamespace.Make();
    private readonly RtNetlink _net;

    public RtNetlinkTests() => _net = RtNetlink.Open(_outer);

    public void Dispose()
    {
        _net.Dispose();
        _outer.Dispose();
        _inner.Dispose();
    }

    [Fact]
    public void Send_BridgeAndVethIntoAnotherNamespace_IsAsAsked()
    {
        var mac = MacAddress.Of(IPAddress.Parse("10.0.0.2"));
        _net.Send(NetRequests.AddBridge("br0", new MacAddress(0x0242_0a00_0001), 1400));
        var bridge = _net.Find("br0")!;
        _net.Send(
            NetRequests.AddVeth(new("bv0", Mtu: 1400) { Master = bridge.Ref }, new("eth0", mac, 1400) { In = _inner }),
            NetRequests.NoLinkLocal(new(0, "bv0")),
            NetRequests.SetUp(new(0, "bv0")),
            NetRequests.SetUp(bridge.Ref));

        var links = _net.Links();
        var port = links.Single(link => link.Name == "bv0");
        Assert.Equal((bridge.Index, "veth", 1400u, true), (port.Master, port.Kind, port.Mtu, port.IsUp));
        Assert.Equal(("bridge", "02:42:0a:00:00:01"), (bridge.Kind, bridge.HardwareAddress));
        Assert.Empty(port.Addresses);
        var inside = _inner.Links().Single(link => link.Name == "eth0");
        Assert.Equal((mac.ToString(), 1400u, port.Index, false), (inside.HardwareAddress, inside.Mtu, inside.Peer, inside.IsUp));
    }

    [Fact]
    public void Send_AddressesAndRoutes_AreThereAtOnceAndGoAgain()
    {
        using var inner = RtNetlink.Open(_inner);
        _net.Send(NetRequests.AddVeth(new("bv0") { Up = true }, new("eth0") { In = _inner }));
        var eth0 = inner.Find("eth0")!.Ref;
        inner.Send(NetRequests.SetUp(eth0));
        var (four, six) = (IPAddress.Parse("10.9.0.2"), IPAddress.Parse("fd00:9::2"));
        NetRequest[] routes =
        [
            NetRequests.AddRoute(eth0, IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("10.9.0.1")),
            NetRequests.AddRoute(eth0, IPNetwork.Parse("::/0"), IPAddress.Parse("fd00:9::1"), 7),
            NetRequests.AddRoute(eth0, IPNetwork.Parse("10.77.0.0/16")),
        ];
        inner.Send([NetRequests.AddAddress(eth0, four, 24), NetRequests.AddAddress(eth0, six, 64), .. routes]);

        Assert.Superset(new HashSet<string> { "10.9.0.2/24", "fd00:9::2/64" }, inner.Links().Single(link => link.Name == "eth0").Addresses.ToHashSet());
        var found = inner.Routes();
        Assert.Contains(new(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("10.9.0.1"), eth0.Index, 0), found);
        Assert.Contains(new(IPNetwork.Parse("::/0"), IPAddress.Parse("fd00:9::1"), eth0.Index, 7), found);
        Assert.Contains(new(IPNetwork.Parse("10.77.0.0/16"), null, eth0.Index, 0), found);
        using (var socket = _inner.MakeSocket(System.Net.Sockets.AddressFamily.InterNetworkV6, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp))
        {
            socket.Bind(new IPEndPoint(six, 0));   // EADDRNOTAVAIL while it is only tentative
        }

        inner.Send(NetRequests.DeleteRoute(eth0, IPNetwork.Parse("::/0"), IPAddress.Parse("fd00:9::1"), 7), NetRequests.DeleteAddress(eth0, four, 24), NetRequests.DeleteAddress(eth0, six, 64));
        Assert.DoesNotContain(inner.Routes(), route => route.Gateway is not null);
        _net.Send(NetRequests.DeleteLink(new(0, "bv0")));
        Assert.Null(inner.Find("eth0"));
    }

    [Fact]
    public void Send_OneOfSeveralFails_TellsWhichAndDoesTheRest()
    {
        var failure = Assert.Throws<LinuxException>(() => _net.Send(
            NetRequests.AddBridge("br0"), NetRequests.AddBridge("br0"), NetRequests.AddBridge("br1"), NetRequests.DeleteLink(new(0, "none")).Tolerating(Errno.ENODEV)));

        Assert.Equal(("RTM_NEWLINK", "br0", Errno.EEXIST), (failure.Call, failure.Target, failure.Errno));
        Assert.NotNull(_net.Find("br1"));
    }

    [Fact]
    public void Send_KernelExplains_ItsWordsAreInTheSentence()
    {
        using var inner = RtNetlink.Open(_inner);
        var loopback = inner.Find("lo")!.Ref;
        inner.Send(NetRequests.SetUp(loopback));

        var failure = Assert.Throws<LinuxException>(() => inner.Send(NetRequests.AddRoute(loopback, IPNetwork.Parse("10.1.0.0/16"), IPAddress.Parse("10.9.9.9"))));

        Assert.Equal("RTM_NEWROUTE on \"10.1.0.0/16 via 10.9.9.9 dev lo\": ENETUNREACH (network is unreachable): Nexthop has invalid gateway", failure.Message);
    }

    [Fact]
    public void Send_ThousandRequests_AllAreDone()
    {
        _net.Send(NetRequests.AddBridge("br0"));
        var bridge = _net.Find("br0")!.Ref;
        _net.Send([.. Enumerable.Range(0, 1000).Select(each => NetRequests.AddAddress(bridge, new IPAddress(new byte[] { 10, 1, (byte)(each >> 8), (byte)each }), 32))]);

        Assert.Equal(1000, _net.Links().Single(link => link.Name == "br0").Addresses.Length);
    }

    [Fact]
    public void SetPort_IsolatedHairpinAndSilent_AreTheKernels()
    {
        using var inner = RtNetlink.Open(_inner);
        _net.Send(NetRequests.AddBridge("br0"), NetRequests.SetUp(new(0, "br0")));
        _net.Send(NetRequests.AddVeth(new("bv0") { Master = _net.Find("br0")!.Ref, Up = true }, new("eth0") { In = _inner }));
        inner.Send(NetRequests.SetUp(new(0, "eth0")));
        _net.Send(NetRequests.SetPort(new(0, "bv0"), isolated: true, hairpin: true));
        var port = _net.Find("bv0")!.Ref;
        Assert.True(SpinWait.SpinUntil(() => Shown().Contains("state forwarding", StringComparison.Ordinal), 5000));   // once the kernel has noticed the carrier

        _net.Send(NetRequests.SetSilent(port, true));
        string silent = Shown();
        _net.Send(NetRequests.SetSilent(port, false));

        Assert.Contains("hairpin on", silent, StringComparison.Ordinal);
        Assert.Contains("isolated on", silent, StringComparison.Ordinal);
        Assert.Contains("state disabled", silent, StringComparison.Ordinal);
        Assert.Contains("state forwarding", Shown(), StringComparison.Ordinal);

        // sysfs shows the interfaces of the namespace it was mounted in; bridge(8) asks by netlink.
        string Shown() => _outer.Run(() =>
        {
            using var bridge = Process.Start(new ProcessStartInfo("bridge", ["-d", "link", "show"]) { RedirectStandardOutput = true })!;
            return bridge.StandardOutput.ReadToEnd();
        });
    }

    [Fact]
    public void Rename_LinkThatIsDown_HasTheNewName()
    {
        _net.Send(NetRequests.AddVeth(new("bv0"), new("bv1")));
        var link = _net.Find("bv0")!.Ref;
        _net.Send(NetRequests.Rename(link, "bv9"));

        Assert.Equal(link.Index, _net.Find("bv9")!.Index);
    }

    [Fact]
    public void SetMaster_InAndOut_IsThePortAndIsNot()
    {
        _net.Send(NetRequests.AddBridge("br0"), NetRequests.AddVeth(new("bv0"), new("bv1")));
        var (bridge, link) = (_net.Find("br0")!.Ref, _net.Find("bv0")!.Ref);
        _net.Send(NetRequests.SetMaster(link, bridge));
        Assert.Equal(bridge.Index, _net.Find("bv0")!.Master);
        _net.Send(NetRequests.SetMaster(link, null));
        Assert.Equal(0, _net.Find("bv0")!.Master);
    }
}
