using System.Buffers.Binary;
using System.Text;

namespace Brig.Linux.Wire;

/// <summary>Little-endian numbers and length-prefixed strings, one after the other.</summary>
public sealed class WireWriter(int capacity = 256)
{
    private byte[] _buffer = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public byte[] ToArray() => Written.ToArray();

    public void U8(byte value) => Take(1)[0] = value;

    public void Bool(bool value) => U8(value ? (byte)1 : (byte)0);

    public void I32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void I64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        I32(value.Length);
        value.CopyTo(Take(value.Length));
    }

    /// <summary>The rest of a payload, without a length.</summary>
    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <exception cref="WireException">It contains a NUL, which no string of the kernel can.</exception>
    public void String(string? value)
    {
        if (value is null)
        {
            I32(-1);
            return;
        }
        if (value.Contains('\0'))
            throw new WireException($"\"{value.Replace("\0", "\\0", StringComparison.Ordinal)}\" contains a NUL");
        var size = Encoding.UTF8.GetByteCount(value);
        I32(size);
        Encoding.UTF8.GetBytes(value, Take(size));
    }

    private Span<byte> Take(int size)
    {
        if (_buffer.Length - Length < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + size));
        Length += size;
        return _buffer.AsSpan(Length - size, size);
    }
}
