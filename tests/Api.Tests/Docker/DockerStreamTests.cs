using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Docker;

/// <summary>The fake program says hello, answers each input on standard error, and ends with its input.</summary>
public sealed class DockerStreamTests : DockerTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Attach_WithoutATerminal_FramesBothStreamsAndEndsTheInputOfStdinOnce()
    {
        await CreateAsync(new() { Image = "brig/busybox", OpenStdin = true, Docker = new() { StdinOnce = true } });
        using var client = await TakeOverAsync("/v1.47/containers/web/attach?stream=1&stdin=1&stdout=1&stderr=1");
        Assert.Contains("Content-Type: application/vnd.docker.multiplexed-stream\r\n", client.Head, StringComparison.Ordinal);
        await client.SendAsync("yes");
        client.EndInput();
        Assert.Equal("\u0001\0\0\0\0\0\0\u0006hello\n\u0002\0\0\0\0\0\0\u0007got yes", await client.ReadToEndAsync());
        await WhenAsync(() => Server.Containers.Attachment.Disposed);
    }

    [Theory]
    [InlineData("stdout=1", "\u0001\0\0\0\0\0\0\u0006hello\n")]
    [InlineData("stderr=1", "\u0002\0\0\0\0\0\0\u0007got yes")]
    public async Task Attach_ToOneStream_HasNotTheOther(string wanted, string expected)
    {
        await CreateAsync(new() { Image = "brig/busybox", OpenStdin = true, Docker = new() { StdinOnce = true } });
        using var client = await TakeOverAsync($"/containers/web/attach?stream=1&stdin=1&{wanted}");
        await client.SendAsync("yes");
        client.EndInput();
        Assert.Equal(expected, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Attach_ToATerminal_IsRawAndEndsWithTheKeys()
    {
        await CreateAsync(new() { Image = "brig/busybox", OpenStdin = true, Tty = true });
        using var client = await TakeOverAsync("/v1.47/containers/web/attach?stream=1&stdin=1&stdout=1&stderr=1&detachKeys=ctrl-a,b");
        Assert.Contains("Content-Type: application/vnd.docker.raw-stream\r\n", client.Head, StringComparison.Ordinal);
        await client.SendAsync("x\u0001b");
        Assert.StartsWith("hello\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await WhenAsync(() => Server.Containers.Attachment.Disposed);
    }

    [Fact]
    public async Task Attach_ToInputThatStaysOpen_EndsWithTheClientsInputAndNotTheProgram()
    {
        await CreateAsync(new() { Image = "brig/busybox", OpenStdin = true });
        using var client = await TakeOverAsync("/containers/web/attach?stream=1&stdin=1&stdout=1");
        client.EndInput();
        Assert.EndsWith("hello\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attach_ClientsThatVanish_LeaveNoProgramHeld()
    {
        await CreateAsync(new() { Image = "brig/busybox", OpenStdin = true });
        for (int i = 0; i < 100; i++)
        {
            using var client = await TakeOverAsync("/containers/web/attach?stream=1&stdout=1");
        }
        Assert.Equal(100, Server.Containers.Calls.Count(call => call == "attach-whole web"));
        await WhenAsync(() => Server.Containers.Attachment.Held == 0);
    }

    [Theory]
    [InlineData(ContainerStatus.Paused, "container web is paused, unpause the container before attach")]
    [InlineData(ContainerStatus.Restarting, "container web is restarting, wait until the container is running")]
    public async Task Attach_WhereItCannotBe_IsAConflict(ContainerStatus status, string message)
    {
        Server.Containers.Status = status;
        using var answer = await Client.PostAsync(At("/containers/web/attach?stream=1"), null);
        Assert.Equal((HttpStatusCode.Conflict, message), (answer.StatusCode, await MessageAsync(answer)));
    }

    [Fact]
    public async Task AttachSocket_TextAndBytes_AreInputAndOutputComesAsItIs()
    {
        await CreateAsync(new() { Image = "brig/busybox", OpenStdin = true, Docker = new() { StdinOnce = true } });
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = ConnectAsync });
        await socket.ConnectAsync(new("ws://docker/v1.41/containers/web/attach/ws?stream=1&stdin=1&stdout=1&stderr=1"), invoker, default);
        Assert.Equal("hello\n", await ReceiveAsync(socket));
        await socket.SendAsync("a"u8.ToArray(), WebSocketMessageType.Text, true, default);
        Assert.Equal("got a", await ReceiveAsync(socket));
        await socket.SendAsync("b"u8.ToArray(), WebSocketMessageType.Binary, true, default);
        Assert.Equal("got b", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Wait_WhileItRuns_SendsTheHeadFirst()
    {
        Server.Containers.Ending = new();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/containers/web/wait?condition=next-exit");
        using var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Limit);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("wait web NextExit", Server.Containers.Calls);
        Server.Containers.Ending.SetResult(new(7, 0, false));
        Assert.Equal("""{"StatusCode":7,"Error":null}""", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/containers/web/wait?condition=nothing", 400, "invalid condition: \"nothing\"")]
    [InlineData("/containers/other/wait", 404, "No such container: other")]
    public async Task Wait_ThatCannotBe_IsAMessage(string path, int status, string message)
    {
        using var answer = await Client.PostAsync(At(path), null);
        Assert.Equal((status, message), ((int)answer.StatusCode, await MessageAsync(answer)));
    }

    [Fact]
    public async Task Logs_AsTheDockerCommandAsks_AreThatQuery()
    {
        using var answer = await Client.GetAsync(At("/v1.41/containers/web/logs?stdout=1&stderr=0&timestamps=1&tail=5&since=1700000000.5&until=0"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            (true, false, (int?)5, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500), (DateTimeOffset?)null, true),
            (Server.Logs.Query!.Stdout, Server.Logs.Query.Stderr, Server.Logs.Query.Tail, Server.Logs.Query.Since, Server.Logs.Query.Until, Server.Logs.Timestamps));
    }

    [Fact]
    public async Task Logs_OfNoStream_AreRefused()
    {
        using var answer = await Client.GetAsync(At("/containers/web/logs"));
        Assert.Equal("Bad parameters: you must choose at least one stream", await MessageAsync(answer));
    }

    [Fact]
    public async Task Stats_OneShot_HasWhatClientsRead()
    {
        var stats = JsonNode.Parse(await Client.GetStringAsync(At("/containers/web/stats?stream=0&one-shot=1")))!;
        Assert.Equal("/web", stats["name"]!.GetValue<string>());
        Assert.Equal(1_500_001_000, stats["cpu_stats"]!["cpu_usage"]!["total_usage"]!.GetValue<long>());
        Assert.Equal(4, stats["cpu_stats"]!["online_cpus"]!.GetValue<int>());
        Assert.Equal((4096L, 1L << 20), (stats["memory_stats"]!["usage"]!.GetValue<long>(), stats["memory_stats"]!["limit"]!.GetValue<long>()));
        Assert.Equal(1, stats["networks"]!["eth0"]!["rx_bytes"]!.GetValue<long>());
        Assert.Equal(8192, stats["blkio_stats"]!["io_service_bytes_recursive"]![1]!["value"]!.GetValue<long>());
        Assert.Equal((5L, ulong.MaxValue), (stats["pids_stats"]!["current"]!.GetValue<long>(), stats["pids_stats"]!["limit"]!.GetValue<ulong>()));
    }

    /// <summary>A start is answered before the container is watched, and any number of ticks may come in between.</summary>
    [Fact]
    public async Task Stats_OfWhatHasJustBegun_WaitUntilThereAreAny()
    {
        int looks = 0;
        ((FakeCounters)Server.Services.GetRequiredService<ICounters>()).IsWatched = () =>
        {
            Server.Metrics.Publish(FakeMetrics.Frame(0));   // the tick that follows the look
            return ++looks > 2;
        };
        var stats = JsonNode.Parse(await Client.GetStringAsync(At("/containers/web/stats?stream=0")))!;
        Assert.Equal((4096L, 3), (stats["memory_stats"]!["usage"]!.GetValue<long>(), looks));
    }

    [Fact]
    public async Task Stats_OfWhatDoesNotRun_AreZeros()
    {
        Server.Containers.Status = ContainerStatus.Exited;
        ((FakeCounters)Server.Services.GetRequiredService<ICounters>()).All = [];
        var stats = JsonNode.Parse(await Client.GetStringAsync(At("/containers/web/stats?stream=0")))!;
        Assert.Equal("0001-01-01T00:00:00Z", stats["read"]!.GetValue<string>());
        Assert.Empty(stats["memory_stats"]!.AsObject());
    }

    [Fact]
    public async Task Archive_OfAFile_TellsItInTheHeader()
    {
        using var answer = await Client.SendAsync(new(HttpMethod.Head, "/containers/web/archive?path=/etc/../etc//motd"));
        string stat = Encoding.UTF8.GetString(Convert.FromBase64String(answer.Headers.GetValues("X-Docker-Container-Path-Stat").Single()));
        Assert.Equal("""{"name":"motd","size":5,"mode":420,"mtime":"1970-01-01T00:00:00Z","linkTarget":""}""", stat);
        Assert.Equal("a tar", await Client.GetStringAsync(At("/containers/web/archive?path=/etc/motd")));
    }

    [Theory]
    [InlineData("GET", "/containers/web/archive?path=/none", 404, "Could not find the file /none in container web")]
    [InlineData("GET", "/containers/web/archive", 400, "missing parameter: path")]
    [InlineData("PUT", "/containers/web/archive?path=/etc/motd", 400, "extraction point is not a directory")]
    [InlineData("POST", "/containers/web/resize?h=1", 400, "invalid resize width \"\": invalid syntax")]
    public async Task Request_ThatCannotBe_IsAMessage(string method, string path, int status, string message)
    {
        using var answer = await Client.SendAsync(new(new(method), path));
        Assert.Equal((status, message), ((int)answer.StatusCode, await MessageAsync(answer)));
    }

    [Fact]
    public async Task Exec_CreatedStartedAndAsked_RunsOnce()
    {
        using var made = await Client.PostAsync(At("/v1.41/containers/web/exec"), Json("""{"Cmd":["cat"],"AttachStdin":true,"AttachStdout":true,"AttachStderr":true,"User":"7","Env":["A=b"],"DetachKeys":""}"""));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal("""{"Id":"e1"}""", await made.Content.ReadAsStringAsync());
        Assert.DoesNotContain(Server.Containers.Calls, call => call.StartsWith("start-exec", StringComparison.Ordinal));
        Assert.Equal(("7", "A=b", true), (Server.Containers.Executed!.User, Server.Containers.Executed.Env.Single(), Server.Containers.Executed.OpenStdin));
    }

    [Theory]
    [InlineData("""{"Cmd":[]}""", ContainerStatus.Running, 400, "No exec command specified")]
    [InlineData("""{"Cmd":["x",null]}""", ContainerStatus.Running, 400, "\"Cmd\" may not have null in its list.")]
    [InlineData("""{"Cmd":["x"],"DetachKeys":"hm"}""", ContainerStatus.Running, 400, "Invalid detach keys (hm) provided: Unknown character: 'hm'")]
    [InlineData("""{"Cmd":["x"]}""", ContainerStatus.Exited, 409, "is not running")]
    [InlineData("""{"Cmd":["x"]}""", ContainerStatus.Paused, 409, "is paused, unpause the container before exec")]
    public async Task Exec_ThatCannotBe_IsAMessage(string body, ContainerStatus status, int code, string message)
    {
        Server.Containers.Status = status;
        using var answer = await Client.PostAsync(At("/containers/web/exec"), Json(body));
        Assert.Equal(code, (int)answer.StatusCode);
        Assert.EndsWith(message, await MessageAsync(answer), StringComparison.Ordinal);
    }

    private Task<Container> CreateAsync(ContainerSpec spec) => Server.Containers.CreateAsync(spec);

    private static Uri At(string path) => new(path, UriKind.Relative);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<string> MessageAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.GetValue<string>();

    private static async Task WhenAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (!isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] piece = new byte[1024];
        var received = await socket.ReceiveAsync(piece, default).WaitAsync(Limit);
        return Encoding.UTF8.GetString(piece, 0, received.Count);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Server.DockerSocket), stop);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private Task<RawClient> TakeOverAsync(string path) => RawClient.PostAsync(Server.DockerSocket, path);
}
