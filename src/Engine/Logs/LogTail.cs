using System.Buffers;

namespace Brig.Engine.Logs;

/// <summary>Finds where the last lines begin, reading backwards in blocks, so that the length of the log does not matter.</summary>
internal static class LogTail
{
    private const int BlockSize = 64 * 1024;

    /// <summary>Where to begin so that at most <paramref name="lines"/> accepted lines, of at most <paramref name="bytes"/>, lie before <paramref name="end"/>.
    /// A line told in pieces is one.</summary>
    /// <param name="from">Not before this place, which lies between two entries.</param>
    public static LogPosition Find(LogView view, LogPosition from, LogPosition end, int lines, long bytes, LogFilter filter)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        var count = new Counter(lines, bytes, filter);
        try
        {
            for (int i = view.Segments.Count - 1; i >= 0; i--)
            {
                var segment = view.Segments[i];
                if (segment.Number > end.File)
                    continue;
                if (segment.Number < from.File)
                    break;
                long low = segment.Number == from.File ? from.Offset : 0;
                long high = segment.Number == end.File ? Math.Min(end.Offset, segment.Length) : segment.Length;
                while (high > low)
                {
                    long start = Math.Max(low, high - BlockSize);
                    var block = buffer.AsSpan(0, segment.Read(buffer.AsSpan(0, (int)(high - start)), start));
                    if (count.TryFill(block, isFirst: start == low, out int rest))
                        return new(segment.Number, start + rest);
                    high = start + rest;
                }
            }
            return from > view.Start ? from : view.Start;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private struct Counter(int lines, long bytes, LogFilter filter)
    {
        private int _lines;
        private long _bytes;
        private bool _seenStdout, _seenStderr;

        /// <summary>True when there are enough lines.</summary>
        /// <param name="rest">Then where they begin; else how much at the block's start is still to be looked at.</param>
        public bool TryFill(ReadOnlySpan<byte> block, bool isFirst, out int rest)
        {
            int end = block.LastIndexOf((byte)'\n') + 1; // what follows is torn, or being written
            int begin = isFirst || end == 0 ? 0 : block.IndexOf((byte)'\n') + 1;
            rest = end == 0 || begin == end ? 0 : begin; // no entry is longer than a block: not ours, leave it behind
            while (end > begin)
            {
                int start = block[begin..(end - 1)].LastIndexOf((byte)'\n') + 1 + begin;
                if (IsBeyond(new LogEntry(block[start..(end - 1)], start)))
                {
                    rest = end;
                    return true;
                }
                end = start;
            }
            return false;
        }

        private bool IsBeyond(in LogEntry entry)
        {
            if (!filter.Accepts(entry))
                return false;
            ref bool seen = ref entry.Stream == 1 ? ref _seenStdout : ref _seenStderr;
            if (!entry.IsPartial || !seen)
            {
                if (_lines == lines)
                    return true;
                _lines++;
            }
            seen = true;
            _bytes += entry.Bytes.Length;
            return _bytes > bytes && _lines > 1;
        }
    }
}
