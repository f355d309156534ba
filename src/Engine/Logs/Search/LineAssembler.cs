using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs.Search;

/// <summary>A line as its container wrote it, its pieces joined. Its bytes are good until the next one.</summary>
/// <param name="Offset">Of its first piece in the file.</param>
internal readonly record struct WholeLine(byte[] Array, int Start, int Length, byte Stream, long Nanoseconds, int File, long Offset)
{
    public ReadOnlySpan<byte> Text => Array.AsSpan(Start, Length);
}

/// <summary>
/// Joins the pieces in which a long line, or one that waited for its end, was told. A line longer than <see cref="MaxLength"/> is cut into several, so that none
/// takes memory as it likes.
/// </summary>
/// <param name="overlap">Each part of such a line begins with the last piece of the part before, so that what is searched for lies whole in one of them.</param>
internal sealed class LineAssembler(bool overlap)
{
    public const int MaxLength = 256 * 1024;

    private readonly Open[] _open = [new(), new()];
    private readonly LogTime _time = new();

    /// <summary>A line's end is missing.</summary>
    public bool IsOpen => _open[0].IsOpen || _open[1].IsOpen;

    /// <summary>True when the entry ends a line, or makes one too long.</summary>
    /// <param name="block">In which the entry lies, from its first byte.</param>
    public bool TryComplete(in LogEntry entry, byte[] block, int file, long blockOffset, out WholeLine line)
    {
        line = default;
        if (!entry.IsValid)
            return false;
        var open = _open[entry.Stream - 1];
        int start = entry.Offset + CriLine.HeadLength, length = entry.Bytes.Length - CriLine.HeadLength;
        long nanoseconds = _time.Parse(entry.Time);
        if (open.IsDropped)
        {
            if (!entry.IsPartial)
                open.Clear();
            return false;
        }
        if (!entry.IsPartial && open.Length == 0)
        {
            line = new(block, start, length, entry.Stream, nanoseconds, file, blockOffset + entry.Offset);
            return true;
        }
        if (open.IsTaken)
            open.Restart(overlap);
        if (open.Length == 0)
            (open.File, open.Offset, open.Nanoseconds) = (file, blockOffset + entry.Offset, nanoseconds);
        open.Append(block.AsSpan(start, length), file, blockOffset + entry.Offset);
        if (entry.IsPartial && open.Length + CriLine.MaxText <= MaxLength)
            return false;
        line = open.Line(entry.Stream);
        if (entry.IsPartial)
            open.IsTaken = true; // goes on from its last piece
        else
            open.Clear();
        return true;
    }

    /// <summary>What follows of the line whose part was completed last is not wanted.</summary>
    public void DropRest(byte stream)
    {
        if (_open[stream - 1].IsTaken)
            _open[stream - 1].Drop();
    }

    /// <summary>What has no end yet, as if it ended here.</summary>
    public bool TryFinish(byte stream, out WholeLine line)
    {
        var open = _open[stream - 1];
        line = open.Line(stream);
        bool any = open.Length > 0 && !open.IsTaken;
        open.Clear();
        return any;
    }

    private sealed class Open
    {
        private byte[] _bytes = [];
        private int _lastPiece, _lastFile;
        private long _lastOffset;

        public int Length { get; private set; }
        public bool IsTaken { get; set; }
        public bool IsDropped { get; private set; }
        public bool IsOpen => Length > 0 || IsDropped;
        public int File { get; set; }
        public long Offset { get; set; }
        public long Nanoseconds { get; set; }

        public WholeLine Line(byte stream) => new(_bytes, 0, Length, stream, Nanoseconds, File, Offset);

        public void Append(ReadOnlySpan<byte> piece, int file, long offset)
        {
            if (_bytes.Length < Length + piece.Length)
                Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + Math.Max(piece.Length, CriLine.MaxText)));
            piece.CopyTo(_bytes.AsSpan(Length));
            (_lastPiece, _lastFile, _lastOffset) = (Length, file, offset);
            Length += piece.Length;
        }

        /// <summary>Only the last piece stays, or none.</summary>
        public void Restart(bool withLast)
        {
            if (!withLast)
                _lastPiece = Length;
            _bytes.AsSpan(_lastPiece, Length - _lastPiece).CopyTo(_bytes);
            (Length, _lastPiece, File, Offset, IsTaken) = (Length - _lastPiece, 0, _lastFile, _lastOffset, false);
        }

        public void Clear() => (Length, _lastPiece, IsTaken, IsDropped) = (0, 0, false, false);

        public void Drop()
        {
            Clear();
            IsDropped = true;
        }
    }
}
