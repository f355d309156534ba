using System.Buffers.Binary;
using System.Text;

namespace Brig.Linux.Wire;

/// <summary>The reading side of <see cref="WireWriter"/>; every length is checked against what is there.</summary>
public ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte U8() => Take(1)[0];

    public bool Bool() => U8() != 0;

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int I32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> Bytes() => Take(I32());

    public string? OptionalString()
    {
        var size = I32();
        return size == -1 ? null : Encoding.UTF8.GetString(Take(size));
    }

    public string String() => OptionalString() ?? throw new WireException("a string is missing");

    /// <summary>How many elements follow; each takes at least a byte, so a wild count is noticed before it allocates.</summary>
    public int Count()
    {
        var count = I32();
        if (count < 0 || count > _rest.Length)
            throw new WireException($"a count of {count} with {_rest.Length} bytes left");
        return count;
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size < 0 || size > _rest.Length)
            throw new WireException($"{size} bytes wanted, {_rest.Length} left");
        var taken = _rest[..size];
        _rest = _rest[size..];
        return taken;
    }
}
