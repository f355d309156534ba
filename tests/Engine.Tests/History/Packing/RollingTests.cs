using Brig.Engine.History;
using Brig.Engine.History.Packing;

namespace Brig.Engine.Tests.History.Packing;

public sealed class RollingTests
{
    private const long Start = 1_795_292_100_000;

    [Fact]
    public void Roll_SecondsToMinutes_LeastAverageAndMostOfAllOfThem()
    {
        var random = new Random(2);
        long[] values = [.. Enumerable.Range(0, 3600).Select(_ => random.NextInt64(1000))];
        long[] times = [.. Enumerable.Range(1, 3600).Select(second => Start + (second * 1000L) + random.Next(-200, 200))];

        var tens = Assert.Single(Rolling.Roll([new(Tier.Second, times, null, [new(values, values, values)])], Tier.TenSeconds));
        var minutes = Assert.Single(Rolling.Roll([new(Tier.TenSeconds, tens.Times, tens.Counts, [tens.Columns[0]])], Tier.Minute));

        Assert.Equal((360, 60), (tens.Times.Length, minutes.Times.Length));
        for (int minute = 0; minute < 60; minute++)
        {
            long[] those = values[(minute * 60)..((minute + 1) * 60)];
            Assert.Equal((Start + (minute * 60_000L), 60), (minutes.Times[minute], minutes.Counts![minute]));
            Assert.Equal((those.Min(), those.Max()), (minutes.Columns[0].Min[minute], minutes.Columns[0].Max[minute]));
            Assert.Equal(those.Average(), minutes.Columns[0].Avg[minute], 1.0);
        }
    }

    [Fact]
    public void Roll_Gaps_AreNoRowsAndNothingIsNoValue()
    {
        long[] times = [Start + 1000, Start + 2000, Start + 120_000], some = [Column.None, 4, Column.None], none = [Column.None, Column.None, Column.None];

        var rows = Assert.Single(Rolling.Roll([new(Tier.Second, times, null, [new(some, some, some), new(none, none, none)])], Tier.TenSeconds));

        Assert.Equal([Start, Start + 110_000], rows.Times);
        Assert.Equal([2, 1], rows.Counts!);
        Assert.Equal([4, Column.None], rows.Columns[0].Avg);
        Assert.Equal([Column.None, Column.None], rows.Columns[1].Max);
    }

    [Fact]
    public void Roll_ClockWentBack_EachPieceHasItsTimesInOrderAndNothingIsLost()
    {
        long[] before = [.. Enumerable.Range(1, 100).Select(second => Start + (second * 1000L))], after = [.. Enumerable.Range(1, 100).Select(second => Start - 3_600_000 + (second * 1000L))];
        long[] ones = [.. Enumerable.Repeat(1L, 100)];

        var pieces = Rolling.Roll([Block(before), Block(after)], Tier.TenSeconds);

        Assert.Equal(2, pieces.Count);
        Assert.All(pieces, piece => Assert.Equal(piece.Times.Order(), piece.Times));
        Assert.Equal(200, pieces.Sum(piece => piece.Counts!.Sum()));

        Block Block(long[] times) => new(Tier.Second, times, null, [new(ones, ones, ones)]);
    }
}
