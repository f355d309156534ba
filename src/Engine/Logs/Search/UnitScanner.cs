using System.Buffers;
using Brig.Engine.Containers;
using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs.Search;

/// <summary>What a piece held.</summary>
/// <param name="Hits">In the order of the file; the best so many of those found.</param>
/// <param name="Looked">Bytes; less than the piece when its file was gone.</param>
internal sealed record UnitFindings(List<Hit> Hits, long Looked, long Found, Histogram? Histogram);

/// <summary>What is wanted of a piece.</summary>
/// <param name="Keep">Lines; the others are counted only.</param>
/// <param name="Behind">Lines up to this place are neither kept nor counted.</param>
/// <param name="Step">Bars of the histogram are at least as wide, milliseconds.</param>
internal sealed record UnitWish(int Keep, bool OldestFirst, FoundPlace? Behind, FoundOrder Order, long Step);

/// <summary>
/// Looks through one piece of a file, block by block. Where every match must contain a certain text, the blocks are searched for that as they are and only lines
/// around it are looked at; else it goes line by line. One for each thread.
/// </summary>
internal sealed class UnitScanner(LineMatcher matcher, LogSearch search, long from, long to)
{
    public const int LongestText = CriLine.MaxText;
    private const int BlockSize = 512 * 1024;

    private readonly LogTime _time = new();
    private readonly LineAssembler _lines = new(overlap: true);
    private SearchUnit _unit;
    private UnitWish _wish = null!;
    private List<Hit> _hits = [];
    private Histogram? _histogram;
    private long _found;

    public UnitFindings Scan(LogSegment segment, SearchUnit unit, UnitWish wish, CancellationToken stop)
    {
        (_unit, _wish, _hits, _found, _histogram) = (unit, wish, [], 0, new(unit.High - unit.Low, wish.Step));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            long at = unit.Start;
            while (at < unit.End)
            {
                stop.ThrowIfCancellationRequested();
                var block = buffer.AsSpan(0, segment.Read(buffer.AsSpan(0, (int)Math.Min(BlockSize, unit.End - at)), at));
                int whole = block.LastIndexOf((byte)'\n') + 1;
                if (whole == 0 && block.Length < BlockSize)
                    break; // torn, or being written
                LookAt(buffer, whole, at);
                at += whole > 0 ? whole : block.Length; // no entry is that long: not ours
            }
            for (byte stream = 1; stream <= 2; stream++)
                if (_lines.TryFinish(stream, out var line))
                    Consider(line, mayBelong: false);
            Order();
            ReadTexts(segment, buffer);
            return new(_hits, unit.Length, _found, _found > 0 ? _histogram : null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void LookAt(byte[] buffer, int length, long at)
    {
        var block = buffer.AsSpan(0, length);
        if (_lines.IsOpen || HasPieces(block))
        {
            foreach (var entry in new LogEntries(block))
                if (_lines.TryComplete(entry, buffer, _unit.File, at, out var line))
                    Consider(line, mayBelong: true);
        }
        else if (matcher.Prefilter is { } prefilter)
        {
            var pass = prefilter.Over(block);
            for (int next = 0; next < length && (next = pass.Next(next)) >= 0;)
            {
                int start = block[..next].LastIndexOf((byte)'\n') + 1;
                if (next < start + CriLine.HeadLength)
                {
                    next = start + CriLine.HeadLength; // in the time or the stream's name
                    continue;
                }
                int end = next + block[next..].IndexOf((byte)'\n');
                Consider(new LogEntry(block[start..end], start), buffer, at, block[(end + 1)..]);
                next = end + 1;
            }
        }
        else
        {
            foreach (var entry in new LogEntries(block))
                Consider(entry, buffer, at, block[(entry.Offset + entry.Bytes.Length + 1)..]);
        }
    }

    /// <summary>Some line is told in pieces: then lines have to be joined before they are looked at.</summary>
    private static bool HasPieces(ReadOnlySpan<byte> block)
    {
        for (int from = 0; block[from..].IndexOf(" P "u8) is >= 0 and var next;)
        {
            from += next + 1;
            int start = from - 1 - (CriLine.HeadLength - 3);
            if (start >= 0 && (start == 0 || block[start - 1] == '\n'))
                return true;
        }
        return false;
    }

    private void Consider(in LogEntry entry, byte[] buffer, long at, ReadOnlySpan<byte> behind)
    {
        if (!entry.IsValid)
            return;
        Consider(new WholeLine(buffer, entry.Offset + CriLine.HeadLength, entry.Text.Length, entry.Stream, _time.Parse(entry.Time), _unit.File, at + entry.Offset), mayBelong: false, behind);
    }

    /// <param name="behind">What stands behind it, where that is known.</param>
    private void Consider(in WholeLine line, bool mayBelong, ReadOnlySpan<byte> behind = default)
    {
        if (line.Nanoseconds < from || line.Nanoseconds > to || (search.Output is { } output && line.Stream != (byte)output))
            return;
        var hit = new Hit(_unit.Source, new(line.File, line.Offset), line.Nanoseconds, Math.Clamp(line.Nanoseconds, _unit.Low, _unit.High), (OutputStream)line.Stream,
            LineLevel.Unknown, MayBelong: false, line.Length, null);
        if (_wish.Behind is { } place && _wish.Order.Compare(_wish.Order.Place(hit), place) <= 0)
            return;
        if (!matcher.Matches(line.Text, out var level))
            return;
        _found++;
        _lines.DropRest(line.Stream);
        _histogram!.Add(line.Nanoseconds, level);
        if (_wish.Keep == 0 || (_wish.OldestFirst && _hits.Count == _wish.Keep))
            return;
        if (_hits.Count >= 2 * _wish.Keep + 64)
            _hits.RemoveRange(0, _hits.Count - _wish.Keep);
        bool isJoined = line.Start == 0; // an entry's text never is the first of a block: then it has to be taken from here
        mayBelong = mayBelong || (!isJoined && LineGroups.MayBelong(line.Text, line.Stream, behind));
        _hits.Add(hit with { Level = level, MayBelong = mayBelong, Text = isJoined ? LineText.Of(line.Text[..Math.Min(line.Length, LongestText)]) : null });
    }

    /// <summary>The best, with keys that never go against the order in the file.</summary>
    private void Order()
    {
        if (_hits.Count > _wish.Keep)
            _hits.RemoveRange(0, _hits.Count - _wish.Keep);
        if (_wish.OldestFirst)
            for (int i = 1; i < _hits.Count; i++)
                _hits[i] = _hits[i] with { Key = Math.Max(_hits[i].Key, _hits[i - 1].Key) };
        else
            for (int i = _hits.Count - 2; i >= 0; i--)
                _hits[i] = _hits[i] with { Key = Math.Min(_hits[i].Key, _hits[i + 1].Key) };
    }

    /// <summary>Of those only that are still wanted, so that lines that are counted cost no memory.</summary>
    private void ReadTexts(LogSegment segment, byte[] buffer)
    {
        long start = 0, end = 0;
        for (int i = 0; i < _hits.Count; i++)
        {
            var hit = _hits[i];
            if (hit.Text is not null)
                continue;
            long text = hit.Position.Offset + CriLine.HeadLength;
            if (text < start || text + hit.Length > end)
                (start, end) = (text, text + segment.Read(buffer.AsSpan(0, (int)Math.Min(BlockSize, _unit.End - text)), text));
            _hits[i] = hit with { Text = LineText.Of(buffer.AsSpan((int)(text - start), (int)Math.Min(Math.Min(hit.Length, LongestText), end - text))) };
        }
    }
}
