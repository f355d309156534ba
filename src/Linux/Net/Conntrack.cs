using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using static Brig.Linux.Libc;

namespace Brig.Linux.Net;

/// <summary>
/// The kernel's table of connections (nfnetlink, conntrack(8)) of one network namespace. A flow that was translated keeps its translation for as long as packets come, whatever the rules say by then: who
/// takes a published port or an address away deletes its flows too.
/// </summary>
public sealed class Conntrack : IDisposable
{
    private const int EAFNOSUPPORT = 97;
    private const byte ProtocolTcp = 6, ProtocolUdp = 17;

    private readonly NetlinkChannel _channel;

    private Conntrack(NetlinkChannel channel) => _channel = channel;

    /// <summary>For the namespace we are in.</summary>
    public static Conntrack Open() => new(LowDescriptors.Beside(() => new NetlinkChannel(NETLINK_NETFILTER)));

    public static Conntrack Open(NetNamespace of) => of.Run(Open);

    /// <summary>Deletes every flow to, from or translated to such addresses. The kernel walks its whole table for it, which takes milliseconds: all at once rather than one by one.</summary>
    /// <returns>How many. 0 too where the kernel tracks nothing.</returns>
    public int DeleteOf(AddressFamily family, Func<IPAddress, bool> chosen) => Delete(family, flow => flow.Has(chosen));

    /// <summary>Deletes the flows to published ports, so many in a row.</summary>
    /// <param name="address">Where it was published; null: on every address of the family.</param>
    /// <returns>How many.</returns>
    public int DeleteTo(AddressFamily family, ProtocolType protocol, IPAddress? address, int port, int count = 1)
    {
        byte number = protocol == ProtocolType.Tcp ? ProtocolTcp : ProtocolUdp;
        return Delete(family, flow => flow.Protocol == number && flow.DestinationPort >= port && flow.DestinationPort < port + count && (address is null || address.Equals(flow.Destination)));
    }

    public void Dispose() => _channel.Dispose();

    private int Delete(AddressFamily family, Func<ConntrackFlow, bool> chosen)
    {
        byte number = family == AddressFamily.InterNetworkV6 ? (byte)AF_INET6 : (byte)AF_INET;
        byte[] all;
        try
        {
            all = _channel.Ask(Make("IPCTNL_MSG_CT_GET", IPCTNL_MSG_CT_GET, NLM_F_DUMP, number), dump: true);
        }
        catch (LinuxException e) when (e.Errno is Errno.EINVAL or Errno.EOPNOTSUPP or EAFNOSUPPORT)
        {
            return 0;   // a kernel that has not loaded it yet tracks nothing
        }
        List<NetRequest> gone = [];
        ReadOnlySpan<byte> rest = all;
        while (NetlinkReader.Next(ref rest, out var header, out var message))
        {
            if (header.Type >> 8 == NFNL_SUBSYS_CTNETLINK && message.Length > 4 && ConntrackFlow.Parse(message[4..]) is { } flow && chosen(flow))
            {
                gone.Add(Make("IPCTNL_MSG_CT_DELETE", IPCTNL_MSG_CT_DELETE, NLM_F_ACK, number, flow).Tolerating(Errno.ENOENT));
            }
        }
        _channel.Send(gone.ToArray());
        return gone.Count;
    }

    /// <summary>struct nfgenmsg: family, version, resource id u16; then attributes.</summary>
    private static NetRequest Make(string call, ushort type, int flags, byte family, ConntrackFlow? flow = null)
    {
        var message = new NetlinkMessage((ushort)(NFNL_SUBSYS_CTNETLINK << 8 | type), flags).Raw(family, 0, 0, 0);
        if (flow is not null)
        {
            message.Add(CTA_TUPLE_ORIG | NLA_F_NESTED, flow.Tuple).Add(CTA_ID, flow.Id);
            if (flow.Zone is { } zone)
            {
                message.Add(CTA_ZONE, zone);
            }
        }
        return new(call, "the table of connections", "", "") { Bytes = message.Finish() };
    }
}

/// <summary>One tracked connection, as the side that began it sees it.</summary>
/// <param name="Tuple">CTA_TUPLE_ORIG as it came.</param>
internal sealed record ConntrackFlow(byte[] Tuple, byte[] Id, byte[]? Zone, IPAddress? Source, IPAddress? Destination, IPAddress? ReplySource, IPAddress? ReplyDestination)
{
    public byte Protocol { get; private init; }
    public int DestinationPort { get; private init; }

    public bool Has(Func<IPAddress, bool> chosen) => new[] { Source, Destination, ReplySource, ReplyDestination }.OfType<IPAddress>().Any(chosen);

    /// <param name="attributes">Those of IPCTNL_MSG_CT_NEW.</param>
    public static ConntrackFlow? Parse(ReadOnlySpan<byte> attributes)
    {
        byte[] tuple = [], id = [];
        byte[]? zone = null;
        Side orig = default, reply = default;
        while (NetlinkReader.Attribute(ref attributes, out ushort type, out var value))
        {
            switch (type)
            {
                case CTA_TUPLE_ORIG:
                    (tuple, orig) = (value.ToArray(), Read(value));
                    break;
                case CTA_TUPLE_REPLY:
                    reply = Read(value);
                    break;
                case CTA_ID:
                    id = value.ToArray();
                    break;
                case CTA_ZONE:
                    zone = value.ToArray();
                    break;
                default:
                    break;
            }
        }
        return tuple.Length == 0 ? null
            : new(tuple, id, zone, orig.Source, orig.Destination, reply.Source, reply.Destination) { Protocol = orig.Protocol, DestinationPort = orig.Port };
    }

    private static Side Read(ReadOnlySpan<byte> tuple)
    {
        Side side = default;
        while (NetlinkReader.Attribute(ref tuple, out ushort part, out var inside))
        {
            while (NetlinkReader.Attribute(ref inside, out ushort type, out var value))
            {
                side = (part, type) switch
                {
                    (CTA_TUPLE_IP, CTA_IP_V4_SRC or CTA_IP_V6_SRC) => side with { Source = new(value) },
                    (CTA_TUPLE_IP, CTA_IP_V4_DST or CTA_IP_V6_DST) => side with { Destination = new(value) },
                    (CTA_TUPLE_PROTO, CTA_PROTO_NUM) => side with { Protocol = value[0] },
                    (CTA_TUPLE_PROTO, CTA_PROTO_DST_PORT) => side with { Port = BinaryPrimitives.ReadUInt16BigEndian(value) },
                    _ => side,
                };
            }
        }
        return side;
    }

    private readonly record struct Side(IPAddress? Source, IPAddress? Destination, byte Protocol, int Port);
}
