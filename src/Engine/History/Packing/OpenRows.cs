namespace Brig.Engine.History.Packing;

/// <summary>
/// The newest seconds of one source, not yet a chunk: each row as what changed since the one before, so that a thousand containers take little memory and the journal little disk.
/// <code>
/// milliseconds since the row before | columns | one bit for each that changed, eight in a byte | each of those: 0 nothing was measured, else the difference, zigzag, plus 1
/// </code>
/// Not for two threads at once.
/// </summary>
internal sealed class OpenRows
{
    private ByteWriter _bytes = new(0);
    private long[] _last = [];

    public int Count { get; private set; }

    /// <summary>Unix milliseconds of the first and the last row.</summary>
    public long From { get; private set; }
    public long To { get; private set; }

    /// <returns>The bytes it became, good until the next call.</returns>
    public ReadOnlySpan<byte> Append(long at, ReadOnlySpan<long> row)
    {
        int before = _bytes.Length;
        _bytes.Signed(at - To);
        _bytes.Unsigned((ulong)row.Length);
        if (_last.Length != row.Length)
        {
            Resize(row.Length);
        }
        var bits = _bytes.Room((row.Length + 7) / 8);
        bits.Clear();
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] != _last[i])
            {
                bits[i / 8] |= (byte)(1 << (i % 8));
            }
        }
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] != _last[i])
            {
                long known = _last[i] == Column.None ? 0 : _last[i];
                _bytes.Unsigned(row[i] == Column.None ? 0 : ByteWriter.ZigZag(row[i] - known) + 1);
                _last[i] = row[i];
            }
        }
        Took(at);
        return _bytes.Written[before..];
    }

    /// <summary>A row out of the journal.</summary>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    public void Replay(ReadOnlySpan<byte> row)
    {
        var from = new ByteReader(row);
        long at = To;
        ReadRow(ref from, ref at, ref _last);
        _bytes.Bytes(row);
        Took(at);
    }

    /// <summary>Of one that was empty already its memory too: most containers of a month are gone.</summary>
    public void Clear()
    {
        if (Count == 0)
        {
            _bytes = new(0);
        }
        _bytes.Clear();
        _last = [];
        (Count, From, To) = (0, 0, 0);
    }

    /// <summary>A copy that can be read while rows are appended.</summary>
    public (byte[] Bytes, int Rows) Copy() => (_bytes.Written.ToArray(), Count);

    /// <param name="wanted">Indices of columns; null: all there are.</param>
    public static Block Read(byte[] bytes, int rows, int[]? wanted)
    {
        var from = new ByteReader(bytes);
        long[] times = new long[rows], row = [];
        long at = 0;
        var columns = new List<long[]>();
        for (int i = 0; i < rows; i++)
        {
            ReadRow(ref from, ref at, ref row);
            times[i] = at;
            int width = wanted?.Length ?? row.Length;
            while (columns.Count < width)
            {
                long[] column = new long[rows];
                Array.Fill(column, Column.None);
                columns.Add(column);
            }
            for (int column = 0; column < width; column++)
            {
                int index = wanted is null ? column : wanted[column];
                columns[column][i] = index >= 0 && index < row.Length ? row[index] : Column.None;
            }
        }
        return new(Tier.Second, times, null, [.. columns.Select(column => (Values?)new Values(column, column, column))]);
    }

    private static void ReadRow(ref ByteReader from, ref long at, ref long[] row)
    {
        at += from.Signed();
        int width = from.Count(ChunkCoder.MostColumns);
        if (row.Length != width)
        {
            int known = row.Length;
            Array.Resize(ref row, width);
            Fill(row, known);
        }
        var bits = from.Bytes((width + 7) / 8);
        for (int i = 0; i < width; i++)
        {
            if ((bits[i / 8] & (1 << (i % 8))) != 0)
            {
                ulong value = from.Unsigned();
                long difference = (long)((value - 1) >> 1) ^ -(long)((value - 1) & 1);
                row[i] = value == 0 ? Column.None : (row[i] == Column.None ? 0 : row[i]) + difference;
            }
        }
    }

    private void Resize(int width)
    {
        int known = _last.Length;
        Array.Resize(ref _last, width);
        Fill(_last, known);
    }

    private static void Fill(long[] row, int from)
    {
        if (from < row.Length)
        {
            row.AsSpan(from).Fill(Column.None);
        }
    }

    private void Took(long at)
    {
        From = Count == 0 ? at : From;
        To = at;
        Count++;
    }
}
