using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Brig.Linux.Net;

namespace Brig.Engine.Networks.Probing;

/// <summary>An echo request from a network namespace and its answer: RFC 792, RFC 4443.</summary>
internal static class Echo
{
    private const byte Request4 = 8, Reply4 = 0, Request6 = 128, Reply6 = 129;
    private const int Size = 16, Tries = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    /// <returns>Milliseconds of the first that came back; null: none of three did.</returns>
    /// <exception cref="SocketException">There is no way there.</exception>
    public static async Task<double?> TryAsync(NetNamespace from, IPAddress to, CancellationToken stop)
    {
        bool four = to.AddressFamily == AddressFamily.InterNetwork;
        using var socket = from.MakeSocket(to.AddressFamily, SocketType.Raw, four ? ProtocolType.Icmp : ProtocolType.IcmpV6);
        await socket.ConnectAsync(new IPEndPoint(to, 0), stop);
        byte[] request = new byte[Size], answer = new byte[512];
        for (int i = 0; i < Tries; i++)
        {
            request.AsSpan().Clear();
            request[0] = four ? Request4 : Request6;
            RandomNumberGenerator.Fill(request.AsSpan(4));
            if (four)
            {
                BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), Checksum(request));   // of IPv6 the kernel writes it
            }
            long begin = Stopwatch.GetTimestamp();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Patience);
            try
            {
                await socket.SendAsync(request, limit.Token);
                while (true)
                {
                    int length = await socket.ReceiveAsync(answer, limit.Token);
                    if (IsReply(answer.AsSpan(0, length), request, four))
                    {
                        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
                    }
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
            }
        }
        return null;
    }

    /// <summary>A raw socket of IPv4 gives the header of IP as well.</summary>
    private static bool IsReply(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> request, bool four)
    {
        if (four)
        {
            int header = answer.Length > 0 ? (answer[0] & 0xF) * 4 : 0;
            answer = answer.Length > header ? answer[header..] : default;
        }
        return answer.Length >= Size && answer[0] == (four ? Reply4 : Reply6) && answer[4..Size].SequenceEqual(request[4..]);
    }

    /// <summary>RFC 1071.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (ushort)~sum;
    }
}
