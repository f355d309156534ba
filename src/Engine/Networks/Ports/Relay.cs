using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Brig.Engine.Networks.Ports;

/// <summary>
/// Copies between a connection to a published port and the container, where the kernel's translation does not reach: it cannot translate what comes from ::1, nor IPv6 to a container that has only IPv4.
/// All else never comes here.
/// </summary>
internal sealed class Relay(HostNetwork host, TimeProvider time)
{
    /// <summary>At one time; beyond, a connection is closed at once.</summary>
    private const int Most = 1024;

    private const int BufferSize = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(100);

    private int _open;

    /// <summary>Ends when the listener is closed.</summary>
    public async Task ServeAsync(Socket listener, Endpoint to, int port, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var from = await listener.AcceptAsync(stop);
                if (Interlocked.Increment(ref _open) > Most)
                {
                    Interlocked.Decrement(ref _open);
                    from.Dispose();
                    continue;
                }
                _ = JoinAsync(from, to, port, stop);
            }
            catch (SocketException)
            {
                // It hung up in the queue, or we are out of descriptors.
                await Task.Delay(Pause, time, CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task JoinAsync(Socket from, Endpoint to, int port, CancellationToken closed)
    {
        try
        {
            using (from)
            {
                var address = IPAddress.Parse((to.Ipv4 ?? to.Ipv6)!);
                using var inside = host.MakeSocket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                using (var patience = new CancellationTokenSource(Patience, time))
                {
                    await inside.ConnectAsync(new IPEndPoint(address, port), patience.Token);
                }
                from.NoDelay = inside.NoDelay = true;
                await Task.WhenAll(CopyAsync(from, inside), CopyAsync(inside, from));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side hung up: so does the other now.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int got;
            while ((got = await from.ReceiveAsync(buffer.AsMemory(), SocketFlags.None)) > 0)
            {
                for (int sent = 0; sent < got;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, got - sent), SocketFlags.None);
                }
            }
            to.Shutdown(SocketShutdown.Send);   // the other way may still have something to say
        }
        catch
        {
            from.Dispose();
            to.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
