using System.Buffers.Binary;

namespace Brig.Engine.Networks.Dns;

/// <summary>What a query asks: one question, and what the asker says of itself by EDNS (RFC 6891).</summary>
/// <param name="NameLength">Of the name in the buffer it was read to.</param>
/// <param name="End">Of the question in the message.</param>
/// <param name="Edns">It has an OPT record, so the answer has one.</param>
/// <param name="UdpSize">Bytes that an answer by UDP may have.</param>
internal readonly record struct DnsQuery(int NameLength, DnsType Type, ushort Class, int End, bool Edns, int UdpSize)
{
    public const ushort Internet = 1, AnyClass = 255;

    public const int SmallestUdp = 512;

    /// <summary>Reads a query; nothing of it is trusted, and nothing throws.</summary>
    /// <param name="name">Takes the name as <see cref="DnsName.TryRead"/> writes it.</param>
    /// <param name="problem">What to answer instead; null: nothing, it is no query, or nobody to be answered.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, Span<char> name, out DnsQuery query, out DnsCode? problem)
    {
        query = default;
        problem = null;
        if (message.Length < DnsHeader.Size || DnsHeader.IsResponse(message))
        {
            return false;
        }
        if (DnsHeader.Operation(message) != 0)
        {
            problem = DnsCode.NotImplemented;
            return false;
        }
        problem = DnsCode.FormatError;
        if (DnsHeader.Count(message, 0) != 1 || !DnsName.TryRead(message, DnsHeader.Size, name, out int length, out int at) || at + 4 > message.Length)
        {
            return false;
        }
        query = new(length, (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]), at + 4, Edns: false, SmallestUdp);
        return TryReadEdns(message, ref query, ref problem);
    }

    /// <summary>Goes over the other records, each of which takes eleven bytes at least, so their count may say what it likes.</summary>
    private static bool TryReadEdns(ReadOnlySpan<byte> message, ref DnsQuery query, ref DnsCode? problem)
    {
        int records = DnsHeader.Count(message, 1) + DnsHeader.Count(message, 2) + DnsHeader.Count(message, 3);
        int at = query.End;
        for (; records > 0; records--)
        {
            bool root = at < message.Length && message[at] == 0;
            at = DnsName.Skip(message, at);
            if (at < 0 || at + 10 > message.Length)
            {
                return false;
            }
            var record = message[at..];
            at += 10 + BinaryPrimitives.ReadUInt16BigEndian(record[8..]);
            if (at > message.Length)
            {
                return false;
            }
            if ((DnsType)BinaryPrimitives.ReadUInt16BigEndian(record) != DnsType.Opt)
            {
                continue;
            }
            if (!root || query.Edns)
            {
                return false;
            }
            query = query with { Edns = true, UdpSize = Math.Clamp((int)BinaryPrimitives.ReadUInt16BigEndian(record[2..]), SmallestUdp, DnsReply.MostUdp) };
            if (record[5] != 0)   // the version
            {
                problem = DnsCode.BadVersion;
                return false;
            }
        }
        problem = null;
        return true;
    }
}
