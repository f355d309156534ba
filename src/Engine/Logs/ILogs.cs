using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;

namespace Brig.Engine.Logs;

/// <summary>Where in a container's log: file number and byte offset in it. Ordered; stays valid until that file is rotated away.</summary>
public readonly record struct LogPosition(int File, long Offset) : IComparable<LogPosition>
{
    public int CompareTo(LogPosition other) => File != other.File ? File.CompareTo(other.File) : Offset.CompareTo(other.Offset);
    public static bool operator <(LogPosition a, LogPosition b) => a.CompareTo(b) < 0;
    public static bool operator >(LogPosition a, LogPosition b) => a.CompareTo(b) > 0;
    public static bool operator <=(LogPosition a, LogPosition b) => a.CompareTo(b) <= 0;
    public static bool operator >=(LogPosition a, LogPosition b) => a.CompareTo(b) >= 0;
    public override string ToString() => $"{File}:{Offset}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, out LogPosition position)
    {
        position = default;
        int colon = text?.IndexOf(':') ?? -1;
        if (colon < 0
            || !int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int file)
            || !long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
            return false;
        position = new(file, offset);
        return true;
    }
}

/// <summary>One line as the shim wrote it.</summary>
/// <param name="Position">Of its first byte: its permanent address.</param>
/// <param name="Nanoseconds">Since 1970, UTC, when the shim read it.</param>
/// <param name="Partial">The line goes on in the next one (CRI tag P).</param>
public readonly record struct LogLine(LogPosition Position, long Nanoseconds, OutputStream Stream, bool Partial, string Text);

/// <summary>Which lines of a log.</summary>
public sealed record LogQuery
{
    /// <summary>The last so many of those that fit; null: all.</summary>
    public int? Tail { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    /// <summary>Go on with what comes, until the container has ended and all is read.</summary>
    public bool Follow { get; init; }
    /// <summary>With Follow: go on also when the container has ended, until it is removed.</summary>
    public bool ThroughRestarts { get; init; }
    public bool Stdout { get; init; } = true;
    public bool Stderr { get; init; } = true;
    /// <summary>Begin behind this line, for a reader that comes back.</summary>
    public LogPosition? After { get; init; }
    /// <summary>Only lines that contain this, ignoring case (of a line told in pieces: the pieces that do); null: all.</summary>
    public string? Contains { get; init; }
    /// <summary>More new lines than this within one batch (or 1 MiB of them) are skipped and counted; null: a follower misses not one.</summary>
    public int? SkipBeyond { get; init; }
}

/// <param name="Skipped">Lines left out before these, because there were too many, or what could not be read: torn by a crash, or in files that were
/// rotated away (then an estimate).</param>
public sealed record LogBatch(ImmutableArray<LogLine> Lines, long Skipped);

public interface ILogs
{
    /// <summary>Batches until the end, or for ever with Follow. Nothing is lost between the tail and what follows.</summary>
    IAsyncEnumerable<LogBatch> ReadAsync(string idOrName, LogQuery query, CancellationToken stop = default);

    /// <summary>The same as plain UTF-8 lines for a download or the API, without a string for each. SkipBeyond is not looked at: the destination's pace is the reader's.</summary>
    Task CopyAsync(string idOrName, LogQuery query, LogStyle style, Stream destination, CancellationToken stop = default);

    /// <summary>The same, without frames.</summary>
    Task CopyAsync(string idOrName, LogQuery query, bool timestamps, Stream destination, CancellationToken stop = default) =>
        CopyAsync(idOrName, query, new LogStyle(timestamps), destination, stop);
}
