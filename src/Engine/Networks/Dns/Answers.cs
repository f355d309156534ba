using System.Collections.Immutable;

namespace Brig.Engine.Networks.Dns;

/// <summary>Answers what the networks of the asker know.</summary>
internal static class Answers
{
    /// <param name="zones">In the asker's order: the first that knows a name answers alone.</param>
    /// <returns>The length of the answer; 0: nobody here knows the name.</returns>
    public static int Write(ReadOnlySpan<byte> message, in DnsQuery query, ReadOnlySpan<char> name, ImmutableArray<Zone> zones, Span<byte> to, int room)
    {
        if (query.Class is not (DnsQuery.Internet or DnsQuery.AnyClass))
        {
            return 0;
        }
        foreach (var zone in zones)
        {
            if (zone.Find(name) is { } found)
            {
                DnsReply reply = new(message, query, to, room);
                Add(ref reply, query.Type, found);
                return reply.End(DnsCode.None, authoritative: true);
            }
        }
        return 0;
    }

    /// <summary>A name that is there without what was asked for has an empty answer (RFC 2308, 2.2): nobody else is asked about it.</summary>
    private static void Add(ref DnsReply reply, DnsType type, Zone.Found found)
    {
        if (type is DnsType.A or DnsType.Any)
        {
            AddAll(ref reply, DnsType.A, 4, found);
        }
        if (type is DnsType.Aaaa or DnsType.Any)
        {
            AddAll(ref reply, DnsType.Aaaa, 16, found);
        }
        if (type is DnsType.Ptr or DnsType.Any && found.Pointer is { } pointer)
        {
            Span<byte> data = stackalloc byte[DnsName.MaxBytes];
            if (DnsName.Write(pointer, data) is > 0 and var length)
            {
                reply.Add(DnsType.Ptr, data[..length]);
            }
        }
    }

    private static void AddAll(ref DnsReply reply, DnsType type, int size, Zone.Found found)
    {
        var all = found.Addresses(type, out int begin);
        for (int i = 0, count = all.Length / size; i < count; i++)
        {
            reply.Add(type, all.Slice((begin + i) % count * size, size));
        }
    }
}
