using System.Collections.Immutable;
using Brig.Linux;

namespace Brig.Engine.History.Packing;

/// <summary>Rows of one source and tier with all their columns, to be kept in one piece.</summary>
/// <param name="Counts">Seconds that were measured in each; null: they are seconds.</param>
internal sealed record Rows(Tier Tier, long[] Times, long[]? Counts, Values[] Columns);

/// <summary>
/// A chunk: rows column by column, packed by zstd. Of roll-ups each column is three: the average, and how far the least is below it and the most above it.
/// <code>
/// 1 | rows | columns | first time, second time less it, how much each next gap differs | counts, if rolled up | bytes of each column | columns
/// </code>
/// </summary>
internal sealed class ChunkCoder : IDisposable
{
    public const int MostRows = 100_000, MostColumns = 4_096;
    private const byte Version = 1;
    private const int Level = 3;

    /// <summary>An average is right to one in 16,384, what is around it to one in 512.</summary>
    private const int AverageBits = 14, RangeBits = 9;

    private readonly Zstd _zstd = new();
    private readonly ByteWriter _head = new(1024), _body = new(64 * 1024);
    private long[] _scratch = [], _below = [], _above = [], _average = [];

    /// <param name="about">What the columns mean.</param>
    public byte[] Write(Rows rows, ImmutableArray<Column> about)
    {
        Grow(rows.Times.Length);
        _head.Clear();
        _body.Clear();
        _head.Byte(Version);
        _head.Unsigned((ulong)rows.Times.Length);
        _head.Unsigned((ulong)rows.Columns.Length);
        WriteTimes(rows.Times);
        if (rows.Counts is { } counts)
        {
            ColumnCoder.Write(_head, counts, _scratch);
        }
        for (int i = 0; i < rows.Columns.Length; i++)
        {
            int before = _body.Length;
            WriteColumn(rows, rows.Columns[i], about[i]);
            _head.Unsigned((ulong)(_body.Length - before));
        }
        _head.Bytes(_body.Written);
        return _zstd.Pack(_head.Written, Level);
    }

    /// <param name="wanted">Indices of columns; null: all there are.</param>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    public Block Read(ReadOnlySpan<byte> packed, Tier tier, int[]? wanted)
    {
        var from = new ByteReader(_zstd.Unpack(packed));
        if (from.Byte() != Version)
        {
            throw new InvalidDataException("a chunk of another version");
        }
        int rows = from.Count(MostRows), width = from.Count(MostColumns);
        long[] times = ReadTimes(ref from, rows);
        long[]? counts = null;
        if (tier != Tier.Second)
        {
            counts = new long[rows];
            ColumnCoder.Read(ref from, counts);
        }
        int[] sizes = new int[width];
        for (int i = 0; i < width; i++)
        {
            sizes[i] = from.Count(int.MaxValue);
        }
        var all = new Values?[width];
        for (int i = 0; i < width; i++)
        {
            var bytes = from.Bytes(sizes[i]);
            if (wanted is null || wanted.Contains(i))
            {
                all[i] = ReadColumn(bytes, rows, tier);
            }
        }
        return new(tier, times, counts, wanted is null ? all : [.. wanted.Select(index => index >= 0 && index < width ? all[index] : null)]);
    }

    public void Dispose() => _zstd.Dispose();

    private void WriteTimes(long[] times)
    {
        long before = 0, gap = 0;
        foreach (long time in times)
        {
            _head.Signed(time - before - gap);
            (gap, before) = (before == 0 ? 0 : time - before, time);
        }
    }

    private static long[] ReadTimes(ref ByteReader from, int rows)
    {
        long[] times = new long[rows];
        long before = 0, gap = 0;
        for (int i = 0; i < rows; i++)
        {
            long time = before + gap + from.Signed();
            (gap, before) = (before == 0 ? 0 : time - before, time);
            times[i] = time;
        }
        return times;
    }

    private void WriteColumn(Rows rows, Values values, Column about)
    {
        if (rows.Tier == Tier.Second)
        {
            ColumnCoder.Write(_body, values.Avg, _scratch);
            return;
        }
        int count = rows.Times.Length;
        for (int i = 0; i < count; i++)
        {
            long average = values.Avg[i];
            if (average == Column.None)
            {
                _average[i] = _below[i] = _above[i] = Column.None;
                continue;
            }
            average = about.IsExact ? average : Significance.Round(average, AverageBits);
            _average[i] = average;
            _below[i] = Around(average - values.Min[i], about);
            _above[i] = Around(values.Max[i] - average, about);
        }
        ColumnCoder.Write(_body, _average.AsSpan(0, count), _scratch);
        ColumnCoder.Write(_body, _below.AsSpan(0, count), _scratch);
        ColumnCoder.Write(_body, _above.AsSpan(0, count), _scratch);
    }

    /// <summary>Rounded, the average may lie beyond the least or the most.</summary>
    private static long Around(long distance, Column about) => about.IsExact ? distance : Significance.Round(Math.Max(0, distance), RangeBits);

    private static Values ReadColumn(ReadOnlySpan<byte> bytes, int rows, Tier tier)
    {
        var from = new ByteReader(bytes);
        long[] average = new long[rows];
        ColumnCoder.Read(ref from, average);
        if (tier == Tier.Second)
        {
            return new(average, average, average);
        }
        long[] least = new long[rows], most = new long[rows];
        ColumnCoder.Read(ref from, least);
        ColumnCoder.Read(ref from, most);
        for (int i = 0; i < rows; i++)
        {
            if (average[i] != Column.None)
            {
                (least[i], most[i]) = (average[i] - least[i], average[i] + most[i]);
            }
        }
        return new(least, average, most);
    }

    private void Grow(int rows)
    {
        if (_scratch.Length < rows)
        {
            (_scratch, _below, _above, _average) = (new long[rows], new long[rows], new long[rows], new long[rows]);
        }
    }
}
