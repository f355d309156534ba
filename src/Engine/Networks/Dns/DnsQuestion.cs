using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;

namespace Brig.Engine.Networks.Dns;

/// <summary>The asker's side: a question of our own, and the addresses in its answer.</summary>
internal static class DnsQuestion
{
    /// <returns>The length of the message; 0: it is no name.</returns>
    public static int Write(string name, DnsType type, Span<byte> to)
    {
        to[..DnsHeader.Size].Clear();
        DnsHeader.SetId(to, (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue));
        DnsHeader.SetFlags(to, DnsHeader.RecursionDesired);
        DnsHeader.SetCount(to, 0, 1);
        int length = name.All(char.IsAscii) ? DnsName.Write(name, to[DnsHeader.Size..]) : 0;
        if (length == 0)
        {
            return 0;
        }
        var rest = to[(DnsHeader.Size + length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], DnsQuery.Internet);
        return DnsHeader.Size + length + 4;
    }

    /// <summary>What is no answer is a failure of the server's; records of other types are stepped over.</summary>
    public static (DnsCode Code, ImmutableArray<IPAddress> Addresses) Read(ReadOnlySpan<byte> message)
    {
        if (message.Length < DnsHeader.Size || !DnsHeader.IsResponse(message))
        {
            return (DnsCode.ServerFailure, []);
        }
        var found = ImmutableArray.CreateBuilder<IPAddress>();
        int at = DnsHeader.Size;
        for (int i = DnsHeader.Count(message, 0); i > 0 && at >= 0; i--)
        {
            at = DnsName.Skip(message, at);
            at = at < 0 ? at : at + 4;
        }
        for (int i = DnsHeader.Count(message, 1); i > 0 && (at = DnsName.Skip(message, at)) >= 0 && at + 10 <= message.Length; i--)
        {
            var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10 + length;
            if (at > message.Length)
            {
                break;
            }
            if ((type, length) is (DnsType.A, 4) or (DnsType.Aaaa, 16))
            {
                found.Add(new(message[(at - length)..at]));
            }
        }
        return (DnsHeader.Code(message), found.ToImmutable());
    }
}
