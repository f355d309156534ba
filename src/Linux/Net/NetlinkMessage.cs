using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Brig.Linux.Net;

/// <summary>Writes one message of netlink(7): header, a fixed part, attributes of four-byte steps that may nest.</summary>
internal sealed class NetlinkMessage
{
    public const int HeaderSize = 16;

    private byte[] _bytes = new byte[256];
    private int _length = HeaderSize;

    /// <param name="flags">NLM_F_REQUEST is always there.</param>
    public NetlinkMessage(ushort type, int flags)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(6), (ushort)(flags | Libc.NLM_F_REQUEST));
    }

    /// <summary>struct ifinfomsg.</summary>
    public NetlinkMessage Link(byte family, int index, uint flags = 0, uint change = 0)
    {
        var to = Take(16);
        to[0] = family;
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], change);
        return this;
    }

    public NetlinkMessage Raw(params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Take(bytes.Length));
        return this;
    }

    public NetlinkMessage Add(int type, params ReadOnlySpan<byte> value)
    {
        var to = Take(4 + value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)type);
        value.CopyTo(to[4..]);
        return this;
    }

    public NetlinkMessage Add(int type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Add(type, bytes);
    }

    /// <summary>Ends in a zero.</summary>
    public NetlinkMessage Add(int type, string value) => Add(type, [.. Encoding.UTF8.GetBytes(value), 0]);

    public NetlinkMessage Add(int type, IPAddress value) => Add(type, value.GetAddressBytes());

    public NetlinkMessage Nest(int type, Action<NetlinkMessage> inside, bool marked = false)
    {
        int start = _length;
        Add(type | (marked ? Libc.NLA_F_NESTED : 0));
        inside(this);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(start), (ushort)(_length - start));
        return this;
    }

    public byte[] Finish()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes, _length);
        return _bytes[.._length];
    }

    private Span<byte> Take(int size)
    {
        int start = _length;
        _length += size + 3 & ~3;
        if (_length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length, _bytes.Length * 2));
        }
        return _bytes.AsSpan(start, size);
    }
}
