using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Brig.Engine.Networks.Ports;

/// <summary>
/// Copies datagrams between who sends to a published port and the container, where the kernel's translation does not reach (<see cref="Relay"/>). A socket of all addresses is answered for only to this machine's
/// programs: to others the answer could come from another address than they asked.
/// </summary>
internal sealed class UdpRelay(HostNetwork host, TimeProvider time)
{
    /// <summary>Senders at one time, over all ports; what others send is lost until one has been silent for long.</summary>
    private const int Most = 256;

    private const int Largest = 65_535;
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(100);

    private int _open;

    /// <summary>Ends when the socket is closed.</summary>
    public async Task ServeAsync(Socket socket, Endpoint to, int port, CancellationToken stop)
    {
        var flows = new ConcurrentDictionary<IPEndPoint, Flow>();
        bool everybody = !((IPEndPoint)socket.LocalEndPoint!).Address.Equals(IPAddress.IPv6Any);
        socket.Blocking = false;
        byte[] first = new byte[1];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await socket.ReceiveFromAsync(first, SocketFlags.Peek, new IPEndPoint(IPAddress.IPv6Any, 0), stop);   // a range has many sockets: none holds a large buffer while nobody sends
                Take(socket, everybody, new(to, port, flows, stop));
            }
            catch (SocketException)
            {
                // Somebody else's answer that this was refused, or we are out of descriptors.
                await Task.Delay(Pause, time, CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Take(Socket socket, bool everybody, Target target)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Largest);
        try
        {
            EndPoint sender = new IPEndPoint(IPAddress.IPv6Any, 0);
            int got = socket.ReceiveFrom(buffer, 0, Largest, SocketFlags.None, ref sender);
            var from = (IPEndPoint)sender;
            if ((everybody || IPAddress.IsLoopback(from.Address)) && Find(socket, from, target) is { } flow)
            {
                flow.Send(buffer.AsSpan(0, got));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionRefused or SocketError.NoBufferSpaceAvailable or SocketError.MessageSize)
        {
            // As on any network: a datagram may be lost.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Null: there are as many as may be.</summary>
    private Flow? Find(Socket socket, IPEndPoint from, Target target)
    {
        if (target.Flows.TryGetValue(from, out var there))
        {
            return there;
        }
        if (Interlocked.Increment(ref _open) > Most)
        {
            Interlocked.Decrement(ref _open);
            return null;
        }
        Socket? inside = null;
        try
        {
            var address = IPAddress.Parse((target.To.Ipv4 ?? target.To.Ipv6)!);
            inside = host.MakeSocket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            inside.Connect(new IPEndPoint(address, target.Port));
            inside.Blocking = false;
            var flow = new Flow(inside, time, target.Stop);
            target.Flows[from] = flow;
            _ = AnswerAsync(socket, from, flow, target);
            return flow;
        }
        catch
        {
            inside?.Dispose();
            Interlocked.Decrement(ref _open);
            throw;
        }
    }

    private async Task AnswerAsync(Socket socket, IPEndPoint from, Flow flow, Target target)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Largest);
        try
        {
            while (true)
            {
                try
                {
                    int got = await flow.Inside.ReceiveAsync(buffer.AsMemory(0, Largest), SocketFlags.None, flow.Ends);
                    await socket.SendToAsync(buffer.AsMemory(0, got), SocketFlags.None, from, flow.Ends);
                    flow.Heard();
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
                {
                    // Nobody listens there, yet.
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Silent for long, or the port leads elsewhere.
        }
        finally
        {
            target.Flows.TryRemove(new(from, flow));
            flow.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
            Interlocked.Decrement(ref _open);
        }
    }

    private sealed record Target(Endpoint To, int Port, ConcurrentDictionary<IPEndPoint, Flow> Flows, CancellationToken Stop);

    /// <summary>One sender, and the socket by which the container knows it.</summary>
    private sealed class Flow : IDisposable
    {
        private readonly CancellationTokenSource _ends;
        private readonly CancellationTokenRegistration _stop;

        public Flow(Socket inside, TimeProvider time, CancellationToken stop)
        {
            Inside = inside;
            _ends = new(Silent, time);
            _stop = stop.Register(_ends.Cancel);
        }

        public Socket Inside { get; }
        public CancellationToken Ends => _ends.Token;

        public void Heard() => _ends.CancelAfter(Silent);

        public void Send(ReadOnlySpan<byte> datagram)
        {
            try
            {
                Heard();
                Inside.Send(datagram);
            }
            catch (ObjectDisposedException)
            {
                // It was silent for too long, just now.
            }
        }

        public void Dispose()
        {
            _stop.Dispose();
            _ends.Dispose();
            Inside.Dispose();
        }
    }
}
