using System.Numerics;

namespace Brig.Engine.History.Packing;

/// <summary>
/// The values of one column: nothing but a number where they are all the same; else what they are above the least of them, or apart from the one before, whichever is shorter, without the
/// zero bits that all of them end in (memory is counted in pages).
/// <code>
/// kind | runs of there and not there, if Gaps | shift | first or least | the rest
/// </code>
/// </summary>
internal static class ColumnCoder
{
    private const byte Nothing = 0, Constant = 1, Above = 2, Apart = 3, Gaps = 8;

    /// <param name="scratch">At least as long as the values.</param>
    public static void Write(ByteWriter to, ReadOnlySpan<long> values, Span<long> scratch)
    {
        int count = 0;
        foreach (long value in values)
        {
            if (value != Column.None)
            {
                scratch[count++] = value;
            }
        }
        var there = scratch[..count];
        if (count == 0)
        {
            to.Byte(Nothing);
            return;
        }
        byte gaps = count == values.Length ? (byte)0 : Gaps;
        var (kind, least, shift) = Look(there);
        to.Byte((byte)(kind | gaps));
        if (gaps != 0)
        {
            WriteGaps(to, values);
        }
        if (kind == Constant)
        {
            to.Signed(there[0]);
            return;
        }
        to.Byte((byte)shift);
        if (kind == Above)
        {
            to.Signed(least);
            foreach (long value in there)
            {
                to.Unsigned((ulong)(value - least) >> shift);
            }
            return;
        }
        to.Signed(there[0]);
        for (int i = 1; i < count; i++)
        {
            to.Signed((there[i] - there[i - 1]) >> shift);
        }
    }

    /// <exception cref="InvalidDataException">Damaged.</exception>
    public static void Read(ref ByteReader from, Span<long> values)
    {
        byte head = from.Byte();
        int kind = head & ~Gaps;
        if (kind == Nothing)
        {
            values.Fill(Column.None);
            return;
        }
        bool[]? isThere = (head & Gaps) != 0 ? ReadGaps(ref from, values.Length) : null;
        int shift = kind == Constant ? 0 : from.Byte() & 63;
        long value = from.Signed(), least = value;
        bool isFirst = true;
        for (int i = 0; i < values.Length; i++)
        {
            if (isThere is not null && !isThere[i])
            {
                values[i] = Column.None;
                continue;
            }
            value = kind switch
            {
                Constant => value,
                Above => least + (long)(from.Unsigned() << shift),
                Apart => isFirst ? value : value + (from.Signed() << shift),
                _ => throw new InvalidDataException("a column is of an unknown kind"),
            };
            isFirst = false;
            values[i] = value;
        }
    }

    private static (byte Kind, long Least, int Shift) Look(ReadOnlySpan<long> values)
    {
        long least = long.MaxValue;
        ulong bits = 0;
        for (int i = 0; i < values.Length; i++)
        {
            least = Math.Min(least, values[i]);
            bits |= (ulong)(values[i] - values[0]);
        }
        if (bits == 0)
        {
            return (Constant, least, 0);
        }
        int shift = BitOperations.TrailingZeroCount(bits);
        long above = 0, apart = 0;
        for (int i = 0; i < values.Length; i++)
        {
            above += ByteWriter.Size((ulong)(values[i] - least) >> shift);
            apart += i == 0 ? 0 : ByteWriter.Size(ByteWriter.ZigZag((values[i] - values[i - 1]) >> shift));
        }
        return (apart < above ? Apart : Above, least, shift);
    }

    private static void WriteGaps(ByteWriter to, ReadOnlySpan<long> values)
    {
        bool isThere = true;
        ulong run = 0;
        foreach (long value in values)
        {
            if (value != Column.None != isThere)
            {
                to.Unsigned(run);
                (isThere, run) = (!isThere, 0);
            }
            run++;
        }
        to.Unsigned(run);
    }

    private static bool[] ReadGaps(ref ByteReader from, int count)
    {
        bool[] isThere = new bool[count];
        bool now = true;
        for (int at = 0; at < count; now = !now)
        {
            int run = from.Count(count - at);
            isThere.AsSpan(at, run).Fill(now);
            if (run == 0 && at > 0)
            {
                throw new InvalidDataException("a run is empty");
            }
            at += run;
        }
        return isThere;
    }
}
