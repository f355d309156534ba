using System.Collections.Immutable;
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
}

/// <summary>One line as the shim wrote it.</summary>
/// <param name="Position">Of its first byte: its permanent address.</param>
/// <param name="Nanoseconds">Since 1970, UTC, when the shim read it.</param>
/// <param name="Partial">The line goes on in the next one (CRI tag P).</param>
public readonly record struct LogLine(LogPosition Position, long Nanoseconds, OutputStream Stream, bool Partial, string Text);

/// <param name="Tail">The last so many; null: all.</param>
/// <param name="After">Begin behind this line, for a reader that comes back.</param>
public sealed record LogQuery
{
    public int? Tail { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public bool Follow { get; init; }
    public bool Stdout { get; init; } = true;
    public bool Stderr { get; init; } = true;
    public LogPosition? After { get; init; }
    /// <summary>Only lines that contain this, ignoring case; null: all.</summary>
    public string? Contains { get; init; }
    /// <summary>More new lines than this within one batch are skipped and counted; null: a follower misses not one.</summary>
    public int? SkipBeyond { get; init; }
}

/// <param name="Skipped">Lines left out before these, because there were too many or the file was rotated away.</param>
public sealed record LogBatch(ImmutableArray<LogLine> Lines, long Skipped);

public interface ILogs
{
    /// <summary>Batches until the end, or for ever with Follow. Nothing is lost between the tail and what follows.</summary>
    IAsyncEnumerable<LogBatch> ReadAsync(string idOrName, LogQuery query, CancellationToken stop = default);

    /// <summary>The same as plain UTF-8 lines for a download or the API, without a string for each.</summary>
    Task CopyAsync(string idOrName, LogQuery query, bool timestamps, Stream destination, CancellationToken stop = default);
}
