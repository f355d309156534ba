using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Brig.Engine.Tests.Dns;

/// <summary>A name server on this machine's loopback, by UDP and TCP.</summary>
internal sealed class FakeUpstream : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly UdpClient _udp;
    private readonly TcpListener _tcp;

    /// <param name="answer">Null: says nothing.</param>
    public FakeUpstream(Func<byte[], byte[]?> answer)
    {
        (_udp, _tcp) = Listen();
        Address = (IPEndPoint)_udp.Client.LocalEndPoint!;
        _ = UdpAsync(answer);
        _ = TcpAsync(answer);
    }

    public IPEndPoint Address { get; }
    public ConcurrentQueue<(byte[] Query, int Port)> Asked { get; } = new();

    public void Dispose()
    {
        _stop.Cancel();
        _udp.Dispose();
        _tcp.Dispose();
        _stop.Dispose();
    }

    /// <summary>The port that one is given may be taken for the other.</summary>
    private static (UdpClient Udp, TcpListener Tcp) Listen()
    {
        while (true)
        {
            UdpClient udp = new(new IPEndPoint(IPAddress.Loopback, 0));
            TcpListener tcp = new((IPEndPoint)udp.Client.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private async Task UdpAsync(Func<byte[], byte[]?> answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var got = await _udp.ReceiveAsync(_stop.Token);
                Asked.Enqueue((got.Buffer, got.RemoteEndPoint.Port));
                if (answer(got.Buffer) is { } reply)
                {
                    await _udp.SendAsync(reply, got.RemoteEndPoint);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task TcpAsync(Func<byte[], byte[]?> answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var connection = await _tcp.AcceptTcpClientAsync(_stop.Token);
                var stream = connection.GetStream();
                byte[] length = new byte[2];
                await stream.ReadExactlyAsync(length, _stop.Token);
                byte[] query = new byte[length[0] << 8 | length[1]];
                await stream.ReadExactlyAsync(query, _stop.Token);
                Asked.Enqueue((query, 0));
                if (answer(query) is { } reply)
                {
                    await stream.WriteAsync((byte[])[(byte)(reply.Length >> 8), (byte)reply.Length, .. reply], _stop.Token);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException or IOException)
            {
            }
        }
    }
}
