using System.Buffers;
using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Logs.Search;

/// <summary>Which lines belong together: a stack trace and the line that tells of it.</summary>
internal static class LineGroups
{
    /// <summary>Lines that belong together come within this.</summary>
    private const long Together = 1_000_000_000;

    /// <summary>A message and what it tells of are written in one go.</summary>
    private const long AtOnce = 100_000_000;

    private const int MostEachWay = 100;

    /// <summary>Characters of a line that are looked at: longer than the longest name of an exception.</summary>
    private const int Begin = 160;

    /// <summary>In UTF-8 a character is three bytes at most.</summary>
    private const int BeginBytes = 3 * Begin;

    private static readonly SearchValues<byte> Name = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$"u8);

    /// <summary>It is worth to look for lines that belong to this one.</summary>
    /// <param name="behind">What stands behind it in the file, from the begin of an entry on.</param>
    public static bool MayBelong(ReadOnlySpan<byte> text, byte stream, ReadOnlySpan<byte> behind)
    {
        if (IsContinuation(text) || IsError(text))
            return true;
        var entries = new LogEntries(behind);
        return !entries.MoveNext()      // the block ends here
            || entries.Current is { IsValid: false }
            || entries.Current.Stream != stream
            || IsContinuation(entries.Current.Text)
            || IsError(entries.Current.Text);
    }

    /// <summary>Goes on what the line above began.</summary>
    public static bool IsContinuation(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return false;
        return text[0] switch
        {
            (byte)' ' or (byte)'\t' => text.ContainsAnyExcept((byte)' ', (byte)'\t'),
            (byte)'a' => text.StartsWith("at "u8),
            (byte)'C' => text.StartsWith("Caused by"u8),
            (byte)'T' => text.StartsWith("Traceback (most"u8),
            (byte)'.' => text.StartsWith("... "u8),
            (byte)'}' or (byte)']' => true,
            _ => false,
        };
    }

    /// <summary>The lines around one, of its stream, that belong to it.</summary>
    /// <param name="lines">Around it, in order, and with it.</param>
    public static (ImmutableArray<LogLine> Before, ImmutableArray<LogLine> Behind) Of(ImmutableArray<LogLine> lines, LogPosition position, OutputStream stream)
    {
        var own = lines.Where(line => line.Stream == stream && !line.Partial).ToList();
        int at = own.FindIndex(line => line.Position == position);
        if (at < 0)
            return ([], []);
        int first = at, last = at;
        while (first > 0 && at - first < MostEachWay && Belongs(own, first))
            first--;
        while (last + 1 < own.Count && last - at < MostEachWay && Belongs(own, last + 1))
            last++;
        return ([.. own[first..at]], [.. own[(at + 1)..(last + 1)]]);
    }

    /// <summary>A line belongs to the one above it.</summary>
    private static bool Belongs(List<LogLine> lines, int at)
    {
        var (above, line) = (lines[at - 1], lines[at]);
        long apart = Math.Abs(line.Nanoseconds - above.Nanoseconds);
        if (apart > Together)
            return false;
        Span<byte> room = stackalloc byte[BeginBytes];
        Span<byte> other = stackalloc byte[BeginBytes];
        var text = BeginOf(line, room);
        if (IsContinuation(text))
            return true;
        if (!IsError(text))
            return false;
        if (above.Text is [' ' or '\t', ..])
            return true;    // how Python ends a trace
        // What Java logs beside a message: the exception's name, and where it was thrown.
        var message = BeginOf(above, other);
        return apart <= AtOnce && !IsError(message) && LevelGuess.Of(message) >= LineLevel.Warn && at + 1 < lines.Count && IsContinuation(BeginOf(lines[at + 1], room));
    }

    private static ReadOnlySpan<byte> BeginOf(LogLine line, Span<byte> room)
    {
        System.Text.Encoding.UTF8.TryGetBytes(line.Text.AsSpan(0, Math.Min(Begin, line.Text.Length)), room, out int length);
        return room[..length];
    }

    /// <summary><c>ValueError: what was wrong</c>, <c>java.io.IOException</c>.</summary>
    private static bool IsError(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExcept(Name);
        var name = end < 0 ? text : text[..end];
        return (end < 0 || text[end] == (byte)':') && (name.EndsWith("Error"u8) || name.EndsWith("Exception"u8) || name.EndsWith("Interrupt"u8) || name.EndsWith("Exit"u8));
    }
}
