using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Brig.Engine.Networks.Dns;

/// <summary>The queries of one container by UDP, one after another; what must be asked elsewhere does not hold up the next.</summary>
internal sealed class UdpServer(Socket socket, Asker asker, TimeProvider time)
{
    private const int LongestQuery = 1500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Ends when the socket is closed or <paramref name="stop"/> says so.</summary>
    public async Task ServeAsync(CancellationToken stop)
    {
        byte[] message = new byte[LongestQuery];
        SocketAddress from = new(socket.AddressFamily);
        Pace pace = new(time);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                int length = await socket.ReceiveFromAsync(message.AsMemory(), SocketFlags.None, from, stop);
                await AnswerAsync(message.AsMemory(0, length), from, stop);
                if (pace.Take() is var rest && rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, time, stop);
                }
            }
            catch (SocketException)
            {
                await Task.Delay(Pause, time, CancellationToken.None);   // what the container's own rules refuse; the next may go through
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async ValueTask AnswerAsync(ReadOnlyMemory<byte> message, SocketAddress from, CancellationToken stop)
    {
        byte[] answer = ArrayPool<byte>.Shared.Rent(DnsReply.MostUdp);
        try
        {
            int length = asker.Answer(message.Span, answer, tcp: false, out var forward);
            if (length > 0)
            {
                await socket.SendToAsync(answer.AsMemory(0, length), SocketFlags.None, from, stop);
            }
            else if (forward is { } query)
            {
                _ = ForwardAsync(message.ToArray(), query, Copy(from), stop);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(answer);
        }
    }

    private async Task ForwardAsync(byte[] message, DnsQuery query, SocketAddress from, CancellationToken stop)
    {
        try
        {
            await socket.SendToAsync(await asker.ForwardAsync(message, query, tcp: false, stop), SocketFlags.None, from, stop);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The container is gone, or does not let the answer through: nobody waits for it.
        }
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        SocketAddress copy = new(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }
}
