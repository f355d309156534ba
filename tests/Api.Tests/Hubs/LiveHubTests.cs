using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Tests;

namespace Brig.Api.Tests.Hubs;

public sealed class LiveHubTests : IAsyncLifetime
{
    private HubHost _host = null!;
    private HubClient _client = null!;

    public async Task InitializeAsync()
    {
        _host = await HubHost.StartAsync();
        _client = await _host.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Connect_NobodyKnown_IsRefused()
        => await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(_host.Hub));

    [Fact]
    public async Task Metrics_AllContainers_SendsThePastThenEachTick()
    {
        ContainerId a = ContainerId.New(), b = ContainerId.New();
        _host.Metrics.Past = [HandMetrics.Frame(1, a), HandMetrics.Frame(2, a, b), HandMetrics.Frame(3, a, b)];
        var (_, items) = await _client.StreamAsync("Metrics", null, 2);
        Assert.Equal(2000, (await items.ReadAsync()).GetProperty("t").GetInt64());
        var third = await items.ReadAsync();
        Assert.Equal(2, third.GetProperty("c").EnumerateObject().Count());
        Assert.True(third.GetProperty("s").GetInt64() > 1_700_000_000_000);

        _host.Metrics.Tick(HandMetrics.Frame(4, a, b));
        var fourth = await items.ReadAsync();
        Assert.Equal(4000, fourth.GetProperty("t").GetInt64());
        Assert.Equal(24, fourth.GetProperty("m").GetArrayLength());
        Assert.Equal(4.1235, fourth.GetProperty("m")[0].GetDouble());
        Assert.Equal(JsonValueKind.Null, fourth.GetProperty("m")[2].ValueKind);
        var cells = fourth.GetProperty("c").GetProperty(b.Value);
        Assert.Equal(26, cells.GetArrayLength());
        Assert.Equal(1.4, cells[0].GetDouble());
        Assert.Equal(JsonValueKind.Null, cells[1].ValueKind);
        Assert.Equal(1001, cells[3].GetInt64());
        Assert.Equal(5000, cells[10].GetInt64());
        Assert.Equal(11, cells[22].GetDouble());
        Assert.Equal(JsonValueKind.Null, fourth.GetProperty("c").GetProperty(a.Value)[10].ValueKind);
    }

