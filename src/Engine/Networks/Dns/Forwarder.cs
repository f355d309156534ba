using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Brig.Engine.Networks.Dns;

/// <summary>
/// Asks other name servers, from the network namespace of the engine, so that a resolver on this machine's loopback can be asked too. Every question has
/// a socket of its own, which the kernel gives a random port, and a random id; an answer counts when it comes from whom was asked, with that id and the very
/// bytes of the question (RFC 5452, 9.1).
/// </summary>
internal sealed class Forwarder(TimeProvider time)
{
    /// <summary>So long one server is waited for alone; then the next is asked as well, and who answers first is heard.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Below the five seconds after which resolvers ask again.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4.5);

    private const int MostRounds = 2;

    /// <returns>The answer, with the id of the query; null: nobody gave one.</returns>
    public async Task<byte[]?> AskAsync(ReadOnlyMemory<byte> query, int questionEnd, bool tcp, Upstreams servers, CancellationToken stop)
    {
        var order = servers.InOrder();
        if (order.IsEmpty)
        {
            return null;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var deadline = time.CreateTimer(source => ((CancellationTokenSource)source!).Cancel(), limit, Deadline, Timeout.InfiniteTimeSpan);
        List<Task<byte[]?>> running = [];
        byte[]? unwilling = null;   // what a server said that cannot or will not answer
        try
        {
            for (int next = 0, turns = order.Length * MostRounds; ; )
            {
                if (next < turns)
                {
                    running.Add(AskOneAsync(query, questionEnd, tcp, servers, order[next++ % order.Length], limit.Token));
                }
                var patience = Task.Delay(next < turns ? Patience : Deadline, time, limit.Token);
                if (await Task.WhenAny([.. running, patience]) is not Task<byte[]?> done)
                {
                    if (limit.IsCancellationRequested || next == turns)
                    {
                        return unwilling;
                    }
                    servers.Failed(order[(next - 1) % order.Length]);   // so that others need not be patient with it
                    continue;
                }
                running.Remove(done);
                var answer = await done;
                if (answer is not null && DnsHeader.Code(answer) is DnsCode.None or DnsCode.NoSuchName)
                {
                    return answer;
                }
                unwilling = answer ?? unwilling;
                if (running.Count == 0 && next >= (unwilling is null ? turns : order.Length))
                {
                    return unwilling;
                }
            }
        }
        finally
        {
            await limit.CancelAsync();   // those that are still asking stop
        }
    }

    /// <summary>Never throws: a server that cannot be reached, hangs or talks nonsense has not answered.</summary>
    private static async Task<byte[]?> AskOneAsync(ReadOnlyMemory<byte> query, int questionEnd, bool tcp, Upstreams servers, int server, CancellationToken stop)
    {
        byte[] asked = ArrayPool<byte>.Shared.Rent(query.Length + 2);
        byte[] answer = ArrayPool<byte>.Shared.Rent(tcp ? DnsReply.Most : DnsReply.MostUdp);
        try
        {
            query.CopyTo(asked.AsMemory(2));
            RandomNumberGenerator.Fill(asked.AsSpan(2, 2));
            var own = asked.AsMemory(2, query.Length);
            int length = tcp
                ? await ByTcpAsync(servers.Servers[server], asked, own, questionEnd, answer, stop)
                : await ByUdpAsync(servers.Servers[server], own, questionEnd, answer, stop);
            if (length > 0)
            {
                servers.Answered(server);
                DnsHeader.SetId(answer, DnsHeader.Id(query.Span));
                return answer[..length];
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(asked);
            ArrayPool<byte>.Shared.Return(answer);
        }
        servers.Failed(server);
        return null;
    }

    private static async Task<int> ByUdpAsync(IPEndPoint server, ReadOnlyMemory<byte> asked, int questionEnd, byte[] answer, CancellationToken stop)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, stop);   // the kernel drops what others send
        await socket.SendAsync(asked, stop);
        while (true)
        {
            int length = await socket.ReceiveAsync(answer.AsMemory(0, DnsReply.MostUdp), stop);
            if (IsAnswer(answer.AsSpan(0, length), asked.Span, questionEnd))
            {
                return length;
            }
        }
    }

    private static async Task<int> ByTcpAsync(IPEndPoint server, byte[] framed, ReadOnlyMemory<byte> asked, int questionEnd, byte[] answer, CancellationToken stop)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, stop);
        await TcpMessages.SendAsync(socket, framed, asked.Length, stop);
        int length = await TcpMessages.ReceiveAsync(socket, answer, stop);
        return IsAnswer(answer.AsSpan(0, length), asked.Span, questionEnd) ? length : 0;
    }

    /// <summary>The question is compared byte for byte: an asker that mixes upper and lower case finds its mixture again.</summary>
    private static bool IsAnswer(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> asked, int questionEnd) =>
        answer.Length >= questionEnd && DnsHeader.IsResponse(answer) && DnsHeader.Id(answer) == DnsHeader.Id(asked) && DnsHeader.Count(answer, 0) == 1
        && answer[DnsHeader.Size..questionEnd].SequenceEqual(asked[DnsHeader.Size..questionEnd]);
}
