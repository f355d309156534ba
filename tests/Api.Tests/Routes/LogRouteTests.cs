using System.Collections.Immutable;
using System.IO.Compression;
using Brig.Api.Tests.Support;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs.Search;

namespace Brig.Api.Tests.Routes;

public sealed class LogRouteTests
{
    private static readonly LogSource Source = new(FakeContainers.Id, "web", "nginx", ImmutableDictionary<string, string>.Empty, DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Search_EveryParameter_ReachesTheEngineAndLinesComeBack()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.LogSearch.Containers.Add(Source);
        brig.LogSearch.Lines.Add(new(0, new(3, 4100), 1_795_294_342_123_456_789, OutputStream.Stderr, LineLevel.Error, "it \"broke\"", 10, [], [new(new(3, 4200), 1, OutputStream.Stderr, false, "  at x")]));

        var answer = await brig.SendAsync("GET",
            "/api/v1/logs?text=a&regex=b&matchCase=true&not=c&invert=true&source=web&source=stack:shop&from=100&to=200&level=error,fatal&output=2&field=status%3D500&field=ms%3E3&order=oldest&limit=7&after=x");

        Assert.Equal(("application/x-ndjson",
            """{"time":"2026-11-21T20:52:22.123456789Z","id":"ID","name":"web","position":"3:4100","stream":"stderr","level":"error","text":"it \"broke\"","behind":["  at x"]}""".Replace("ID", FakeContainers.Id.Value, StringComparison.Ordinal)),
            (answer.Type, answer.Body.TrimEnd()));
        var asked = brig.LogSearch.Asked!;
        Assert.Equal(["web", "stack:shop"], asked.Sources.ToArray());
        Assert.Equal([LineLevel.Error, LineLevel.Fatal], asked.Levels.ToArray());
        Assert.Equal(["status=500", "ms>3"], asked.Fields.ToArray());
        Assert.Equal(new LogSearch
        {
            Text = "a", Regex = "b", MatchCase = true, Not = "c", Invert = true, From = DateTimeOffset.FromUnixTimeSeconds(100), To = DateTimeOffset.FromUnixTimeSeconds(200), Output = OutputStream.Stderr,
            Order = SearchOrder.Oldest, Limit = 7, After = "x", Count = false, Sources = asked.Sources, Levels = asked.Levels, Fields = asked.Fields,
        }, asked);
        Assert.Equal(0, brig.LogSearch.Open);
    }

    [Theory]
    [InlineData("order=up", "\"order\" must be newest or oldest.")]
    [InlineData("level=bad", "\"bad\" is no level; there are unknown, trace, debug, info, warn, error and fatal.")]
    [InlineData("output=3", "\"output\" must be 1 (stdout) or 2 (stderr).")]
    public async Task Search_Wrong_SaysSo(string query, string sentence)
    {
        await using var brig = await TestBrig.StartAsync();
        var answer = await brig.SendAsync("GET", "/api/v1/logs?" + query);
        Assert.Equal((400, sentence), (answer.Status, answer.Problem()));
    }

    [Fact]
    public async Task Search_TooManyAtOnce_Is429()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.LogSearch.Refusal = new(EngineErrorKind.Busy, "Enough.");
        var answer = await brig.SendAsync("GET", "/api/v1/logs");
        Assert.Equal((429, "Enough."), (answer.Status, answer.Problem()));
    }

    [Fact]
    public async Task Download_Packed_IsAFileThatUnpacksToTheLines()
    {
        await using var brig = await TestBrig.StartAsync();
        using var answer = await brig.Http.GetAsync(new Uri("/api/v1/logs/download?format=jsonl&gz=true", UriKind.Relative));
        Assert.Matches("^attachment; filename=\"logs-.*\\.jsonl\\.gz\"$", answer.Content.Headers.GetValues("Content-Disposition").Single());
        using var unpacked = new StreamReader(new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        Assert.Equal("JsonLines of 0\n", await unpacked.ReadToEndAsync());
        Assert.Equal("Text of 0\n", (await brig.SendAsync("GET", "/api/v1/logs/download")).Body);
        Assert.Equal(0, brig.LogSearch.Open);
    }

    [Fact]
    public async Task Around_Position_IsTheLineAndItsNeighbours()
    {
        await using var brig = await TestBrig.StartAsync();
        var answer = await brig.SendAsync("GET", "/api/v1/containers/web/logs?around=3:4096&before=2&behind=3");
        Assert.Equal("""{"time":"2026-11-21T20:52:22.000000001Z","position":"3:4096","stream":"stdout","partial":false,"text":"web 2 3"}""", answer.Body.TrimEnd());
        Assert.Equal(400, (await brig.SendAsync("GET", "/api/v1/containers/web/logs?around=x")).Status);
    }

    [Fact]
    public async Task Logs_OfARemovedContainer_AreReadByItsNameUntilForgotten()
    {
        await using var brig = await TestBrig.StartAsync();
        Assert.Equal(404, (await brig.SendAsync("GET", "/api/v1/containers/gone/logs")).Status);
        brig.LogSearch.Containers.Add(Source with { Name = "gone", RemovedAt = DateTimeOffset.UnixEpoch });
        Assert.Equal("line of aaa\n", (await brig.SendAsync("GET", "/api/v1/containers/gone/logs")).Body);
        Assert.Equal(204, (await brig.SendAsync("DELETE", "/api/v1/logs/gone")).Status);
        Assert.Equal("No log is kept of a removed container \"gone\".", (await brig.SendAsync("DELETE", "/api/v1/logs/gone")).Problem());
    }

    [Fact]
    public async Task Sources_Asked_AreListed()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.LogSearch.Containers.Add(Source with { RemovedAt = DateTimeOffset.UnixEpoch, ExitCode = 3 });
        var first = (await brig.SendAsync("GET", "/api/v1/logs/sources")).Json[0];
        Assert.Equal(("web", 3), (first.GetProperty("name").GetString(), first.GetProperty("exitCode").GetInt32()));
    }
}
