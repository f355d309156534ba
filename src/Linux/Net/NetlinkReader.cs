using System.Buffers.Binary;

namespace Brig.Linux.Net;

/// <summary>Walks messages and attributes that came over netlink(7). What does not fit ends the walk.</summary>
internal static class NetlinkReader
{
    /// <param name="message">What follows the header.</param>
    public static bool Next(ref ReadOnlySpan<byte> rest, out NetlinkHeader header, out ReadOnlySpan<byte> message)
    {
        header = default;
        message = default;
        if (rest.Length < NetlinkMessage.HeaderSize)
        {
            return false;
        }
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length < NetlinkMessage.HeaderSize || length > rest.Length)
        {
            return false;
        }
        header = new(BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]), BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
        message = rest[NetlinkMessage.HeaderSize..(int)length];
        rest = rest[Math.Min(rest.Length, (int)(length + 3 & ~3u))..];
        return true;
    }

    /// <param name="type">Without NLA_F_NESTED and NLA_F_NET_BYTEORDER.</param>
    public static bool Attribute(ref ReadOnlySpan<byte> rest, out ushort type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (rest.Length < 4)
        {
            return false;
        }
        ushort length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (length < 4 || length > rest.Length)
        {
            return false;
        }
        type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & 0x3FFF);
        value = rest[4..length];
        rest = rest[Math.Min(rest.Length, length + 3 & ~3)..];
        return true;
    }
}

internal readonly record struct NetlinkHeader(ushort Type, ushort Flags, uint Sequence);
