namespace Brig.Linux.Tar;

/// <summary>
/// A header block: 512 bytes of fixed fields (POSIX ustar, and GNU's and V7's before it).
/// <code>
/// name 0+100 | mode 100+8 | uid 108+8 | gid 116+8 | size 124+12 | mtime 136+12 | checksum 148+8 | type 156 | link 157+100 | magic 257+8 |
/// user 265+32 | group 297+32 | major 329+8 | minor 337+8 | prefix 345+155     GNU sparse: 4 × (offset 12, length 12) at 386, more 482, real size 483+12
/// </code>
/// </summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int Size = 512;

    private readonly ReadOnlySpan<byte> _block = block;

    public bool IsZero => !_block.ContainsAnyExcept((byte)0);
    public byte Type => _block[156];
    public bool IsUstar => _block.Slice(257, 6).SequenceEqual("ustar\0"u8);
    public bool IsGnu => _block.Slice(257, 8).SequenceEqual("ustar  \0"u8);
    public ReadOnlySpan<byte> Name => Text(0, 100);
    public ReadOnlySpan<byte> Link => Text(157, 100);
    public ReadOnlySpan<byte> Prefix => IsUstar ? Text(345, 155) : [];
    public long Mode => Number(100, 8, "mode");
    public long Uid => Number(108, 8, "owner");
    public long Gid => Number(116, 8, "group");
    public long Length => Number(124, 12, "size");
    public long Seconds => Number(136, 12, "time");
    public long Major => IsUstar || IsGnu ? Number(329, 8, "device") : 0;
    public long Minor => IsUstar || IsGnu ? Number(337, 8, "device") : 0;

    public bool SparseGoesOn => _block[482] != 0;
    public long SparseRealSize => Number(483, 12, "size");

    /// <summary>The checksum counts its own field as blanks; old programs summed signed bytes.</summary>
    public bool ChecksumFits
    {
        get
        {
            long sum = 8 * ' ', signed = sum;
            for (int i = 0; i < Size; i++)
            {
                if (i is < 148 or >= 156)
                {
                    sum += _block[i];
                    signed += (sbyte)_block[i];
                }
            }
            return TryNumber(_block.Slice(148, 8), out long said) && (said == sum || said == signed);
        }
    }

    /// <summary>The pairs of a GNU sparse header (4 at 386), or of a block that continues it (21 at 0).</summary>
    public static void Segments(ReadOnlySpan<byte> block, int at, int count, List<TarSegment> into)
    {
        for (int i = 0; i < count; i++, at += 24)
        {
            if (block[at] == 0)
            {
                return;
            }
            into.Add(new(Number(block.Slice(at, 12), "sparse map"), Number(block.Slice(at + 12, 12), "sparse map")));
        }
    }

    /// <summary>Octal digits between blanks; or, with the highest bit set, a big-endian two's complement number (GNU).</summary>
    internal static bool TryNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            value = (field[0] & 0x40) != 0 ? -1 : 0;
            for (int i = 0; i < field.Length; i++)
            {
                long digit = i == 0 ? (field[0] & 0x40) != 0 ? (sbyte)field[0] : field[0] & 0x3F : field[i];
                if (i > 0 && (value > long.MaxValue >> 8 || value < long.MinValue >> 8))
                {
                    return false;
                }
                value = i == 0 ? digit : (value << 8) | digit;
            }
            return true;
        }
        field = field.Trim(" \0"u8);
        foreach (byte digit in field)
        {
            if (digit is 0 or (byte)' ')
            {
                break;
            }
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
            {
                return false;
            }
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }

    private long Number(int at, int length, string what) => Number(_block.Slice(at, length), what);

    private static long Number(ReadOnlySpan<byte> field, string what) =>
        TryNumber(field, out long value) ? value : throw new TarException($"An entry's {what} is not a number.");

    private ReadOnlySpan<byte> Text(int at, int length)
    {
        var field = _block.Slice(at, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
