using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Routes;

public sealed class IsolationTests
{
    [Theory]
    [InlineData("GET", "", 200, "report web")]
    [InlineData("GET", "/compare?with=db", 200, "compare web db")]
    [InlineData("GET", "/view", 200, "view web")]
    [InlineData("GET", "/recording", 200, "recording web")]
    [InlineData("POST", "/recording", 200, "record web False False")]
    [InlineData("POST", "/recording?fromNextStart=true&keep=true", 200, "record web True True")]
    [InlineData("DELETE", "/recording", 200, "stop-recording web")]
    [InlineData("GET", "/proposal", 200, "propose web")]
    [InlineData("GET", "/proposal/profile", 200, "propose web")]
    [InlineData("POST", "/proposal/apply", 200, "apply web")]
    [InlineData("DELETE", "/proposal/apply", 204, "discard web")]
    public async Task Route_Asked_CallsTheEngineAndAnswers(string method, string path, int status, string call)
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync(method, "/api/v1/containers/web/isolation" + path);

        Assert.Equal(status, answer.Status);
        Assert.Equal(call, Assert.Single(brig.Isolation.Calls));
        Assert.Equal(status == 204, answer.Body.Length == 0);
    }

    [Fact]
    public async Task Report_Asked_SpeaksWordsAndMasks()
    {
        await using var brig = await TestBrig.StartAsync();

        var report = (await brig.SendAsync("GET", "/api/v1/containers/web/isolation")).Json;

        var wall = report.GetProperty("walls")[0];
        Assert.Equal(("up", "weaker"), (wall.GetProperty("state").GetString(), wall.GetProperty("difference").GetProperty("strength").GetString()));
        var process = report.GetProperty("processes")[0];
        Assert.Equal("filter", process.GetProperty("seccomp").GetString());
        Assert.Equal((1, "CHOWN"), (process.GetProperty("effective").GetProperty("mask").GetInt32(), process.GetProperty("effective").GetProperty("names")[0].GetString()));
        Assert.False(report.TryGetProperty("pending", out _));
    }

    [Fact]
    public async Task Recording_NeverMade_IsNotFound()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.Isolation.NeverRecorded = true;
        Assert.Equal(404, (await brig.SendAsync("GET", "/api/v1/containers/web/isolation/recording")).Status);
    }

    [Fact]
    public async Task Recording_Asked_TellsSecondsAndWords()
    {
        await using var brig = await TestBrig.StartAsync();
        var recording = (await brig.SendAsync("GET", "/api/v1/containers/web/isolation/recording")).Json;
        Assert.Equal(("watching", 2.0), (recording.GetProperty("state").GetString(), recording.GetProperty("watched").GetDouble()));
        Assert.Equal("open", recording.GetProperty("spans")[0].GetProperty("end").GetString());
    }

    [Fact]
    public async Task Denials_None_AreAnEmptyList()
    {
        await using var brig = await TestBrig.StartAsync();
        var answer = await brig.SendAsync("GET", "/api/v1/containers/web/isolation/denials");
        Assert.Equal((200, "[]"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Profile_Downloaded_HasAName()
    {
        await using var brig = await TestBrig.StartAsync();
        var answer = await brig.SendAsync("GET", "/api/v1/containers/web/isolation/proposal/profile");
        Assert.Equal("{}", answer.Body);
        Assert.Contains("web-seccomp.json", answer.Headers["Content-Disposition"], StringComparison.Ordinal);
    }
}
