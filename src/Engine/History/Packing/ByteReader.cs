namespace Brig.Engine.History.Packing;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. What was damaged on the disk ends in an InvalidDataException, never beyond the bytes.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool IsAtEnd => _at == _bytes.Length;

    public byte Byte() => Bytes(1)[0];

    public ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw new InvalidDataException("a number has no end");
    }

    public long Signed()
    {
        ulong value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <param name="most">More is damage.</param>
    public int Count(int most)
    {
        ulong value = Unsigned();
        return value <= (ulong)most ? (int)value : throw new InvalidDataException("a count is too large");
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > _bytes.Length - _at)
        {
            throw new InvalidDataException("it breaks off");
        }
        var bytes = _bytes.Slice(_at, count);
        _at += count;
        return bytes;
    }
}
