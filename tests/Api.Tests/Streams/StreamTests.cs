using System.Text.Json;
using Brig.Api.Tests.Support;
using Brig.Engine.Containers;

namespace Brig.Api.Tests.Streams;

public sealed class StreamTests
{
    [Fact]
    public async Task Logs_EveryParameter_ReachesTheQuery()
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("GET", "/api/v1/containers/web/logs?tail=5&since=100&until=200&stderr=false&timestamps=true&contains=a%20b");

        Assert.Equal(("text/plain", "line of aaa\n"), (answer.Type, answer.Body));
        var query = brig.Logs.Query!;
        Assert.Equal((5, 100L, 200L, true, false, false, "a b", true),
            (query.Tail, query.Since!.Value.ToUnixTimeSeconds(), query.Until!.Value.ToUnixTimeSeconds(), query.Stdout, query.Stderr, query.Follow, query.Contains, brig.Logs.Timestamps));
    }

    [Fact]
    public async Task Logs_Followed_LinesComeBeforeTheEnd()
    {
        await using var brig = await TestBrig.StartAsync();

        using var reader = await OpenAsync(brig, "/api/v1/containers/web/logs?follow=true");

        Assert.Equal("line of aaa", await reader.ReadLineAsync().WaitAsync(Wait.Limit));
    }

    [Fact]
    public async Task Events_Followed_SnapshotThenWhatHappens()
    {
        await using var brig = await TestBrig.StartAsync();
        using var reader = await OpenAsync(brig, "/api/v1/events/follow?tail=10");

        Assert.Equal(5, (await NextAsync(reader)).GetProperty("sequence").GetInt64());
        brig.Events.Publish(FakeEvents.Started with { Sequence = 6, Action = "die" });
        Assert.Equal("die", (await NextAsync(reader)).GetProperty("action").GetString());
    }

    [Fact]
    public async Task Events_FollowedTooSlowly_GoesOnFromTheLastOneSeen()
    {
        await using var brig = await TestBrig.StartAsync();
        using var reader = await OpenAsync(brig, "/api/v1/events/follow?tail=10");
        await NextAsync(reader);

        brig.Events.EndFollowers();
        await Wait.Until(() => brig.Events.Followed.Count == 2, "a second subscription");
        brig.Events.Publish(FakeEvents.Started with { Sequence = 7 });

        Assert.Equal(7, (await NextAsync(reader)).GetProperty("sequence").GetInt64());
        Assert.Equal([(10, 0L), (10_000, 5L)], brig.Events.Followed);
    }

    [Fact]
    public async Task Events_FollowedWithAFilter_OthersAreLeftOut()
    {
        await using var brig = await TestBrig.StartAsync();
        using var reader = await OpenAsync(brig, "/api/v1/events/follow?kind=image");

        brig.Events.Publish(FakeEvents.Started);
        brig.Events.Publish(FakeEvents.Started with { Sequence = 8, Kind = "image" });

        Assert.Equal(8, (await NextAsync(reader)).GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task Metrics_NotFollowed_HistoryWithNullForWhatIsNotKnown()
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("GET", "/api/v1/metrics");

        Assert.Equal("application/x-ndjson", answer.Type);
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("machine").GetProperty("cpuCores").ValueKind);
        Assert.Equal(4096, answer.Json.GetProperty("containers")[0].GetProperty("memory").GetInt64());
    }

    [Fact]
    public async Task ContainerMetrics_Followed_OneLineATick()
    {
        await using var brig = await TestBrig.StartAsync();
        using var reader = await OpenAsync(brig, "/api/v1/containers/web/metrics?follow=true&history=0");

        brig.Metrics.Publish(FakeMetrics.Frame(0.5));

        Assert.Equal(0.5, (await NextAsync(reader)).GetProperty("sample").GetProperty("cpuCores").GetDouble());
    }

    [Fact]
    public async Task Stats_Running_IsASampleReadAfterTheRequest()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.Metrics.Publish(FakeMetrics.Frame(0.25));

        Assert.Equal(0.25, (await brig.SendAsync("GET", "/api/v1/containers/web/stats")).Json.GetProperty("sample").GetProperty("cpuCores").GetDouble());
    }

    [Fact]
    public async Task Stats_NotRunning_Conflict()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.Containers.Status = ContainerStatus.Exited;

        var answer = await brig.SendAsync("GET", "/api/v1/containers/web/stats");

        Assert.Equal(409, answer.Status);
        Assert.Equal("web does not run, so it uses nothing that could be measured.", answer.Problem());
    }

    private static async Task<StreamReader> OpenAsync(TestBrig brig, string path) => new(await brig.Http.GetStreamAsync(new Uri(path, UriKind.Relative)).WaitAsync(Wait.Limit));

    private static async Task<JsonElement> NextAsync(StreamReader reader)
    {
        string? line = await reader.ReadLineAsync().WaitAsync(Wait.Limit);
        return JsonDocument.Parse(line ?? throw new EndOfStreamException()).RootElement;
    }
}
