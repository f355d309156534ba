using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Linux.Tests.Net;

/// <summary>In a namespace whose rules track connections; the flows are from its loopback to itself.</summary>
[Collection("nft")]
public sealed class ConntrackTests : IDisposable
{
    private readonly NetNamespace _own = NetNamespace.Make();
    private readonly Conntrack _table;

    public ConntrackTests()
    {
        using var net = RtNetlink.Open(_own);
        using var nft = Nft.Open(_own);
        var loopback = net.Find("lo")!.Ref;
        net.Send(NetRequests.SetUp(loopback), NetRequests.AddAddress(loopback, IPAddress.Parse("10.1.2.3"), 32), NetRequests.AddAddress(loopback, IPAddress.Parse("fd00::3"), 128));
        nft.Run("add table inet t\nadd chain inet t c { type filter hook output priority 0; }\nadd rule inet t c ct state new accept");
        _table = Conntrack.Open(_own);
    }

    public void Dispose()
    {
        _table.Dispose();
        _own.Dispose();
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("fd00::3")]
    public async Task DeleteOf_AddressWithFlows_OnlyThose(string address)
    {
        await SendAsync("127.0.0.1", 1000);
        await SendAsync(address, 2000);
        await SendAsync(address, 2001);

        var chosen = IPAddress.Parse(address);
        Assert.Equal(2, _table.DeleteOf(chosen.AddressFamily, chosen.Equals));
        Assert.Equal(0, _table.DeleteOf(chosen.AddressFamily, chosen.Equals));
        Assert.Equal(1, _table.DeleteOf(AddressFamily.InterNetwork, IPAddress.Loopback.Equals));
    }

    [Fact]
    public async Task DeleteTo_Port_OnlyItsProtocolAddressAndPort()
    {
        await SendAsync("10.1.2.3", 2000);
        await SendAsync("127.0.0.1", 2000);
        await SendAsync("10.1.2.3", 2001);

        Assert.Equal(0, _table.DeleteTo(AddressFamily.InterNetwork, ProtocolType.Tcp, null, 2000));
        Assert.Equal(0, _table.DeleteTo(AddressFamily.InterNetworkV6, ProtocolType.Udp, null, 2000));
        Assert.Equal(1, _table.DeleteTo(AddressFamily.InterNetwork, ProtocolType.Udp, IPAddress.Parse("10.1.2.3"), 2000));
        Assert.Equal(1, _table.DeleteTo(AddressFamily.InterNetwork, ProtocolType.Udp, null, 2000));
        Assert.Equal(1, _table.DeleteTo(AddressFamily.InterNetwork, ProtocolType.Udp, null, 2001));
    }

    /// <summary>The kernel makes the route to a new IPv6 address on a thread of its own, a while after the address (addrconf_dad_work).</summary>
    private static bool IsSent(Socket socket, IPEndPoint to)
    {
        try
        {
            return socket.SendTo(Encoding.ASCII.GetBytes("hello"), to) > 0;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.AddressNotAvailable)
        {
            return false;
        }
    }

    private async Task SendAsync(string address, int port)
    {
        var to = new IPEndPoint(IPAddress.Parse(address), port);
        using var socket = _own.MakeSocket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await Wait.Until(() => IsSent(socket, to), $"{address} to be one that can be sent to");
    }
}
