using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Process;

/// <summary>Every verb once through HTTP with the real engine, the real shim and the real kernel. Needs root.</summary>
public sealed class RealEngineTests(RealBrig real) : IClassFixture<RealBrig>
{
    private const string Busybox = "brig/busybox";

    [Fact]
    public async Task Container_FromCreateToRemove_EveryVerbAnswers()
    {
        string id = await CreateAsync("""{"image":"brig/busybox","name":"life","command":["sh","-c","echo out; echo err >&2; exec sleep 1000"],"stopSignal":"SIGKILL"}""");

        await ExpectAsync("POST", "/containers/life/start", 200);
        await ExpectAsync("POST", "/containers/life/start", 304);
        Assert.Equal("running", await StatusAsync("life"));
        Assert.Equal(409, (await SendAsync("DELETE", "/containers/life")).Status);
        await ExpectAsync("POST", "/containers/life/pause", 200);
        Assert.Equal("paused", await StatusAsync("life"));
        await ExpectAsync("POST", "/containers/life/resume", 200);
        await ExpectAsync("POST", "/containers/life/rename?name=life2", 200);
        var limited = await ExpectAsync("PUT", "/containers/life2/limits", 200, """{"memory":67108864,"pids":32}""");
        Assert.Equal(67108864, limited.Json.GetProperty("spec").GetProperty("limits").GetProperty("memory").GetInt64());
        await ExpectAsync("PUT", "/containers/life2/restart-policy", 200, """{"mode":"unlessStopped"}""");
        await ExpectAsync("POST", "/containers/life2/restart?grace=0", 200);
        await ExpectAsync("POST", "/containers/life2/stop?grace=5", 200);
        await ExpectAsync("POST", "/containers/life2/stop", 304);
        Assert.Equal(137, (await ExpectAsync("POST", "/containers/life2/wait", 200)).Json.GetProperty("code").GetInt32());
        await ExpectAsync("DELETE", "/containers/" + id, 204);
        await ExpectAsync("GET", "/containers/" + id, 404);
    }

    [Fact]
    public async Task Container_Running_EveryReportAnswers()
    {
        string id = await StartAsync("""{"image":"brig/busybox","name":"report","command":["sleep","1000"]}""");

        Assert.Contains("sleep", (await ExpectAsync("GET", "/containers/report/top", 200)).Json[0].GetProperty("command").GetString());
        var namespaces = (await ExpectAsync("GET", "/containers/report/namespaces", 200)).Json;
        var pid = namespaces.EnumerateArray().Single(row => row.GetProperty("kind").GetString() == "pid");
        Assert.NotEqual(pid.GetProperty("hostInode").GetUInt64(), pid.GetProperty("inode").GetUInt64());
        Assert.Contains((await ExpectAsync("GET", "/containers/report/birth", 200)).Json.GetProperty("steps").EnumerateArray(), step => step.GetProperty("call").GetString() == "execve");
        Assert.Equal(JsonValueKind.Object, (await ExpectAsync("GET", "/containers/report/inspect", 200)).Json.ValueKind);
        Assert.True((await ExpectAsync("GET", "/containers/report/stats", 200)).Json.GetProperty("sample").GetProperty("pids").GetInt64() >= 1);
        Assert.True((await ExpectAsync("GET", "/metrics?history=5", 200)).Body.Length > 0);
        Assert.Contains((await ExpectAsync("GET", "/containers", 200)).Json.EnumerateArray(), one => one.GetProperty("id").GetString() == id);
        Assert.Contains((await ExpectAsync("GET", "/events?subject=" + id, 200)).Json.EnumerateArray(), one => one.GetProperty("action").GetString() == "start");
        await ExpectAsync("POST", "/containers/report/kill?signal=KILL", 200);
        Assert.Equal(9, (await ExpectAsync("POST", "/containers/report/wait", 200)).Json.GetProperty("signal").GetInt32());
        Assert.Equal(409, (await SendAsync("GET", "/containers/report/stats")).Status);
    }

