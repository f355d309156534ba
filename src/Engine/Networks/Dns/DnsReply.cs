using System.Buffers.Binary;

namespace Brig.Engine.Networks.Dns;

/// <summary>Writes the answer to a query: its header and question again, our records, and an OPT record where it had one.</summary>
internal ref struct DnsReply
{
    /// <summary>More is not sent by UDP, whatever the asker can take: it stays within one page, and nothing on the way is smaller, for the way is a loopback.</summary>
    public const int MostUdp = 4096;

    /// <summary>Of a message by TCP.</summary>
    public const int Most = ushort.MaxValue;

    /// <summary>Seconds. Nobody remembers an answer: who is on a network changes at any time, and asking again costs a loopback.</summary>
    private const uint TimeToLive = 0;

    private const int OptSize = 11;

    private readonly Span<byte> _to;
    private readonly bool _edns;
    private readonly int _room;
    private readonly ushort _asked;
    private int _length;
    private int _answers;
    private bool _truncated;

    /// <param name="query">Good, or with a problem; its question is repeated if it could be read.</param>
    /// <param name="room">Bytes it may have in all.</param>
    public DnsReply(ReadOnlySpan<byte> message, in DnsQuery query, Span<byte> to, int room)
    {
        _to = to;
        _edns = query.Edns;
        _asked = DnsHeader.Flags(message);
        _room = Math.Min(room, to.Length) - (_edns ? OptSize : 0);
        to[..DnsHeader.Size].Clear();
        DnsHeader.SetId(to, DnsHeader.Id(message));
        _length = DnsHeader.Size;
        if (query.End > DnsHeader.Size)
        {
            message[DnsHeader.Size..query.End].CopyTo(to[DnsHeader.Size..]);
            DnsHeader.SetCount(to, 0, 1);
            _length = query.End;
        }
    }

    /// <summary>One record for the name that was asked for. What does not fit is left out, and the answer says that it is not all.</summary>
    public void Add(DnsType type, scoped ReadOnlySpan<byte> data)
    {
        if (_length + 12 + data.Length > _room)
        {
            _truncated = true;
            return;
        }
        var record = _to[_length..];
        BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | DnsHeader.Size);   // the question's name
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(record[4..], DnsQuery.Internet);
        BinaryPrimitives.WriteUInt32BigEndian(record[6..], TimeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)data.Length);
        data.CopyTo(record[12..]);
        _length += 12 + data.Length;
        _answers++;
    }

    /// <returns>The length of the whole.</returns>
    public int End(DnsCode code, bool authoritative)
    {
        DnsHeader.SetCount(_to, 1, _answers);
        DnsHeader.SetFlags(_to, DnsHeader.Response | DnsHeader.RecursionAvailable | _asked & (0x7800 | DnsHeader.RecursionDesired | DnsHeader.CheckingDisabled)
            | (authoritative ? DnsHeader.Authoritative : 0) | (_truncated ? DnsHeader.Truncated : 0) | (int)code & 0xF);
        if (_edns)
        {
            var opt = _to.Slice(_length, OptSize);
            opt.Clear();
            BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)DnsType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(opt[3..], MostUdp);
            opt[5] = (byte)((int)code >> 4);
            DnsHeader.SetCount(_to, 3, 1);
            _length += OptSize;
        }
        return _length;
    }

    /// <summary>An answer with nothing but a code.</summary>
    public static int Refuse(ReadOnlySpan<byte> message, in DnsQuery query, DnsCode code, Span<byte> to) =>
        new DnsReply(message, query, to, to.Length).End(code, authoritative: false);
}
