namespace Brig.Engine.History;

/// <summary>Blocks of one source, folded into the points of a grid: one <see cref="Bins"/> for each column that was wanted, and one that says when anything was measured at all.</summary>
internal sealed class Folding
{
    private readonly Column?[] _columns;
    private long _lastSecond;

    public Folding(Grid grid, Column?[] columns)
    {
        (_columns, Present) = (columns, new(grid));
        Bins = [.. columns.Select(_ => new Bins(grid))];
    }

    public Bins[] Bins { get; }
    public Bins Present { get; }

    /// <summary>Seconds of the coarsest row in it; 0: nothing is.</summary>
    public int Coarsest { get; private set; }

    public void Add(Block block)
    {
        for (int row = 0; row < block.Rows; row++)
        {
            long start = Start(block, row), end = block.End(row);
            if (end <= Present.Grid.From || start >= Present.Grid.To)
            {
                continue;
            }
            double weight = block.Weight(row);
            Coarsest = Math.Max(Coarsest, (int)block.Tier);
            Present.Add(start, end, weight, 0, 0, 0);
            for (int i = 0; i < _columns.Length; i++)
            {
                if (_columns[i] is { } column && block.Column(i) is { } values)
                {
                    Bins[i].Add(start, end, weight, column.Shown(values.Min[row]), column.Shown(values.Avg[row]), column.Shown(values.Max[row]));
                }
            }
        }
    }

    /// <summary>The first second of a chunk stands for the time since the last one of the chunk before.</summary>
    private long Start(Block block, int row)
    {
        long start = block.Start(row);
        if (block.Tier == Tier.Second)
        {
            start = row == 0 && block.End(row) - _lastSecond is > 0 and <= Block.LongestSecond ? _lastSecond : start;
            _lastSecond = block.End(row);
        }
        return start;
    }
}
