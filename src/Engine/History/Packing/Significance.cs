using System.Numerics;

namespace Brig.Engine.History.Packing;

/// <summary>Digits that nobody can see in a chart of a minute's average cost most of the space.</summary>
internal static class Significance
{
    /// <summary>To the nearest number with so many bits that count.</summary>
    public static long Round(long value, int bits)
    {
        if (value is 0 or Column.None)
        {
            return value;
        }
        ulong size = (ulong)Math.Abs(value);
        int drop = BitOperations.Log2(size) + 1 - bits;
        if (drop <= 0)
        {
            return value;
        }
        ulong rounded = (size + (1ul << (drop - 1))) >> drop << drop;
        return value < 0 ? -(long)rounded : (long)rounded;
    }
}
