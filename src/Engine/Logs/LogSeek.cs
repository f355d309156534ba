using System.Buffers;
using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs;

/// <summary>Finds a time by halving. Where the clock was set back, the order is not perfect: then it ends somewhere near, and the filter decides line by line.</summary>
internal static class LogSeek
{
    private const int Near = 64 * 1024;

    /// <summary>A place between two entries with none at or after <paramref name="time"/> before it.</summary>
    /// <param name="time">30 bytes, as in the entries.</param>
    public static LogPosition Before(LogView view, ReadOnlySpan<byte> time)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(2 * CriLine.MaxLength);
        try
        {
            for (int i = view.Segments.Count - 1; i >= 0; i--)
            {
                var segment = view.Segments[i];
                if (TryFindEntry(segment, 0, buffer, time, out _, out bool isBefore) && isBefore)
                    return new(segment.Number, Halve(segment, buffer, time));
            }
            return view.Start;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long Halve(LogSegment segment, byte[] buffer, ReadOnlySpan<byte> time)
    {
        long low = 0, high = segment.Length;
        while (high - low > Near)
        {
            long middle = low + (high - low) / 2;
            if (TryFindEntry(segment, middle, buffer, time, out long at, out bool isBefore) && isBefore)
                low = at;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The first valid entry that begins at <paramref name="offset"/> or soon behind it.</summary>
    private static bool TryFindEntry(LogSegment segment, long offset, byte[] buffer, ReadOnlySpan<byte> time, out long at, out bool isBefore)
    {
        var block = buffer.AsSpan(0, segment.Read(buffer, offset));
        int begin = offset == 0 ? 0 : block.IndexOf((byte)'\n') + 1;
        isBefore = false;
        at = 0;
        if (offset > 0 && begin == 0)
            return false;
        foreach (var entry in new LogEntries(block[begin..]))
            if (entry.IsValid)
            {
                at = offset + begin + entry.Offset;
                isBefore = entry.Time.SequenceCompareTo(time) < 0;
                return true;
            }
        return false;
    }
}
