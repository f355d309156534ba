namespace Brig.Engine.History;

/// <summary>One column of a block, as it is kept; of seconds all three are the same array.</summary>
internal readonly record struct Values(long[] Min, long[] Avg, long[] Max);

/// <summary>Rows of one source and tier, oldest first, with those columns that were wanted.</summary>
/// <param name="times">Unix milliseconds: of a second when it was read, that is its end; of a roll-up its begin.</param>
/// <param name="counts">How many seconds were measured in each; null: they are seconds.</param>
/// <param name="columns">In the order they were wanted; null: this source did not have it then.</param>
internal sealed class Block(Tier tier, long[] times, long[]? counts, Values?[] columns)
{
    /// <summary>A second that was read late stands for the time since the one before, but not for a gap.</summary>
    public const long LongestSecond = 2_000;

    public Tier Tier => tier;
    public int Rows => times.Length;
    public int Width => columns.Length;
    public Values? Column(int wanted) => columns[wanted];
    public long Time(int row) => times[row];

    /// <summary>Only the rows of times that are not covered.</summary>
    public Block Without(Covered covered)
    {
        int[] rows = [.. Enumerable.Range(0, times.Length).Where(row => !covered.Touches(Start(row), End(row)))];
        return rows.Length == times.Length ? this : new(tier, Picked(times, rows), counts is null ? null : Picked(counts, rows),
            [.. columns.Select(column => column is { } values ? new Values(Picked(values.Min, rows), Picked(values.Avg, rows), Picked(values.Max, rows)) : (Values?)null)]);
    }

    /// <summary>To be kept: with all columns.</summary>
    public Packing.Rows ToRows() => new(tier, times, counts, [.. columns.Select(column => column!.Value)]);

    public long Start(int row) => tier != Tier.Second ? times[row]
        : row > 0 && times[row] - times[row - 1] is > 0 and <= LongestSecond ? times[row - 1] : times[row] - tier.Width();

    public long End(int row) => tier != Tier.Second ? times[row] + tier.Width() : times[row];

    /// <summary>How many were measured in the row.</summary>
    public long Seconds(int row) => counts?[row] ?? 1;

    /// <summary>Milliseconds of the row that were measured.</summary>
    public double Weight(int row) => counts is null ? End(row) - Start(row) : counts[row] * 1000.0;

    private static long[] Picked(long[] values, int[] rows) => [.. rows.Select(row => values[row])];
}
