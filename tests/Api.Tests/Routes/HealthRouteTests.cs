using Brig.Api.Tests.Support;
using Brig.Engine.Health;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Routes;

public sealed class HealthRouteTests
{
    [Fact]
    public async Task Get_Checked_TellsCheckStateAndResultsInSecondsAndWords()
    {
        await using var brig = await TestBrig.StartAsync();

        var health = (await brig.SendAsync("GET", "/api/v1/containers/web/health")).Json;

        Assert.Equal(30, health.GetProperty("check").GetProperty("interval").GetDouble());
        Assert.Equal("restart", health.GetProperty("check").GetProperty("onUnhealthy").GetString());
        Assert.Equal("unhealthy", health.GetProperty("state").GetProperty("status").GetString());
        Assert.Equal("no answer\n", health.GetProperty("results")[0].GetProperty("output").GetString());
        Assert.Equal(404, (await brig.SendAsync("GET", "/api/v1/containers/nobody/health")).Status);
    }

    [Fact]
    public async Task Post_ProbesAndAnswersTheResult()
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("POST", "/api/v1/containers/web/health");

        Assert.Equal((200, 1), (answer.Status, answer.Json.GetProperty("exitCode").GetInt32()));
        Assert.Equal("web", brig.Services.GetRequiredService<FakeHealth>().Probed);
    }

    [Fact]
    public async Task Create_HealthAsked_IsInTheSpec()
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("POST", "/api/v1/containers",
            """{"image":"brig/busybox","health":{"test":["CMD-SHELL","true"],"interval":1.5,"retries":2,"onUnhealthy":"stop"}}""");

        var health = brig.Containers.Created!.Health!;
        Assert.Equal(201, answer.Status);
        Assert.Equal((1.5, 2, UnhealthyAction.Stop, null), (health.Interval!.Value.TotalSeconds, health.Retries, health.OnUnhealthy, health.Timeout));
        Assert.Equal(400, (await brig.SendAsync("POST", "/api/v1/containers", """{"image":"a","health":{"onUnhealthy":"pray"}}""")).Status);
    }
}