    [Fact]
    public async Task Logs_BothStreams_ComeApartAndTogether()
    {
        await StartAsync("""{"image":"brig/busybox","name":"talk","command":["sh","-c","echo out; echo err >&2"]}""");
        await ExpectAsync("POST", "/containers/talk/wait", 200);

        Assert.Equal("out\n", (await ExpectAsync("GET", "/containers/talk/logs?stderr=false", 200)).Body);
        Assert.Equal("err\n", (await ExpectAsync("GET", "/containers/talk/logs?stdout=false", 200)).Body);
        Assert.Equal(2, (await ExpectAsync("GET", "/containers/talk/logs?timestamps=true", 200)).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("", (await ExpectAsync("GET", "/containers/talk/logs?contains=nothing", 200)).Body);
    }

    [Fact]
    public async Task Exec_StartedAndWaitedFor_TellsItsCode()
    {
        await StartAsync("""{"image":"brig/busybox","name":"host","command":["sleep","1000"]}""");

        var exec = await ExpectAsync("POST", "/containers/host/exec", 201, """{"command":["sh","-c","exit 7"]}""");
        string execId = exec.Json.GetProperty("id").GetString()!;
        Assert.Equal(7, (await ExpectAsync("POST", $"/exec/{execId}/wait", 200)).Json.GetProperty("code").GetInt32());
        Assert.Equal(7, (await ExpectAsync("GET", $"/exec/{execId}", 200)).Json.GetProperty("exit").GetProperty("code").GetInt32());
        Assert.Equal(1, (await ExpectAsync("GET", "/containers/host/execs", 200)).Json.GetArrayLength());

        string sleeper = (await ExpectAsync("POST", "/containers/host/exec", 201, """{"command":["sleep","1000"]}""")).Json.GetProperty("id").GetString()!;
        await ExpectAsync("POST", $"/exec/{sleeper}/kill", 204);
        Assert.Equal(9, (await ExpectAsync("POST", $"/exec/{sleeper}/wait", 200)).Json.GetProperty("signal").GetInt32());
    }

    [Fact]
    public async Task Attach_ToAProgramThatEchoes_InputComesBackUntilItIsClosed()
    {
        await StartAsync("""{"image":"brig/busybox","name":"echo","command":["cat"],"openStdin":true}""");
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + real.Brig.Token);
        await socket.ConnectAsync(new UriBuilder(real.Brig.Url) { Scheme = "ws", Path = "/api/v1/containers/echo/attach" }.Uri, default);

        await socket.SendAsync("\0hello\n"u8.ToArray(), WebSocketMessageType.Binary, true, default);
        byte[] buffer = new byte[100];
        var got = await socket.ReceiveAsync(buffer, default).WaitAsync(Wait.Limit);
        Assert.Equal("\u0001hello\n", Encoding.UTF8.GetString(buffer, 0, got.Count));
        await socket.SendAsync("""{"closeInput":true}"""u8.ToArray(), WebSocketMessageType.Text, true, default);
        got = await socket.ReceiveAsync(buffer, default).WaitAsync(Wait.Limit);

        Assert.Equal((WebSocketMessageType.Close, "The program has ended."), (got.MessageType, socket.CloseStatusDescription));
        Assert.Equal(0, (await ExpectAsync("POST", "/containers/echo/wait", 200)).Json.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Images_ImportedUsedAndRemoved_EachAnswers()
    {
        Assert.Equal(Busybox + ":latest", (await ExpectAsync("GET", "/images/" + Busybox, 200)).Json.GetProperty("reference").GetString());
        using var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry("/bin/busybox", "bin/sh");
        }
        tar.Position = 0;
        using var content = new StreamContent(tar);
        using var imported = await real.Brig.Http.PostAsync(new Uri("/api/v1/images?reference=my/shell:1&config=" + Uri.EscapeDataString("""{"command":["/bin/sh","-c","exit 4"]}"""), UriKind.Relative), content);
        Assert.Equal(201, (int)imported.StatusCode);

        await StartAsync("""{"image":"my/shell:1","name":"own"}""");
        Assert.Equal(4, (await ExpectAsync("POST", "/containers/own/wait", 200)).Json.GetProperty("code").GetInt32());
        Assert.Equal(409, (await SendAsync("DELETE", "/images/my/shell:1")).Status);
        await ExpectAsync("DELETE", "/containers/own", 204);
        await ExpectAsync("DELETE", "/images/my/shell:1", 204);
        await ExpectAsync("GET", "/images/my/shell:1", 404);
    }

    [Theory]
    [InlineData("""{"image":"nobody/knows"}""", 404)]
    [InlineData("""{"image":"brig/busybox","name":"no spaces"}""", 400)]
    [InlineData("""{"image":"brig/busybox","limits":{"memory":1}}""", 400)]
    [InlineData("""{"image":"brig/busybox","mounts":[{"kind":"bind","source":"relative","target":"/x"}]}""", 400)]
    public async Task Create_Impossible_RefusedAndNothingIsLeft(string spec, int status)
    {
        int before = (await ExpectAsync("GET", "/containers", 200)).Json.GetArrayLength();

        var answer = await SendAsync("POST", "/containers", spec);

        Assert.Equal(status, answer.Status);
        answer.Problem();
        Assert.Equal(before, (await ExpectAsync("GET", "/containers", 200)).Json.GetArrayLength());
    }

    [Fact]
    public async Task Start_CommandDoesNotExist_NamesTheStepAndTheErrno()
    {
        await CreateAsync("""{"image":"brig/busybox","name":"typo","command":["/bin/nonesuch"]}""");

        var answer = await SendAsync("POST", "/containers/typo/start");

        Assert.True(answer.Status >= 400, answer.Body);
        string sentence = answer.Problem();
        Assert.Contains("/bin/nonesuch", sentence);
    }

    [Fact]
    public async Task Events_Followed_TellOfALifeInOrder()
    {
        using var reader = new StreamReader(await real.Brig.Http.GetStreamAsync(new Uri("/api/v1/events/follow?kind=container", UriKind.Relative)));
        string id = await StartAsync("""{"image":"brig/busybox","name":"story","command":["true"]}""");
        await ExpectAsync("POST", "/containers/story/wait", 200);

        var actions = new List<string>();
        while (actions.Count == 0 || actions[^1] != "die")
        {
            var happened = JsonDocument.Parse((await reader.ReadLineAsync().WaitAsync(Wait.Limit))!).RootElement;
            if (happened.GetProperty("subject").GetString() == id)
            {
                actions.Add(happened.GetProperty("action").GetString()!);
            }
        }
        Assert.Equal(["create", "start", "die"], actions);
    }

    private Task<Answer> SendAsync(string method, string path, string? json = null) => real.SendAsync(method, path, json);

    private async Task<Answer> ExpectAsync(string method, string path, int status, string? json = null)
    {
        var answer = await SendAsync(method, path, json);
        Assert.True(answer.Status == status, $"{method} {path} answered {answer.Status}, not {status}: {answer.Body}");
        return answer;
    }

    private async Task<string> CreateAsync(string spec) => (await ExpectAsync("POST", "/containers", 201, spec)).Json.GetProperty("id").GetString()!;

    private async Task<string> StartAsync(string spec)
    {
        string id = await CreateAsync(spec);
        await ExpectAsync("POST", $"/containers/{id}/start", 200);
        return id;
    }

    private async Task<string> StatusAsync(string id) => (await ExpectAsync("GET", "/containers/" + id, 200)).Json.GetProperty("state").GetProperty("status").GetString()!;
}
