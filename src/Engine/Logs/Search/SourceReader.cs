using System.Buffers;
using System.Collections.Immutable;

namespace Brig.Engine.Logs.Search;

/// <summary>
/// One container's lines in order, for a merge of many: it holds a small buffer and no file. It reads from the first piece that may hold lines of the time to the end of the last one: a single line may be of any
/// time, for clocks are set. What is written meanwhile is not read, so that it comes to an end.
/// </summary>
internal sealed class SourceReader(string folder, long from, long to, long now) : IDisposable
{
    private const int BlockSize = 64 * 1024;

    private readonly LineAssembler _lines = new(overlap: false);
    private ImmutableArray<int> _files;
    private byte[]? _buffer;
    private int _file = -1, _next, _whole;
    private long _blockAt, _at;
    private (int File, long At) _end;
    private byte _finishing = 1;

    /// <summary>Of the line read last, but never less than one before it: this way the order in the container is kept whatever its clock did.</summary>
    public long Key { get; private set; } = long.MinValue;

    public WholeLine Line { get; private set; }

    /// <summary>False: there are no more.</summary>
    public bool Next()
    {
        if (_file < 0)
            Begin();
        while (true)
        {
            while (TryTakeEntry(out var entry))
                if (_lines.TryComplete(entry, _buffer!, _files[_file], _blockAt, out var line))
                    return Show(line);
            if (ReadBlock())
                continue;
            for (; _finishing <= 2; _finishing++)
                if (_lines.TryFinish(_finishing, out var line))
                    return Show(line);
            return false;
        }
    }

    public void Dispose()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    private bool Show(WholeLine line)
    {
        Line = line;
        Key = Math.Max(Key, line.Nanoseconds);
        return true;
    }

    private void Begin()
    {
        _files = UnitPlanner.Files(folder);
        var units = UnitPlanner.Plan(folder, 0, from, to, now, oldestFirst: true);
        if (units.Count > 0 && _files.Contains(units[0].File))
            (_file, _at, _end) = (_files.IndexOf(units[0].File), units[0].Start, (units[^1].File, units[^1].End));
        else
            _file = _files.Length;
    }

    private bool TryTakeEntry(out LogEntry entry)
    {
        int length = _buffer is null ? -1 : _buffer.AsSpan(_next, _whole - _next).IndexOf((byte)'\n');
        entry = length < 0 ? default : new(_buffer.AsSpan(_next, length), _next);
        _next += length + 1;
        return length >= 0;
    }

    private bool ReadBlock()
    {
        (_next, _whole) = (0, 0);
        for (; _file < _files.Length; _file++, _at = 0)
        {
            if ((_files[_file], _at).CompareTo(_end) >= 0)
                return false;
            using var segment = LogSegment.TryOpen(LogFiles.PathOf(folder, _files[_file]), _files[_file]);
            if (segment is null)
                continue; // rotated away
            _buffer ??= ArrayPool<byte>.Shared.Rent(BlockSize);
            long left = _files[_file] == _end.File ? _end.At - _at : long.MaxValue;
            int got = segment.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, left)), _at);
            _whole = _buffer.AsSpan(0, got).LastIndexOf((byte)'\n') + 1;
            if (_whole == 0)
                continue; // its end, or torn there
            _blockAt = _at;
            _at += _whole;
            return true;
        }
        return false;
    }
}
