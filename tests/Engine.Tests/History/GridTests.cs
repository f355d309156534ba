using Brig.Engine.History;

namespace Brig.Engine.Tests.History;

public sealed class GridTests
{
    private const long Hour = 3_600_000, Day = 24 * Hour;

    [Theory]
    [InlineData(Hour, 3601, 1, 1000)]
    [InlineData(Hour, 600, 1, 7000)]
    [InlineData(Day, 600, 10, 150_000)]
    [InlineData(7 * Day, 600, 60, 1_020_000)]
    [InlineData(30 * Day, 600, 600, 4_800_000)]
    [InlineData(10, 5000, 1, 1000)]
    public void For_RangeAndPoints_StepIsWholeRowsOfTheTier(long range, int points, int tier, long step)
    {
        var (grid, picked) = Grid.For(1_795_292_100_123, 1_795_292_100_123 + range, points);

        Assert.Equal((tier, step), ((int)picked, grid.Step));
        Assert.Equal(0, grid.From % step);
        Assert.InRange(grid.Count, 1, points);
        Assert.True(grid.From <= 1_795_292_100_123 && grid.To >= 1_795_292_100_123 + range);
    }

    [Fact]
    public void For_AnyRange_NeverMorePointsThanAsked()
    {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++)
        {
            long from = random.NextInt64(0, 4_000_000_000_000), range = (long)Math.Pow(10, random.NextDouble() * 11) + 1;
            int points = random.Next(1, 5000);
            var (grid, _) = Grid.For(from, from + range, points);
            Assert.True(grid.Count <= points && grid.From <= from && grid.To >= from + range, $"{from} {range} {points}: {grid}");
        }
    }
}
