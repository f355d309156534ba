using System.Buffers;
using System.Net.Sockets;

namespace Brig.Engine.Networks.Dns;

/// <summary>The queries of one container by TCP: a few connections at a time, each with one query after another (RFC 7766), closed when it says nothing.</summary>
internal sealed class TcpServer(Socket listener, Asker asker, TimeProvider time)
{
    private const int MostConnections = 16, LongestQuery = 4096;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private int _open;

    public async Task ServeAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var connection = await listener.AcceptAsync(stop);
                if (Interlocked.Increment(ref _open) <= MostConnections)
                {
                    _ = ConverseAsync(connection, stop);
                }
                else
                {
                    Interlocked.Decrement(ref _open);
                    connection.Dispose();
                }
            }
            catch (SocketException)
            {
                await Task.Delay(Pause, time, CancellationToken.None);
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ConverseAsync(Socket connection, CancellationToken stop)
    {
        byte[] message = ArrayPool<byte>.Shared.Rent(LongestQuery);
        byte[] framed = ArrayPool<byte>.Shared.Rent(DnsReply.Most + 2);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using var silence = time.CreateTimer(source => ((CancellationTokenSource)source!).Cancel(), limit, Silence, Timeout.InfiniteTimeSpan);
            Pace pace = new(time);
            while (await TcpMessages.ReceiveAsync(connection, message, limit.Token) is > 0 and var length)
            {
                silence.Change(Silence, Timeout.InfiniteTimeSpan);
                int answer = await AnswerAsync(message.AsMemory(0, length), framed, limit.Token);
                if (answer == 0)
                {
                    return;
                }
                await TcpMessages.SendAsync(connection, framed, answer, limit.Token);
                if (pace.Take() is var rest && rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, time, limit.Token);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side is gone, or says nothing; it asks anew if it wants to know.
        }
        finally
        {
            connection.Dispose();
            ArrayPool<byte>.Shared.Return(message);
            ArrayPool<byte>.Shared.Return(framed);
            Interlocked.Decrement(ref _open);
        }
    }

    private async ValueTask<int> AnswerAsync(ReadOnlyMemory<byte> message, byte[] framed, CancellationToken stop)
    {
        int length = asker.Answer(message.Span, framed.AsSpan(2, DnsReply.Most), tcp: true, out var forward);
        if (forward is { } query)
        {
            var answer = await asker.ForwardAsync(message, query, tcp: true, stop);
            answer.CopyTo(framed.AsMemory(2));
            length = answer.Length;
        }
        return length;
    }
}
