using System.Buffers;

namespace Brig.Engine.Logs;

/// <summary>Walks forward over a view, block by block, each of whole entries.</summary>
internal sealed class LogCursor(LogView view, LogPosition position) : IDisposable
{
    public const int BlockSize = 256 * 1024;

    private byte[]? _buffer;
    private int _gone;
    private long _lost;

    /// <summary>Of the next entry.</summary>
    public LogPosition Position { get; private set; } = position;

    /// <summary>The next entries before <paramref name="limit"/>; false when there is no whole one (yet).</summary>
    /// <param name="at">Of the block's first byte.</param>
    /// <param name="block">Valid until the next call.</param>
    public bool TryRead(LogPosition limit, out LogPosition at, out ReadOnlySpan<byte> block)
    {
        while (view.Find(Position.File) is { } segment && segment.Number <= limit.File)
        {
            if (segment.Number > Position.File)
                GoTo(segment);
            at = Position;
            long end = segment.Number == limit.File ? limit.Offset : segment.Length;
            _buffer ??= ArrayPool<byte>.Shared.Rent(BlockSize);
            int count = end > at.Offset ? segment.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - at.Offset)), at.Offset) : 0;
            int whole = _buffer.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
            if (whole > 0)
            {
                block = _buffer.AsSpan(0, whole);
                Position = new(segment.Number, at.Offset + whole);
                EstimateGone(block);
                return true;
            }
            if (count == _buffer.Length)
            {
                Position = new(segment.Number, at.Offset + count); // no entry is that long: not ours
                continue;
            }
            if (segment.Number == limit.File || segment.Number == view.End.File)
                break;
            Position = new(segment.Number + 1, 0); // this file is finished; what is left at its end was torn
        }
        at = Position;
        block = default;
        return false;
    }

    /// <summary>Reads on from here, which the caller knows to lie between two entries.</summary>
    public void Return(LogPosition to) => Position = to;

    /// <summary>
    /// Lines that were gone before they could be read, since last asked: an estimate, the size of the files that are gone by the length of the lines after them.
    /// </summary>
    public long TakeLost()
    {
        long lost = _lost;
        _lost = 0;
        return lost;
    }

    /// <summary>Gives the buffer back until there is something to read.</summary>
    public void Rest()
    {
        if (_buffer != null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    public void Dispose() => Rest();

    private void GoTo(LogSegment segment)
    {
        if (Position.File > 0)
            _gone += segment.Number - Position.File;
        Position = new(segment.Number, 0);
    }

    private void EstimateGone(ReadOnlySpan<byte> block)
    {
        if (_gone == 0)
            return;
        long size = 0;
        foreach (var segment in view.Segments)
            size = Math.Max(size, segment.Length);
        _lost += Math.Max(1, _gone * size * block.Count((byte)'\n') / block.Length);
        _gone = 0;
    }
}
