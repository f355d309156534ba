using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using static Brig.Linux.Libc;

namespace Brig.Linux.Net;

/// <summary>One interface of a network namespace with its addresses.</summary>
/// <param name="Name">Whoever made it chose it: any bytes but a slash and blanks.</param>
/// <param name="Flags">IFF_*, netdevice(7).</param>
/// <param name="HardwareAddress">Empty where it has none.</param>
/// <param name="Addresses">As <c>10.0.0.2/24</c>.</param>
public sealed record NetLink(int Index, string Name, uint Flags, uint Mtu, string HardwareAddress, ImmutableArray<string> Addresses)
{
    /// <summary>Number of the bridge it is a port of; 0: of none.</summary>
    public int Master { get; init; }

    /// <summary>Number of the other end of a veth, in its own namespace; 0: there is none.</summary>
    public int Peer { get; init; }

    /// <summary><c>bridge</c>, <c>veth</c>, …; empty for what is no link of the kernel's own making, and <c>lo</c>.</summary>
    public string Kind { get; init; } = "";

    public LinkRef Ref => new(Index, Name);
    public bool IsUp => (Flags & 1) != 0;
    public bool IsLoopback => (Flags & 8) != 0;
}

/// <summary>Reads the answers to RTM_GETLINK and RTM_GETADDR dumps (rtnetlink(7)). What is no such message ends the reading.</summary>
public static class NetLinks
{
    public static ImmutableArray<NetLink> Parse(ReadOnlySpan<byte> links, ReadOnlySpan<byte> addresses)
    {
        Dictionary<int, List<string>> found = [];
        while (Next(ref addresses, RTM_NEWADDR, out var message))
        {
            if (message.Length >= 8 && Address(message) is { } address)
            {
                int index = BinaryPrimitives.ReadInt32LittleEndian(message[4..]);
                (found.TryGetValue(index, out var list) ? list : found[index] = []).Add(address);
            }
        }
        var all = ImmutableArray.CreateBuilder<NetLink>();
        while (Next(ref links, RTM_NEWLINK, out var message))
        {
            if (message.Length >= 16)
            {
                int index = BinaryPrimitives.ReadInt32LittleEndian(message[4..]);
                all.Add(Link(index, message, found.TryGetValue(index, out var list) ? [.. list] : []));
            }
        }
        return all.ToImmutable();
    }

    /// <summary>struct ifinfomsg: family, pad, type u16, index i32, flags u32, change u32; then attributes.</summary>
    private static NetLink Link(int index, ReadOnlySpan<byte> message, ImmutableArray<string> addresses)
    {
        string name = "", hardware = "", kind = "";
        uint mtu = 0;
        int master = 0, peer = 0;
        var attributes = message[16..];
        while (NetlinkReader.Attribute(ref attributes, out ushort type, out var value))
        {
            switch (type)
            {
                case IFLA_IFNAME:
                    name = Encoding.UTF8.GetString(value.TrimEnd((byte)0));
                    break;
                case IFLA_MTU when value.Length >= 4:
                    mtu = BinaryPrimitives.ReadUInt32LittleEndian(value);
                    break;
                case IFLA_ADDRESS:
                    hardware = string.Join(':', value.ToArray().Select(part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
                    break;
                case IFLA_MASTER when value.Length >= 4:
                    master = BinaryPrimitives.ReadInt32LittleEndian(value);
                    break;
                case IFLA_LINK when value.Length >= 4:
                    peer = BinaryPrimitives.ReadInt32LittleEndian(value);
                    break;
                case IFLA_LINKINFO:
                    kind = Kind(value);
                    break;
                default:
                    break;
            }
        }
        return new(index, name, BinaryPrimitives.ReadUInt32LittleEndian(message[8..]), mtu, hardware, addresses) { Master = master, Peer = peer, Kind = kind };
    }

    /// <summary>struct ifaddrmsg: family, prefix length, flags, scope, index u32; then attributes. The local address is the one of this side.</summary>
    private static string? Address(ReadOnlySpan<byte> message)
    {
        IPAddress? address = null;
        var attributes = message[8..];
        while (NetlinkReader.Attribute(ref attributes, out ushort type, out var value))
        {
            if (value.Length is 4 or 16 && (type == IFA_LOCAL || (type == IFA_ADDRESS && address is null)))
            {
                address = new IPAddress(value);
            }
        }
        return address is null ? null : $"{address}/{message[1]}";
    }

    private static string Kind(ReadOnlySpan<byte> info)
    {
        while (NetlinkReader.Attribute(ref info, out ushort type, out var value))
        {
            if (type == IFLA_INFO_KIND)
            {
                return Encoding.UTF8.GetString(value.TrimEnd((byte)0));
            }
        }
        return "";
    }

    private static bool Next(ref ReadOnlySpan<byte> rest, ushort wanted, out ReadOnlySpan<byte> message)
    {
        while (NetlinkReader.Next(ref rest, out var header, out message))
        {
            if (header.Type == wanted)
            {
                return true;
            }
        }
        return false;
    }
}
