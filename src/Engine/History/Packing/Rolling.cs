namespace Brig.Engine.History.Packing;

/// <summary>Folds rows into those of the next tier: the least, the average and the most of each column over each ten seconds, or minute.</summary>
internal sealed class Rolling(Tier tier)
{
    private readonly List<Rows> _made = [];
    private readonly List<long> _times = [], _counts = [];
    private readonly List<List<Triple>> _columns = [];
    private double[] _sums = [], _weights = [];
    private long[] _least = [], _most = [];
    private long _slot = -1, _count;

    /// <summary>In the order they were measured. Where the clock went back a piece of its own begins, so that each has its times in order.</summary>
    public static List<Rows> Roll(IEnumerable<Block> finer, Tier tier)
    {
        var rolling = new Rolling(tier);
        foreach (var block in finer)
        {
            rolling.Add(block);
        }
        rolling.EndSlot();
        rolling.EndPiece();
        return rolling._made;
    }

    private void Add(Block block)
    {
        Widen(block.Width);
        for (int row = 0; row < block.Rows; row++)
        {
            long middle = (block.Start(row) + block.End(row)) / 2, slot = middle - (middle % tier.Width());
            if (slot != _slot)
            {
                EndSlot();
                if (slot < _slot)
                {
                    EndPiece();
                }
                _slot = slot;
            }
            Fold(block, row, block.Seconds(row));
        }
    }

    private void Fold(Block block, int row, long seconds)
    {
        _count += seconds;
        for (int i = 0; i < block.Width; i++)
        {
            if (block.Column(i) is not { } values || values.Avg[row] == Column.None)
            {
                continue;
            }
            bool isFirst = _weights[i] == 0;
            _sums[i] += (double)values.Avg[row] * seconds;
            _weights[i] += seconds;
            _least[i] = isFirst ? values.Min[row] : Math.Min(_least[i], values.Min[row]);
            _most[i] = isFirst ? values.Max[row] : Math.Max(_most[i], values.Max[row]);
        }
    }

    private void EndSlot()
    {
        if (_count == 0)
        {
            return;
        }
        for (int i = 0; i < _columns.Count; i++)
        {
            var column = _columns[i];
            while (column.Count < _times.Count)
            {
                column.Add(Triple.None);   // a column that came later
            }
            column.Add(_weights[i] == 0 ? Triple.None : new(_least[i], (long)Math.Round(_sums[i] / _weights[i]), _most[i]));
            _sums[i] = _weights[i] = 0;
        }
        _times.Add(_slot);
        _counts.Add(_count);
        _count = 0;
    }

    private void EndPiece()
    {
        if (_times.Count > 0)
        {
            _made.Add(new(tier, [.. _times], [.. _counts], [.. _columns.Select(Taken)]));
        }
        _times.Clear();
        _counts.Clear();
        _slot = -1;
    }

    private static Values Taken(List<Triple> column)
    {
        var values = new Values([.. column.Select(one => one.Min)], [.. column.Select(one => one.Avg)], [.. column.Select(one => one.Max)]);
        column.Clear();
        return values;
    }

    private void Widen(int width)
    {
        while (_columns.Count < width)
        {
            _columns.Add([]);
        }
        if (_sums.Length < width)
        {
            Array.Resize(ref _sums, width);
            Array.Resize(ref _weights, width);
            Array.Resize(ref _least, width);
            Array.Resize(ref _most, width);
        }
    }

    /// <summary>One value of a roll-up.</summary>
    private readonly record struct Triple(long Min, long Avg, long Max)
    {
        public static readonly Triple None = new(Column.None, Column.None, Column.None);
    }
}
