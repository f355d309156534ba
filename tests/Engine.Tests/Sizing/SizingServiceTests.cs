using System.Collections.Immutable;
using System.Reflection;
using Brig.Engine.Containers;
using Brig.Engine.History;
using Brig.Engine.Sizing;

namespace Brig.Engine.Tests.Sizing;

public sealed class SizingServiceTests
{
    private static readonly Container s_web = new(new(new string('a', 64)), "web", new() { Image = "x", Limits = new() { Memory = 1 << 30 } }, new(ContainerStatus.Running), DateTimeOffset.UnixEpoch, "sha256:1", "x", 1);

    [Fact]
    public async Task Read_EnoughHistory_ProposalWasteAndHowManyMore()
    {
        var report = await ReadAsync(points: 1000, step: 60_000);
        var web = Assert.Single(report.Containers);

        Assert.Equal((0.5, 100L << 20), (web.Cpu!.P99, (long)web.Memory!.P99));
        Assert.Equal(TimeSpan.FromMinutes(1000), web.Measured);
        Assert.Equal((1L << 30) - web.Proposal!.Memory, web.WastedMemory);
        Assert.Equal((6, "cpu", 8, 6), (web.More!.Count, web.More.EndsFirst, web.More.ByMemory, web.More.ByCpu));
        Assert.Equal(0, web.OomKills);
    }

    [Fact]
    public async Task Read_KilledInTwoRuns_BothCountAndNothingIsWasted()
    {
        var web = Assert.Single((await ReadAsync(points: 1000, step: 60_000, kills: true)).Containers);

        Assert.Equal((2, 0), (web.OomKills, web.WastedMemory));
        Assert.True(web.Proposal!.Memory > 1 << 30);
    }

    [Fact]
    public async Task Read_LittleHistory_ProposesNothing()
    {
        var report = await ReadAsync(points: 10, step: 60_000);

        Assert.Equal(TimeSpan.FromHours(3), report.Needed);
        Assert.Null(Assert.Single(report.Containers).Proposal);
        Assert.Equal(0, report.Containers[0].WastedMemory);
    }

    private static Task<SizingReport> ReadAsync(int points, long step, bool kills = false)
    {
        var history = new GivenHistory(points, step, kills);
        return new SizingService(GivenContainers.Of(s_web), history, TimeProvider.System).ReadAsync(SizingRange.Day);
    }

    /// <summary>A flat line for each metric; the kills of two runs.</summary>
    private sealed class GivenHistory(int points, long step, bool kills) : IHistory
    {
        public HistoryState State => new(null, 0, 1, 0);

        public Task<HistoryAnswer> ReadAsync(HistoryQuery query, CancellationToken stop = default) => Task.FromResult(new HistoryAnswer(0, points * step, step, 60, 0,
            [.. query.Sources.SelectMany(source => query.Metrics.Select(metric => Series(source, metric)))]));

        public ImmutableArray<HistorySource> Sources() => [new(s_web.Id.Value, "web", "x", null, null, ImmutableDictionary<string, string>.Empty, null, 0, 1, null)];

        public Task<ImmutableArray<HistoryMark>> MarksAsync(MarkQuery query, CancellationToken stop = default) => Task.FromResult(ImmutableArray<HistoryMark>.Empty);

        private HistorySeries Series(string source, string metric)
        {
            double value = (source, metric) switch
            {
                ("machine", "cpuCores") => 1, ("machine", "cores") => 4, ("machine", "memTotal") => 4L << 30, ("machine", "memAvailable") => (4L << 30) / 20 + (850L << 20),
                (_, "cpuCores") => 0.5, (_, "workingSet") => 100L << 20, _ => 0,
            };
            double[] line = [.. Enumerable.Range(0, points).Select(point => metric == "oomKill" && kills ? point < 3 ? 0 : point < 6 ? 1 : point < 8 ? 0 : 1 : value)];
            return new(source, source, metric, line, line, line);
        }
    }
}

/// <summary>Only the list is ever asked for.</summary>
public class GivenContainers : DispatchProxy
{
    private ImmutableArray<Container> _all = [];

    public static IContainers Of(params ImmutableArray<Container> all)
    {
        var proxy = Create<IContainers, GivenContainers>();
        ((GivenContainers)(object)proxy)._all = all;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name == nameof(IContainers.List) ? _all : throw new NotSupportedException(targetMethod?.Name);
}
