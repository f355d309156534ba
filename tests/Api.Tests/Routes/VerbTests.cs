using Brig.Api.Tests.Support;
using Brig.Engine.Containers;

namespace Brig.Api.Tests.Routes;

public sealed class VerbTests
{
    [Theory]
    [InlineData("POST", "/containers/web/start", null, 200, "start web")]
    [InlineData("POST", "/containers/web/stop", null, 200, "stop web -")]
    [InlineData("POST", "/containers/web/stop?grace=1.5", null, 200, "stop web 1.5")]
    [InlineData("POST", "/containers/web/restart?grace=0", null, 200, "restart web 0")]
    [InlineData("POST", "/containers/web/kill", null, 200, "kill web SIGKILL")]
    [InlineData("POST", "/containers/web/kill?signal=HUP", null, 200, "kill web HUP")]
    [InlineData("POST", "/containers/web/pause", null, 200, "pause web")]
    [InlineData("POST", "/containers/web/resume", null, 200, "resume web")]
    [InlineData("POST", "/containers/web/rename?name=shop", null, 200, "rename web shop")]
    [InlineData("POST", "/containers/web/wait", null, 200, "wait web")]
    [InlineData("POST", "/containers/prune", null, 200, "prune")]
    [InlineData("DELETE", "/containers/web", null, 204, "remove web False")]
    [InlineData("DELETE", "/containers/web?force=true", null, 204, "remove web True")]
    [InlineData("GET", "/containers/web/top", null, 200, "top web")]
    [InlineData("GET", "/containers/web/namespaces", null, 200, "namespaces web")]
    [InlineData("GET", "/containers/web/birth", null, 200, "birth web")]
    [InlineData("GET", "/containers/web/inspect", null, 200, "inspect web")]
    [InlineData("POST", "/containers", """{"image":"brig/busybox"}""", 201, "create brig/busybox")]
    [InlineData("PUT", "/containers/web/limits", """{"memory":1048576}""", 200, "limits web")]
    [InlineData("PUT", "/containers/web/restart-policy", """{"mode":"onFailure","maxRetries":3}""", 200, "restart-policy web")]
    [InlineData("POST", "/containers/web/exec", """{"command":["ls"]}""", 201, "exec web")]
    [InlineData("POST", "/exec/e1/wait", null, 200, "wait-exec e1")]
    [InlineData("POST", "/exec/e1/kill?signal=TERM", null, 204, "kill-exec e1 TERM")]
    public async Task Route_WellFormedRequest_CallsTheVerbAndAnswers(string method, string path, string? body, int status, string call)
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync(method, "/api/v1" + path, body);