    [Fact]
    public async Task Metrics_SomeContainers_SendsOnlyThose()
    {
        ContainerId a = ContainerId.New(), b = ContainerId.New();
        var (_, items) = await _client.StreamAsync("Metrics", new[] { b.Value, "gone" }, 0);
        await Wait.Until(() => _host.Metrics.Followers == 1, "the stream to follow");
        _host.Metrics.Tick(HandMetrics.Frame(1, a, b));
        Assert.Equal([b.Value], (await items.ReadAsync()).GetProperty("c").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Metrics_ViewerCancelsOrLeaves_FollowsNoMore()
    {
        var (id, items) = await _client.StreamAsync("Metrics", null, 0);
        var other = await _host.ConnectAsync();
        await other.StreamAsync("Metrics", null, 0);
        await Wait.Until(() => _host.Metrics.Followers == 2, "both to follow");
        await _client.CancelAsync(id);
        await Wait.Until(() => _host.Metrics.Followers == 1, "the cancelled stream to end");
        await other.DisposeAsync();
        await Wait.Until(() => _host.Metrics.Followers == 0, "the lost connection's stream to end");
        await items.Completion;
    }

    [Fact]
    public async Task Metrics_ViewerReadsNothing_MissesFramesAndHoldsUpNobody()
    {
        ContainerId[] ids = [.. Enumerable.Range(0, 200).Select(_ => ContainerId.New())];
        var (_, slow) = await _client.StreamAsync("Metrics", null, 0);
        await using var quick = await _host.ConnectAsync();
        var (_, items) = await quick.StreamAsync("Metrics", null, 0);
        await Wait.Until(() => _host.Metrics.Followers == 2, "both to follow");
        for (int tick = 1; tick <= 500; tick++)
        {
            _host.Metrics.Tick(HandMetrics.Frame(tick, ids));
            Assert.Equal(1000 * tick, (await items.ReadAsync()).GetProperty("t").GetInt64());
        }
        long first = 0, seen = 0, missed = 0;
        for (long t = 0; t < 500_000; seen++)
        {
            var frame = await slow.ReadAsync();
            t = frame.GetProperty("t").GetInt64();
            first = first == 0 ? t / 1000 : first;
            missed += frame.TryGetProperty("d", out var left) ? left.GetInt64() : 0;
        }
        Assert.InRange(seen, 1, 499);
        Assert.Equal(500 - first + 1, seen + missed);   // it is told of each that it missed
    }

    [Fact]
    public async Task Logs_Batch_HasTheShapeOfTheContract()
    {
        var (_, items) = await _client.StreamAsync("Logs", "one", new { tail = 5, follow = true, stderr = false, after = "3:4096", contains = "x", sinceMs = 1000 });
        await _host.Logs.Batches.Writer.WriteAsync(new LogBatch([new(new(3, 4100), 1_795_294_342_123_456_789, OutputStream.Stderr, true, "a \"b\" ä")], 7));
        var batch = await items.ReadAsync();
        Assert.Equal("""[["3:4100","1795294342123456789",2,1,"a \"b\" ä"]]""", batch.GetProperty("lines").GetRawText());
        Assert.Equal(7, batch.GetProperty("skipped").GetInt64());
        Assert.Equal(
            new LogQuery { Tail = 5, Follow = true, ThroughRestarts = true, Stderr = false, After = new(3, 4096), Contains = "x", Since = DateTimeOffset.FromUnixTimeSeconds(1), SkipBeyond = 5000 },
            _host.Logs.Asked);
    }

    [Fact]
    public async Task Logs_ManyBatches_ComeAtMostTenASecond()
    {
        for (int i = 0; i < 12; i++)
            await _host.Logs.Batches.Writer.WriteAsync(new LogBatch([], i));
        _host.Logs.Batches.Writer.Complete();
        long start = TimeProvider.System.GetTimestamp();
        var (_, items) = await _client.StreamAsync("Logs", "one", null);
        Assert.Equal(12, await CountAsync(items));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds, 1000, 60_000);   // eleven pauses, each of which timers, which count whole milliseconds of a coarse clock, may end a little early
    }

    [Theory]
    [InlineData("two", null, "There is no container \"two\".")]
    [InlineData("one", "3-4", "\"3-4\" is no position in a log; it looks like 3:4096.")]
    public async Task Logs_Wrong_SaysSo(string id, string? after, string sentence)
    {
        var (_, items) = await _client.StreamAsync("Logs", id, new { after });
        var error = await Assert.ThrowsAsync<HubErrorException>(() => items.Completion);
        Assert.EndsWith(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchLogs_Batch_HasTheShapeOfTheContract()
    {
        var id = ContainerId.New();
        _host.Search.Containers.Add(new(id, "web", "nginx", System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("com.docker.compose.project", "shop"), DateTimeOffset.UnixEpoch));
        _host.Search.Lines.Add(new(0, new(3, 4100), 1_795_294_342_123_456_789, OutputStream.Stderr, Brig.Engine.Logs.Search.LineLevel.Error, "a \"b\"", 5, [], [new(new(3, 4200), 2, OutputStream.Stdout, true, "x")]));
        var (_, items) = await _client.StreamAsync("SearchLogs", new { text = "a", levels = (string[])["error"], order = "oldest", limit = 3, fromMs = 1000 });
        Assert.Equal(
            $$$"""{"sources":[{"id":"{{{id}}}","name":"web","image":"nginx","stack":"shop","service":null}],"lines":[[0,"3:4100","1795294342123456789",2,5,"a \"b\"",5,[],[["3:4200","2",1,1,"x"]]]],"looked":10,"total":20,"found":1,"gone":0,"histogram":{"fromMs":1000,"stepMs":100,"levels":[[1],[],[],[],[],[2],[]]},"done":true,"next":"next"}""",
            (await items.ReadAsync()).GetRawText());
        Assert.Equal(("a", 3, 1L), (_host.Search.Asked!.Text, _host.Search.Asked.Limit, _host.Search.Asked.From!.Value.ToUnixTimeSeconds()));
        Assert.Equal("""[["3:4096","1795294342000000001",1,0,"one 2 3"]]""", (await _client.InvokeAsync("LogsAround", "one", "3:4096", 2, 3)).GetProperty("lines").GetRawText());
    }

    [Fact]
    public async Task Events_LaggingFollowerIsEnded_GoesOnBehindTheLastItSaw()
    {
        _host.Events.Happen("create");
        _host.Events.Happen("start");
        var (_, items) = await _client.StreamAsync("Events", 1, 0);
        var first = (await items.ReadAsync())[0];
        Assert.Equal("""{"sequence":2,"at":"1970-01-01T00:00:00+00:00","kind":"container","action":"start","subject":"id","name":"name","attributes":{"Key":"v"}}""", first.GetRawText());
        _host.Events.EndFollowers();
        for (int i = 0; i < 5; i++)
            _host.Events.Happen("die");
        var sequences = new List<long>();
        while (sequences.Count < 5)
            sequences.AddRange((await items.ReadAsync()).EnumerateArray().Select(e => e.GetProperty("sequence").GetInt64()));
        Assert.Equal([3, 4, 5, 6, 7], sequences);
    }

    [Fact]
    public async Task Denied_StartOfTheContainer_BeginsAnew()
    {
        _host.Denials.Deny("mount", 1);
        var (_, items) = await _client.StreamAsync("Denied", "one");
        Assert.Equal(
            """{"all":true,"denials":[{"exec":null,"call":"mount","number":165,"architecture":null,"command":"sh","pid":7,"outerPid":4242,"count":1,"first":"1970-01-01T00:00:00+00:00","last":"1970-01-01T00:00:00+00:00"}]}""",
            (await items.ReadAsync()).GetRawText());
        _host.Denials.Deny("mount", 2);
        var change = await items.ReadAsync();
        Assert.False(change.GetProperty("all").GetBoolean());
        Assert.Equal(2, change.GetProperty("denials")[0].GetProperty("count").GetInt64());
        _host.Denials.Forget();
        Assert.Equal("""{"all":true,"denials":[]}""", (await items.ReadAsync()).GetRawText());
    }

    [Fact]
    public async Task Denied_NoSuchContainer_SaysSo()
    {
        var (_, items) = await _client.StreamAsync("Denied", "nobody");
        var refused = await Assert.ThrowsAsync<HubErrorException>(() => items.Completion);
        Assert.Contains("There is no container", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenTerminal_ShellIsMissing_TakesTheNextAndSeveralShareIt()
    {
        string exec = (await _client.InvokeAsync("OpenTerminal", "one", null, 30, 100)).GetString()!;
        Assert.Equal("/bin/bash", Assert.Single(_host.Containers[exec].Spec.Command));
        Assert.Equal((30, 100, true, true), (_host.Containers[exec].Spec.Rows, _host.Containers[exec].Spec.Columns, _host.Containers[exec].Spec.Tty, _host.Containers[exec].Spec.OpenStdin));
        var (_, mine) = await _client.StreamAsync("Terminal", exec);
        await using var other = await _host.ConnectAsync();
        var (_, theirs) = await other.StreamAsync("Terminal", exec);
        await _client.InvokeAsync("TerminalInput", exec, "ls ä\r");
        await AssertShows("ls ä\r", mine);
        await other.InvokeAsync("TerminalInput", exec, "pwd");
        await AssertShows("pwd", mine);
        await AssertShows("ls ä\rpwd", theirs);
        await _client.InvokeAsync("TerminalResize", exec, 50, 200);
        Assert.Equal((50, 200), _host.Containers[exec].Size);

        await _client.DisposeAsync();
        Assert.True((await other.InvokeAsync("Terminals", "one"))[0].GetProperty("running").GetBoolean());
        await other.InvokeAsync("CloseTerminal", exec);
        await theirs.Completion;
        var row = (await other.InvokeAsync("Terminals", "one"))[0];
        Assert.Equal("""{"id":"exec0","command":["/bin/bash"],"startedAt":"1970-01-01T00:00:00+00:00","running":false,"exitCode":137}""", row.GetRawText());
    }

    [Fact]
    public async Task AttachContainer_TypeAndWatch_IsItsOwnStreams()
    {
        string id = (await _client.InvokeAsync("AttachContainer", "one")).GetString()!;
        Assert.Equal("attach:" + _host.Containers.One.Id, id);
        var (_, items) = await _client.StreamAsync("Terminal", id);
        await _client.InvokeAsync("TerminalInput", id, "hello");
        await AssertShows("hello", items);
        await _client.InvokeAsync("CloseTerminal", id);
        _host.Containers.Streams.Show("still there");
        await AssertShows("still there", items);
    }

    [Fact]
    public async Task Calls_EngineRefuses_GiveItsSentence()
    {
        Assert.EndsWith("There is no container \"two\".", (await Assert.ThrowsAsync<HubErrorException>(() => _client.InvokeAsync("OpenTerminal", "two", null, 24, 80))).Message, StringComparison.Ordinal);
        Assert.EndsWith("There is no exec \"x\".", (await Assert.ThrowsAsync<HubErrorException>(() => _client.InvokeAsync("TerminalInput", "x", "y"))).Message, StringComparison.Ordinal);
        string exec = (await _client.InvokeAsync("OpenTerminal", "one", null, 24, 80)).GetString()!;
        Assert.Contains("1 to 1000 rows", (await Assert.ThrowsAsync<HubErrorException>(() => _client.InvokeAsync("TerminalResize", exec, 0, 80))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_TheSixtyFifthOfAConnection_IsRefused()
    {
        for (int i = 0; i < 64; i++)
            await _client.StreamAsync("Metrics", null, 0);
        await Wait.Until(() => _host.Metrics.Followers == 64, "all to follow");
        var (_, items) = await _client.StreamAsync("Metrics", null, 0);
        Assert.Contains("64 streams", (await Assert.ThrowsAsync<HubErrorException>(() => items.Completion)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TerminalInput_LargerThan64KiB_ClosesTheConnection()
    {
        string exec = (await _client.InvokeAsync("OpenTerminal", "one", null, 24, 80)).GetString()!;
        await _client.InvokeAsync("TerminalInput", exec, new string('a', 64 * 1024));
        await Assert.ThrowsAnyAsync<Exception>(() => _client.InvokeAsync("TerminalInput", exec, new string('a', 70 * 1024)));
    }

    private static async Task<int> CountAsync(ChannelReader<JsonElement> items)
    {
        int count = 0;
        await foreach (var _ in items.ReadAllAsync())
            count++;
        return count;
    }

    private static async Task AssertShows(string text, ChannelReader<JsonElement> items)
    {
        string shown = "";
        while (shown.Length < text.Length)
            shown += Encoding.UTF8.GetString((await items.ReadAsync()).GetBytesFromBase64());
        Assert.Equal(text, shown);
    }
}
