using System.Net;
using System.Net.Sockets;
using Brig.Engine.Networks.Dns;
using Brig.Tests;

namespace Brig.Engine.Tests.Dns;

/// <summary>Over real sockets.</summary>
public sealed class ServerTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeUpstream _silent = new(_ => null);
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _serving;

    private IPEndPoint Udp => (IPEndPoint)_udp.LocalEndPoint!;
    private IPEndPoint Tcp => (IPEndPoint)_tcp.LocalEndPoint!;

    public ServerTests()
    {
        var scene = new Scene(_silent.Address).With("front", [.. Enumerable.Range(1, 200).Select(i => Scene.Endpoint($"10.1.0.{i}", $"c{i}", "all"))]);
        _udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _tcp.Listen(16);
        _serving = Task.WhenAll(new UdpServer(_udp, scene.Asker, TimeProvider.System).ServeAsync(_stop.Token), new TcpServer(_tcp, scene.Asker, TimeProvider.System).ServeAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _serving.WaitAsync(Wait.Limit);
        _silent.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Udp_ServerElsewhereHangs_OwnNamesAreAnsweredMeanwhile()
    {
        using UdpClient client = new();
        client.Connect(Udp);
        await client.SendAsync(Message.Query("example.org", DnsType.A, id: 1));
        await client.SendAsync((byte[])[1, 2, 3]);
        await client.SendAsync(Message.Query("c7", DnsType.A, id: 2));
        Message first = new((await client.ReceiveAsync().WaitAsync(Wait.Limit)).Buffer), second = new((await client.ReceiveAsync().WaitAsync(Wait.Limit)).Buffer);
        Assert.Equal((2, "10.1.0.7"), (first.Id, first.Addresses().Single().ToString()));
        Assert.Equal((1, 2), (second.Id, second.Code));
    }

    [Fact]
    public async Task Tcp_SeveralQueriesAndABigAnswer_OneConnection()
    {
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(Tcp);
        for (int i = 0; i < 3; i++)
        {
            byte[] query = Message.Query("all", DnsType.A);
            await TcpMessages.SendAsync(client, [0, 0, .. query], query.Length, default);
            byte[] answer = new byte[DnsReply.Most];
            int length = await TcpMessages.ReceiveAsync(client, answer, default).WaitAsync(Wait.Limit);
            Assert.Equal(200, new Message(answer[..length]).Addresses().Length);
        }
    }

    [Fact]
    public async Task Tcp_MoreConnectionsThanMayBe_TheLastIsClosedAndTheFirstStillAnswered()
    {
        List<Socket> clients = [];
        for (int i = 0; i < 17; i++)
        {
            clients.Add(new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await clients[i].ConnectAsync(Tcp);
        }
        Assert.Equal(0, await clients[16].ReceiveAsync(new byte[1]).WaitAsync(Wait.Limit));
        byte[] query = Message.Query("c7", DnsType.A);
        await TcpMessages.SendAsync(clients[0], [0, 0, .. query], query.Length, default);
        Assert.NotEqual(0, await TcpMessages.ReceiveAsync(clients[0], new byte[512], default).WaitAsync(Wait.Limit));
        clients.ForEach(c => c.Dispose());
    }
}