        Assert.Equal(status, answer.Status);
        Assert.Equal(call, Assert.Single(brig.Containers.Calls));
        Assert.Equal(status == 204, answer.Body.Length == 0);
    }

    [Fact]
    public async Task Create_Made_AnswersWithItsLocation()
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("POST", "/api/v1/containers", """{"image":"brig/busybox"}""");

        Assert.Equal("/api/v1/containers/" + FakeContainers.Id, answer.Headers["Location"]);
        Assert.Equal(200, (await brig.SendAsync("GET", answer.Headers["Location"])).Status);
    }

    [Fact]
    public async Task Get_Container_SpeaksCamelCaseWordsAndSeconds()
    {
        await using var brig = await TestBrig.StartAsync();
        await brig.SendAsync("POST", "/api/v1/containers", """{"image":"brig/busybox","stopGrace":1.5,"restart":{"mode":"unlessStopped"}}""");

        var web = (await brig.SendAsync("GET", "/api/v1/containers/web")).Json;

        Assert.Equal(FakeContainers.Id.Value, web.GetProperty("id").GetString());
        Assert.Equal("running", web.GetProperty("state").GetProperty("status").GetString());
        Assert.Equal("unlessStopped", web.GetProperty("spec").GetProperty("restart").GetProperty("mode").GetString());
        Assert.Equal("new", web.GetProperty("spec").GetProperty("namespaces").GetProperty("pid").GetString());
        Assert.Equal(1.5, web.GetProperty("spec").GetProperty("stopGrace").GetDouble());
        Assert.True(web.GetProperty("state").GetProperty("exit").GetProperty("oomKilled").GetBoolean());
        Assert.False(web.GetProperty("state").TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Limits_Given_ReachTheEngineAsTheyAre()
    {
        await using var brig = await TestBrig.StartAsync();

        await brig.SendAsync("PUT", "/api/v1/containers/web/limits", """{"cpus":0.5,"pids":64,"ioRates":[{"device":"/dev/vda","readBytesPerSecond":1000}]}""");

        var limits = brig.Containers.NewLimits!;
        Assert.Equal((0.5, 64L, null), (limits.Cpus, limits.Pids, limits.Memory));
        Assert.Equal(new IoRate("/dev/vda", 1000, null, null, null), Assert.Single(limits.IoRates));
    }

    [Fact]
    public async Task Wait_StillRunning_AnswersWhenItEnds()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.Containers.Ending = new TaskCompletionSource<ExitStatus>();

        var waiting = brig.SendAsync("POST", "/api/v1/containers/web/wait");
        await Wait.Until(() => brig.Containers.Calls.Length == 1, "the wait to arrive");
        Assert.False(waiting.IsCompleted);
        brig.Containers.Ending.SetResult(new ExitStatus(139, 11, false));

        Assert.Equal("""{"code":139,"signal":11,"oomKilled":false}""", (await waiting).Body);
    }

    [Fact]
    public async Task Images_EveryVerb_Answers()
    {
        await using var brig = await TestBrig.StartAsync();

        Assert.Equal("brig/busybox:latest", (await brig.SendAsync("GET", "/api/v1/images")).Json[0].GetProperty("reference").GetString());
        Assert.Equal(200, (await brig.SendAsync("GET", "/api/v1/images/brig/busybox:latest")).Status);
        Assert.Equal(200, (await brig.SendAsync("GET", "/api/v1/images/brig%2Fbusybox%3Alatest")).Status);
        Assert.Equal("No image is called \"none\".", (await brig.SendAsync("GET", "/api/v1/images/none")).Problem());
        Assert.Equal(204, (await brig.SendAsync("DELETE", "/api/v1/images/my%2Fown")).Status);
        Assert.Equal("my/own", brig.Images.Removed);
    }

    [Fact]
    public async Task Import_TarLargerThanOtherBodies_ReachesTheEngineWhole()
    {
        await using var brig = await TestBrig.StartAsync();
        using var tar = new ByteArrayContent(new byte[6 * 1024 * 1024]);
        tar.Headers.ContentType = new("application/x-tar");

        using var response = await brig.Http.PostAsync(new Uri("/api/v1/images?reference=my/own:1&config=" + Uri.EscapeDataString("""{"command":["/bin/sh"]}"""), UriKind.Relative), tar);

        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal("/api/v1/images/my/own:1", response.Headers.Location!.OriginalString);
        Assert.Equal(("my/own:1", tar.Headers.ContentLength), (brig.Images.Imported, brig.Images.ImportedBytes));
        Assert.Equal(["/bin/sh"], brig.Images.ImportedConfig!.Command.AsEnumerable());
        Assert.Empty(brig.Images.ImportedConfig.Entrypoint);
    }

    [Fact]
    public async Task Events_Listed_PassTheirFilters()
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("GET", "/api/v1/events?since=100&until=1970-01-01T00:10:00Z&kind=container&subject=web&limit=5");

        Assert.Equal("100 600 container web 5", brig.Events.Asked);
        Assert.Equal("0", answer.Json[0].GetProperty("attributes").GetProperty("exitCode").GetString());
    }

    [Fact]
    public async Task System_Asked_CountsAndNamesTheKernel()
    {
        await using var brig = await TestBrig.StartAsync();

        var system = (await brig.SendAsync("GET", "/api/v1/system")).Json;

        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), system.GetProperty("kernel").GetString());
        Assert.Equal(1, system.GetProperty("containers").GetProperty("running").GetInt32());
        Assert.Contains(system.GetProperty("cgroupVersion").GetInt32(), (int[])[1, 2]);
    }
}
