using System.Net;
using System.Net.Sockets;
using Brig.Linux.Net;

namespace Brig.Linux.Tests.Net;

public sealed class NetNamespaceTests
{
    [Fact]
    public void Run_InAnother_IsThereAndWeAreNot()
    {
        using var own = NetNamespace.Current();
        using var other = NetNamespace.Make();

        ulong inside = other.Run(() =>
        {
            using var here = NetNamespace.Current();
            return here.Number;
        });

        using var after = NetNamespace.Current();
        Assert.NotEqual(own.Number, other.Number);
        Assert.Equal(other.Number, inside);
        Assert.Equal(own.Number, after.Number);
        Assert.Equal("lo", Assert.Single(other.Links()).Name);
    }

    [Fact]
    public void Run_WorkThrows_ItIsThrownHere()
    {
        using var other = NetNamespace.Make();
        Assert.Equal("away", Assert.Throws<InvalidOperationException>(() => other.Run(() => throw new InvalidOperationException("away"))).Message);
    }

    [Fact]
    public async Task MakeSocket_UsedFromHere_TalksInThere()
    {
        using var other = NetNamespace.Make();
        using (var net = RtNetlink.Open(other))
        {
            net.Send(NetRequests.SetUp(net.Find("lo")!.Ref));
        }
        using var listener = other.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 4711));
        listener.Listen();
        using var client = other.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var accepting = listener.AcceptAsync();
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 4711));
        using var accepted = await accepting;
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        await Assert.ThrowsAsync<SocketException>(() => stranger.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 4711)));
    }

    [Fact]
    public void Open_FileThatIsNoNamespace_Throws()
    {
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => NetNamespace.Open("/proc/self/ns/uts")).Errno);
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => NetNamespace.Open("/etc/hostname")).Errno);
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => NetNamespace.Open("/proc/self/ns/nothing")).Errno);
    }

    [Theory]
    [InlineData("10.1.2.3", "02:42:0a:01:02:03")]
    [InlineData("fd00::1:2:ff03", "02:01:00:02:ff:03")]
    public void MacAddressOf_Address_FollowsFromItAlone(string address, string mac) => Assert.Equal(mac, MacAddress.Of(IPAddress.Parse(address)).ToString());

    [Theory]
    [InlineData("02:42:0a:01:02:03", true)]
    [InlineData("03:42:0a:01:02:03", false)]
    [InlineData("00:00:00:00:00:00", false)]
    [InlineData("2:42:0a:01:02:03", false)]
    [InlineData("02:42:0a:01:02", false)]
    [InlineData("02:42:0a:01:02:0g", false)]
    public void MacAddressTryParse_Text_OnlyAnInterfacesAddress(string text, bool valid)
    {
        Assert.Equal(valid, MacAddress.TryParse(text, out var address));
        Assert.True(!valid || address.ToString() == text);
    }
}
