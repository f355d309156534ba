using System.Numerics;

namespace Brig.Engine.History.Packing;

/// <summary>Numbers as bytes, small ones as few (LEB128; zigzag for those below zero).</summary>
internal sealed class ByteWriter(int capacity = 256)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Byte(byte value) => Room(1)[0] = value;

    public void Unsigned(ulong value)
    {
        Span<byte> to = Free(10);
        int count = 0;
        while (value >= 0x80)
        {
            to[count++] = (byte)(value | 0x80);
            value >>= 7;
        }
        to[count++] = (byte)value;
        Length += count;
    }

    public void Signed(long value) => Unsigned(ZigZag(value));

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    /// <summary>So many bytes, to be filled by the caller before anything else is written.</summary>
    public Span<byte> Room(int count)
    {
        var room = Free(count)[..count];
        Length += count;
        return room;
    }

    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    /// <summary>Bytes that <see cref="Unsigned"/> takes.</summary>
    public static int Size(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private Span<byte> Free(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(Math.Max(64, _bytes.Length * 2), Length + count));
        }
        return _bytes.AsSpan(Length);
    }
}
