using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Brig.Engine.Networks.Dns;
using Brig.Linux.Net;

namespace Brig.Engine.Networks.Probing;

/// <summary>Asks a container's name server what the container itself would ask it.</summary>
internal static class NameQuestion
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<NameProbe> AskAsync(NetNamespace from, string name, CancellationToken stop)
    {
        long begin = Stopwatch.GetTimestamp();
        var found = ImmutableArray.CreateBuilder<string>();
        string? failure = null;
        try
        {
            using var socket = from.MakeSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Patience);
            await socket.ConnectAsync(IResolver.Address, ResolvConf.Port, limit.Token);
            begin = Stopwatch.GetTimestamp();   // what the container would see, without our way into it
            foreach (var type in (DnsType[])[DnsType.A, DnsType.Aaaa])
            {
                failure ??= await AskAsync(socket, name, type, found, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            failure = $"Its name server did not answer within {Patience.TotalSeconds:0} s.";
        }
        catch (SocketException e)
        {
            failure = $"Its name server cannot be asked: {e.Message}.";
        }
        return new(name, found.ToImmutable(), Stopwatch.GetElapsedTime(begin).TotalMilliseconds, found.Count > 0 ? null : failure ?? "The name is known, and has no address.");
    }

    private static async Task<string?> AskAsync(Socket socket, string name, DnsType type, ImmutableArray<string>.Builder found, CancellationToken stop)
    {
        byte[] message = new byte[DnsReply.MostUdp];
        int length = DnsQuestion.Write(name, type, message);
        if (length == 0)
        {
            return "That is no name that can be asked for.";
        }
        await socket.SendAsync(message.AsMemory(0, length), stop);
        length = await socket.ReceiveAsync(message, stop);
        var (code, addresses) = DnsQuestion.Read(message.AsSpan(0, length));
        found.AddRange(addresses.Select(address => address.ToString()));
        return code switch
        {
            DnsCode.None => null,
            DnsCode.NoSuchName => "There is no such name on its networks.",
            _ => "Nobody who was asked could tell.",
        };
    }
}
