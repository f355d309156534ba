using System.Collections.Immutable;
using Brig.Engine.History;

namespace Brig.Engine.Tests.History;

public sealed class SeriesReaderTests
{
    /// <summary>Two containers for ten minutes, the second in place of the first after five and a half: their sum is level.</summary>
    [Fact]
    public void Read_StackWhoseContainerWasReplaced_SumNeitherDoublesNorHalves()
    {
        var answer = Read("stack:shop", Minutes(0, 6, half: 5), Minutes(5, 10, half: 5));

        Assert.All(answer.Series[0].Avg, value => Assert.Equal(2, value));
    }

    [Fact]
    public void Read_StackOfTwoAtOnce_IsTheirSum()
    {
        var answer = Read("stack:shop", Minutes(0, 10), Minutes(0, 10));

        Assert.All(answer.Series[0].Avg, value => Assert.Equal(4, value));
        Assert.Equal(60, answer.Tier);
    }

    [Fact]
    public void Read_OneOfTheStackHasNoLimit_TheStackHasNone()
    {
        var answer = Read("stack:shop", Minutes(0, 10), Minutes(0, 10, isLimited: false));

        Assert.All(answer.Series[1].Avg, value => Assert.Equal(double.NaN, value));
        Assert.All(Read("stack:shop", Minutes(0, 10), Minutes(0, 10)).Series[1].Avg, value => Assert.Equal(200, value));
    }

    /// <summary>Whoever may ask must not be able to take all memory.</summary>
    [Theory]
    [InlineData(0, TimeRange.Last, 600)]
    [InlineData(0, TimeRange.Last, 1)]
    [InlineData(0, 60_000L * 50_000 * 200, 50_000)]
    [InlineData(0, 1, 1)]
    public void Read_SumOverAnyRange_TakesLittleMemory(long from, long to, int points)
    {
        var chosen = new SourceSelection([Source("a") with { From = null }, Source("b") with { From = null }]).Find(["stack:shop"]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var answer = new SeriesReader(_ => [Minutes(0, 10)]).Read(new(["stack:shop"], ["memory", "memLimit"], from, to, points), chosen, default);

        Assert.InRange(answer.Series[0].Avg.Length, 1, points);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
    }

    [Fact]
    public void Read_MoreNumbersThanAnAnswerMayHave_IsRefused() =>
        Assert.Equal(EngineErrorKind.Invalid, Assert.Throws<EngineException>(() => new SeriesReader(_ => []).Read(
            new([.. Enumerable.Repeat("x", 150)], ["memory"], 0, 50_000_000, 50_000), [.. Enumerable.Repeat(new Chosen("x", "x", [Source("x")]), 150)], default)).Kind);

    private static HistoryAnswer Read(string source, Block first, Block second)
    {
        var chosen = new SourceSelection([Source("a"), Source("b")]).Find([source]);
        return new SeriesReader(query => [query.Source == "a" ? first : second]).Read(new([source], ["memory", "memLimit"], 0, 600_000, 3), chosen, default);
    }

    private static HistorySource Source(string id) => new(id, id, null, "shop", null, ImmutableDictionary<string, string>.Empty, null, 0, 600_000, null);

    /// <summary>Two bytes of a hundred in each minute; in one of them only half the time.</summary>
    private static Block Minutes(int from, int to, int half = -1, bool isLimited = true)
    {
        long[] times = [.. Enumerable.Range(from, to - from).Select(minute => minute * 60_000L)];
        long[] two = [.. times.Select(_ => 2L)], limit = [.. times.Select(_ => isLimited ? 100 : Column.None)];
        return new(Tier.Minute, times, [.. times.Select(time => time == half * 60_000L ? 30L : 60L)], [new(two, two, two), new(limit, limit, limit)]);
    }
}
