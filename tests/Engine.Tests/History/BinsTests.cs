using Brig.Engine.History;

namespace Brig.Engine.Tests.History;

public sealed class BinsTests
{
    [Fact]
    public void Add_ManyNarrow_OnePointHasTheirMinAvgAndMax()
    {
        var bins = new Bins(new(0, 10_000, 2));
        for (int second = 0; second < 10; second++)
        {
            bins.Add(second * 1000, (second + 1) * 1000, 1000, second, second, second);
        }

        Assert.Equal((0, 4.5, 9), (bins.Min(0), bins.Avg(0), bins.Max(0)));
        Assert.True(double.IsNaN(bins.Avg(1)) && double.IsNaN(bins.Min(1)));
    }

    [Fact]
    public void Add_OneWide_EveryPointItCoversHasIt()
    {
        var bins = new Bins(new(0, 10_000, 8));
        bins.Add(10_000, 70_000, 60_000, 1, 2, 3);

        Assert.Equal([double.NaN, 2, 2, 2, 2, 2, 2, double.NaN], Enumerable.Range(0, 8).Select(bins.Avg));
    }

    /// <summary>A timer that fires a little early and late must not make gaps in a line of seconds.</summary>
    [Fact]
    public void Add_SecondsThatJitter_NoPointIsEmpty()
    {
        var random = new Random(3);
        var bins = new Bins(new(0, 1000, 1000));
        long before = 0;
        for (int second = 1; second <= 1000; second++)
        {
            long at = second * 1000 + random.Next(-400, 400);
            bins.Add(before, at, at - before, 1, 1, 1);
            before = at;
        }

        Assert.DoesNotContain(Enumerable.Range(0, 999), point => double.IsNaN(bins.Avg(point)));
    }

    [Fact]
    public void Add_OutsideOfTheGrid_NothingHappens()
    {
        var bins = new Bins(new(100_000, 1000, 3));
        bins.Add(0, 1000, 1000, 1, 1, 1);
        bins.Add(103_000, 104_000, 1000, 1, 1, 1);

        Assert.All(Enumerable.Range(0, 3), point => Assert.Equal(0, bins.Weight(point)));
    }
}
