using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Logs.Search;
using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs;

/// <summary>One query under way: where it stands in the files, and what comes next.</summary>
internal sealed class LogWalk : IDisposable
{
    private const int BatchLines = 1000;
    private const long BatchBytes = 1024 * 1024;

    private readonly LogQuery _query;
    private readonly LogFilter _filter;
    private readonly LogView _view;
    private readonly LogCursor _cursor;
    private readonly LogTime _time = new();

    public LogWalk(string folder, LogQuery query)
        : this(() => folder, query)
    {
    }

    /// <param name="folder">As of a <see cref="LogView"/>.</param>
    public LogWalk(Func<string> folder, LogQuery query)
    {
        _query = query;
        _filter = new LogFilter(query);
        _view = new LogView(folder);
        _view.Refresh();
        _cursor = new LogCursor(_view, Start());
    }

    /// <summary>An entry was met that lies behind all that is wanted.</summary>
    public bool IsPast { get; private set; }

    /// <summary>The next lines; null when there is nothing new.</summary>
    public LogBatch? Next()
    {
        _view.Refresh();
        var limit = _view.End;
        long skipped = _query.SkipBeyond is { } most ? SkipTo(limit, most) : 0;
        var lines = ImmutableArray.CreateBuilder<LogLine>();
        long bytes = 0;
        bool isFull = false;
        while (!isFull && !IsPast && _cursor.TryRead(limit, out var at, out var block))
        {
            foreach (var entry in new LogEntries(block))
            {
                if (isFull || (IsPast = _filter.IsPast(entry)))
                {
                    _cursor.Return(new(at.File, at.Offset + entry.Offset));
                    break;
                }
                skipped += entry.IsValid ? 0 : 1;
                if (!_filter.Accepts(entry))
                    continue;
                lines.Add(ToLine(entry, at));
                bytes += entry.Bytes.Length;
                isFull = lines.Count >= (_query.SkipBeyond ?? BatchLines) || bytes >= BatchBytes;
            }
        }
        skipped += _cursor.TakeLost();
        _view.Forget(_cursor.Position.File);
        if (lines.Count > 0 || skipped > 0)
            return new LogBatch(lines.DrainToImmutable(), skipped);
        _cursor.Rest();
        return null;
    }

    /// <summary>The next entries as text; 0 when there is nothing new.</summary>
    /// <param name="to">At least <see cref="LogCursor.BlockSize"/>.</param>
    public int Next(LogText text, Span<byte> to)
    {
        _view.Refresh();
        int length = 0;
        text.Begin();
        while (length == 0 && !IsPast && _cursor.TryRead(_view.End, out _, out var block))
        {
            foreach (var entry in new LogEntries(block))
            {
                if (IsPast = _filter.IsPast(entry))
                    break;
                if (_filter.Accepts(entry))
                    length = text.Write(entry, to, length);
            }
        }
        _view.Forget(_cursor.Position.File);
        if (length == 0)
            _cursor.Rest();
        return length;
    }

    public void Dispose()
    {
        _cursor.Dispose();
        _view.Dispose();
    }

    private LogPosition Start()
    {
        var start = _view.Start;
        if (_query.After is { } after && after <= _view.End)
            start = Behind(after);
        if (_filter.Since is { } since && LogSeek.Before(_view, since) is var early && early > start)
            start = early;
        if (_query.Tail is { } lines)
            start = LogTail.Find(_view, start, _view.End, Math.Max(0, lines), long.MaxValue, _filter);
        return start;
    }

    /// <summary>Behind the entry at this place. One in a file that is gone stays as it is: the cursor counts from there what was lost.</summary>
    private LogPosition Behind(LogPosition entry)
    {
        if (_view.Find(entry.File) is not { } segment || segment.Number != entry.File)
            return entry;
        var bytes = new byte[CriLine.MaxLength];
        int length = segment.Read(bytes, entry.Offset);
        return new(entry.File, entry.Offset + bytes.AsSpan(0, length).IndexOf((byte)'\n') + 1);
    }

    /// <summary>Leaves out all but the last lines before <paramref name="limit"/>.</summary>
    /// <returns>How many it left out.</returns>
    private long SkipTo(LogPosition limit, int lines)
    {
        var start = LogTail.Find(_view, _cursor.Position, limit, lines, BatchBytes, _filter);
        long skipped = 0;
        while (_cursor.Position < start && _cursor.TryRead(start, out _, out var block))
            foreach (var entry in new LogEntries(block))
                skipped += !entry.IsPartial && _filter.Accepts(entry) ? 1 : 0;
        return skipped;
    }

    private LogLine ToLine(in LogEntry entry, LogPosition block)
        => new(new(block.File, block.Offset + entry.Offset), _time.Parse(entry.Time), (OutputStream)entry.Stream, entry.IsPartial, LineText.Of(entry.Text));
}
