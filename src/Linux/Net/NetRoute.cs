using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using static Brig.Linux.Libc;

namespace Brig.Linux.Net;

/// <summary>One route of the main table.</summary>
/// <param name="Gateway">Null: on the link itself.</param>
/// <param name="Index">Of the interface; 0: none, or several.</param>
public sealed record NetRoute(IPNetwork To, IPAddress? Gateway, int Index, int Metric)
{
    /// <summary>Reads the answer to an RTM_GETROUTE dump (rtnetlink(7)).</summary>
    public static ImmutableArray<NetRoute> Parse(ReadOnlySpan<byte> routes)
    {
        var all = ImmutableArray.CreateBuilder<NetRoute>();
        while (NetlinkReader.Next(ref routes, out var header, out var message))
        {
            if (header.Type == RTM_NEWROUTE && message.Length >= 12 && One(message) is { } route)
            {
                all.Add(route);
            }
        }
        return all.ToImmutable();
    }

    /// <summary>struct rtmsg: family, destination's length, source's length, tos, table, protocol, scope, type, flags u32; then attributes.</summary>
    private static NetRoute? One(ReadOnlySpan<byte> message)
    {
        int size = message[0] switch { AF_INET => 4, AF_INET6 => 16, _ => 0 };
        if (size == 0 || message[4] != RT_TABLE_MAIN || message[7] != RTN_UNICAST || message[1] > size * 8)
        {
            return null;
        }
        byte[] to = new byte[size];
        IPAddress? gateway = null;
        int index = 0, metric = 0;
        var attributes = message[12..];
        while (NetlinkReader.Attribute(ref attributes, out ushort type, out var value))
        {
            switch (type)
            {
                case RTA_DST when value.Length == size:
                    value.CopyTo(to);
                    break;
                case RTA_GATEWAY when value.Length == size:
                    gateway = new(value);
                    break;
                case RTA_OIF when value.Length == 4:
                    index = BinaryPrimitives.ReadInt32LittleEndian(value);
                    break;
                case RTA_PRIORITY when value.Length == 4:
                    metric = BinaryPrimitives.ReadInt32LittleEndian(value);
                    break;
                default:
                    break;
            }
        }
        return new(new(new IPAddress(to), message[1]), gateway, index, metric);
    }
}
