using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Linux.Tests.Net;

public sealed class LoopbackDetourTests : IDisposable
{
    private static readonly IPAddress Address = IPAddress.Parse("127.0.0.11");

    private readonly NetNamespace _own = NetNamespace.Make();

    public LoopbackDetourTests()
    {
        using var links = RtNetlink.Open(_own);
        links.Send(NetRequests.SetUp(new LinkRef(1, "lo")));
    }

    public void Dispose() => _own.Dispose();

    [Fact]
    public async Task Put_PortOfAnotherProgram_BothAreReached()
    {
        using var udp = Bound(SocketType.Dgram, Address, 0);
        using var tcp = Bound(SocketType.Stream, Address, 0);
        tcp.Listen(4);
        _own.Run(() => LoopbackDetour.Put(Address, 53, 9, 9));   // of an engine that is gone
        _own.Run(() => LoopbackDetour.Put(Address, 53, Port(udp), Port(tcp)));
        using var theirs = Bound(SocketType.Dgram, IPAddress.Any, 53);   // what the container itself may do
        _ = AnswerAsync(udp, "ours");
        _ = AnswerAsync(theirs, "theirs");

        Assert.Equal("ours 127.0.0.11:53", await AskAsync(Address));
        Assert.Equal("theirs 127.0.0.1:53", await AskAsync(IPAddress.Loopback));
        using var client = _own.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(Address, 53).WaitAsync(TimeSpan.FromSeconds(20));
        using var accepted = await tcp.AcceptAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await accepted.SendAsync("hello"u8.ToArray());
        byte[] got = new byte[9];
        Assert.Equal("hello", Encoding.ASCII.GetString(got, 0, await client.ReceiveAsync(got).WaitAsync(TimeSpan.FromSeconds(20))));
    }

    private async Task<string> AskAsync(IPAddress address)
    {
        using var client = _own.MakeSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await client.SendToAsync("x"u8.ToArray(), new IPEndPoint(address, 53));
        byte[] got = new byte[50];
        var answer = await client.ReceiveFromAsync(got, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(TimeSpan.FromSeconds(20));
        return $"{Encoding.ASCII.GetString(got, 0, answer.ReceivedBytes)} {answer.RemoteEndPoint}";
    }

    private static async Task AnswerAsync(Socket socket, string text)
    {
        byte[] got = new byte[50];
        var from = await socket.ReceiveFromAsync(got, new IPEndPoint(IPAddress.Any, 0));
        await socket.SendToAsync(Encoding.ASCII.GetBytes(text), from.RemoteEndPoint);
    }

    private Socket Bound(SocketType type, IPAddress address, int port)
    {
        var socket = _own.MakeSocket(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
