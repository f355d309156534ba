using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs.Search;

/// <summary>Divides a container's log into pieces, by a few small reads, and says which times each can hold.</summary>
internal static class UnitPlanner
{
    /// <summary>Large enough that opening it costs nothing beside reading it, small enough that the first lines come at once.</summary>
    public const long UnitSize = 4 * 1024 * 1024;

    private const int MaxPerFile = 4096;

    private readonly record struct Piece(int File, long Start, long End, long FirstTime);

    /// <param name="from">Pieces that hold nothing at or after it are left out; nanoseconds.</param>
    /// <param name="now">What the newest piece may hold.</param>
    /// <param name="oldestFirst">Which way they are read: where the clock was set back, an order has to be found that this way can keep.</param>
    public static List<SearchUnit> Plan(string folder, int source, long from, long to, long now, bool oldestFirst)
    {
        var pieces = new List<Piece>();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(4 * CriLine.MaxLength);
        try
        {
            foreach (int number in Files(folder))
                if (LogSegment.TryOpen(LogFiles.PathOf(folder, number), number) is { } segment)
                    using (segment)
                    {
                        segment.Refresh();
                        Divide(segment, buffer, pieces);
                    }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return oldestFirst ? Forward(pieces, source, from, to, now) : Backward(pieces, source, from, to, now);
    }

    public static ImmutableArray<int> Files(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "??????.log")
                .Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)
                .Where(number => number > 0).Order()];
        }
        catch (DirectoryNotFoundException)
        {
            return []; // nothing was written yet, or it moved
        }
    }

    private static void Divide(LogSegment segment, byte[] buffer, List<Piece> pieces)
    {
        long length = segment.Length, size = Math.Max(UnitSize, length / MaxPerFile);
        long start = 0;
        if (!TryFindLine(segment, 0, buffer, out _, out long time))
            return; // nothing whole is in it
        while (start < length)
        {
            long nextTime = 0;
            long end = start + size + UnitSize / 2 < length && TryFindLine(segment, start + size, buffer, out long next, out nextTime) ? next : length;
            pieces.Add(new(segment.Number, start, end, time));
            (start, time) = (end, nextTime);
        }
    }

    /// <summary>Where a line begins, best one behind a line's end: the pieces of a long line stay together.</summary>
    private static bool TryFindLine(LogSegment segment, long offset, byte[] buffer, out long at, out long time)
    {
        (at, time) = (0, 0);
        var block = buffer.AsSpan(0, segment.Read(buffer, offset));
        int begin = offset == 0 ? 0 : block.IndexOf((byte)'\n') + 1;
        if (offset > 0 && begin == 0)
            return false;
        bool behindEnd = offset == 0;
        foreach (var entry in new LogEntries(block[begin..]))
        {
            if (!entry.IsValid)
                continue;
            if ((at == 0 || behindEnd) && CriLine.TryParseTime(entry.Time, out time))
            {
                at = offset + begin + entry.Offset;
                if (behindEnd)
                    return true;
            }
            behindEnd = !entry.IsPartial;
        }
        return at > 0;
    }

    private static List<SearchUnit> Forward(List<Piece> pieces, int source, long from, long to, long now)
    {
        var units = new List<SearchUnit>(pieces.Count);
        long low = long.MinValue;
        for (int i = 0; i < pieces.Count; i++)
        {
            long next = i + 1 < pieces.Count ? pieces[i + 1].FirstTime : Math.Max(now, pieces[i].FirstTime);
            low = Math.Max(low, pieces[i].FirstTime);
            long high = Math.Max(low, next);
            if (MayHold(pieces[i].FirstTime, i + 1 < pieces.Count ? next : now, from, to))
                units.Add(new(source, pieces[i].File, pieces[i].Start, pieces[i].End, low, high));
            low = high;
        }
        return units;
    }

    private static List<SearchUnit> Backward(List<Piece> pieces, int source, long from, long to, long now)
    {
        var units = new List<SearchUnit>(pieces.Count);
        long high = long.MaxValue;
        for (int i = pieces.Count - 1; i >= 0; i--)
        {
            long next = i + 1 < pieces.Count ? pieces[i + 1].FirstTime : Math.Max(now, pieces[i].FirstTime);
            high = Math.Min(high, next);
            long low = Math.Min(high, pieces[i].FirstTime);
            if (MayHold(pieces[i].FirstTime, i + 1 < pieces.Count ? next : now, from, to))
                units.Add(new(source, pieces[i].File, pieces[i].Start, pieces[i].End, low, high));
            high = low;
        }
        return units;
    }

    /// <summary>Where the clock was set back nothing is known; it was where a piece begins later than the one behind it, and the last one later than now.</summary>
    private static bool MayHold(long first, long next, long from, long to) => next < first || (first <= to && next >= from);
}
