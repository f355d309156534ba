using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using static Brig.Linux.Libc;

namespace Brig.Linux.Net;

/// <summary>
/// What a network namespace sends to one port of an address of its own loopback goes to sockets on other ports of that address, and what those answer comes from the port that was meant.
/// So the port itself stays free: a program may bind it on 0.0.0.0. Four rules rewrite the port in the packet; nothing is tracked, so it costs no connection table and no entry in it.
/// The same as these commands, which nft(8) would need 1.3 ms for where this takes a quarter of that:
/// <code>
/// table ip brig-detour { chain out { type filter hook output priority raw;
///   ip daddr A udp dport P udp dport set U      ip saddr A udp sport U udp sport set P
///   ip daddr A tcp dport P tcp dport set T      ip saddr A tcp sport T tcp sport set P } }
/// </code>
/// </summary>
public static class LoopbackDetour
{
    private const string Table = "brig-detour";
    private const uint SourcePort = 0, DestinationPort = 2, SourceAddress = 12, DestinationAddress = 16;
    private const byte Tcp = (byte)ProtocolType.Tcp, Udp = (byte)ProtocolType.Udp;

    /// <summary>In the network namespace of the calling thread, in place of the one before; where that is the same, nothing is changed.</summary>
    /// <exception cref="LinuxException">The kernel refused; nothing was changed.</exception>
    public static void Put(IPAddress address, int port, int udp, int tcp)
    {
        string chain = $"{address}:{port} {udp} {tcp}";   // so that one sees by its name where it leads
        NetRequest[] rules =
        [
            Make("NFT_MSG_NEWTABLE", NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, m => m.Add(NFTA_TABLE_NAME, Table)),
            Make("NFT_MSG_NEWCHAIN", NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_ACK, m => m.Add(NFTA_CHAIN_TABLE, Table).Add(NFTA_CHAIN_NAME, chain).Add(NFTA_CHAIN_TYPE, "filter")
                .Nest(NFTA_CHAIN_HOOK, hook => Number(Number(hook, NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_OUT), NFTA_HOOK_PRIORITY, NF_IP_PRI_RAW), marked: true)),
            Rule(chain, Udp, DestinationAddress, address, DestinationPort, port, udp),
            Rule(chain, Udp, SourceAddress, address, SourcePort, udp, port),
            Rule(chain, Tcp, DestinationAddress, address, DestinationPort, port, tcp),
            Rule(chain, Tcp, SourceAddress, address, SourcePort, tcp, port),
        ];
        try
        {
            Do(channel => channel.Transact(NFNL_SUBSYS_NFTABLES, rules));
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST)
        {
            if (!Has(chain))   // to delete one costs a grace period of the kernel's, up to 20 ms
            {
                Do(channel => channel.Transact(NFNL_SUBSYS_NFTABLES, [Make("NFT_MSG_DELTABLE", NFT_MSG_DELTABLE, NLM_F_ACK, m => m.Add(NFTA_TABLE_NAME, Table)), .. rules]));
            }
        }
    }

    /// <summary>With a socket of its own: after a batch that was refused, answers to it are still in the old one.</summary>
    private static void Do(Action<NetlinkChannel> work)
    {
        using var channel = new NetlinkChannel(NETLINK_NETFILTER);
        work(channel);
    }

    private static bool Has(string chain)
    {
        try
        {
            Do(channel => channel.Ask(Make("NFT_MSG_GETCHAIN", NFT_MSG_GETCHAIN, 0, m => m.Add(NFTA_CHAIN_TABLE, Table).Add(NFTA_CHAIN_NAME, chain)), dump: false));
            return true;
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
    }

    /// <summary>Where address, protocol and port are these, the port becomes another.</summary>
    private static NetRequest Rule(string chain, byte protocol, uint addressAt, IPAddress address, uint portAt, int from, int to) =>
        Make("NFT_MSG_NEWRULE", NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK, m => m.Add(NFTA_RULE_TABLE, Table).Add(NFTA_RULE_CHAIN, chain).Nest(NFTA_RULE_EXPRESSIONS, all =>
        {
            Expression(all, "meta", e => Number(Number(e, NFTA_META_DREG, NFT_REG_1), NFTA_META_KEY, NFT_META_L4PROTO));
            Compare(all, [protocol]);
            Load(all, NFT_PAYLOAD_NETWORK_HEADER, addressAt, 4);
            Compare(all, address.GetAddressBytes());
            Load(all, NFT_PAYLOAD_TRANSPORT_HEADER, portAt, 2);
            Compare(all, Port(from));
            Expression(all, "immediate", e => Number(e, NFTA_IMMEDIATE_DREG, NFT_REG_1).Nest(NFTA_IMMEDIATE_DATA, d => d.Add(NFTA_DATA_VALUE, Port(to)), marked: true));
            Expression(all, "payload", e => Number(Number(Number(Number(Number(Number(e, NFTA_PAYLOAD_SREG, NFT_REG_1), NFTA_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER), NFTA_PAYLOAD_OFFSET, portAt),
                NFTA_PAYLOAD_LEN, 2), NFTA_PAYLOAD_CSUM_TYPE, NFT_PAYLOAD_CSUM_INET), NFTA_PAYLOAD_CSUM_OFFSET, protocol == Udp ? 6u : 16u));
        }, marked: true));

    private static void Load(NetlinkMessage all, uint header, uint offset, uint length) => Expression(all, "payload", e =>
        Number(Number(Number(Number(e, NFTA_PAYLOAD_DREG, NFT_REG_1), NFTA_PAYLOAD_BASE, header), NFTA_PAYLOAD_OFFSET, offset), NFTA_PAYLOAD_LEN, length));

    private static void Compare(NetlinkMessage all, byte[] value) => Expression(all, "cmp", e =>
        Number(Number(e, NFTA_CMP_SREG, NFT_REG_1), NFTA_CMP_OP, NFT_CMP_EQ).Nest(NFTA_CMP_DATA, d => d.Add(NFTA_DATA_VALUE, value), marked: true));

    private static void Expression(NetlinkMessage all, string name, Action<NetlinkMessage> data) =>
        all.Nest(NFTA_LIST_ELEM, one => one.Add(NFTA_EXPR_NAME, name).Nest(NFTA_EXPR_DATA, data, marked: true), marked: true);

    /// <summary>nf_tables has its numbers in the order of the network.</summary>
    private static NetlinkMessage Number(NetlinkMessage message, int type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return message.Add(type, bytes);
    }

    private static NetlinkMessage Number(NetlinkMessage message, int type, int value) => Number(message, type, unchecked((uint)value));

    private static byte[] Port(int port) => [(byte)(port >> 8), (byte)port];

    private static NetRequest Make(string call, ushort type, int flags, Action<NetlinkMessage> attributes)
    {
        var message = new NetlinkMessage((ushort)(NFNL_SUBSYS_NFTABLES << 8 | type), flags).Raw(NFPROTO_IPV4, 0, 0, 0);
        attributes(message);
        return new(call, Table, "", "") { Bytes = message.Finish() };
    }
}
