using Brig.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Routes;

public sealed class PodRouteTests
{
    [Theory]
    [InlineData("POST", "/pods/shop/start", null, 200, "start shop")]
    [InlineData("POST", "/pods/shop/stop?grace=1.5", null, 200, "stop shop 1.5")]
    [InlineData("POST", "/pods/shop/restart", null, 200, "restart shop")]
    [InlineData("PUT", "/pods/shop/limits", """{"memory":1048576}""", 200, "limits shop 1048576")]
    [InlineData("POST", "/pods", """{"name":"shop","sharePid":true,"networks":[],"ports":[{"containerPort":80}]}""", 201, "create")]
    [InlineData("DELETE", "/pods/shop?force=true", null, 204, "remove shop True")]
    public async Task Route_WellFormedRequest_CallsTheVerbAndAnswers(string method, string path, string? body, int status, string call)
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync(method, "/api/v1" + path, body);

        Assert.Equal(status, answer.Status);
        Assert.Equal(call, Assert.Single(brig.Services.GetRequiredService<FakePods>().Calls));
    }

    [Fact]
    public async Task Get_Pods_TellMembersAndWords()
    {
        await using var brig = await TestBrig.StartAsync();

        var pod = (await brig.SendAsync("GET", "/api/v1/pods")).Json[0];

        Assert.Equal(("shop", "running", "web"), (pod.GetProperty("name").GetString(), pod.GetProperty("status").GetString(), pod.GetProperty("members")[0].GetProperty("name").GetString()));
        Assert.Equal(404, (await brig.SendAsync("GET", "/api/v1/pods/nobody")).Status);
        Assert.Equal(400, (await brig.SendAsync("POST", "/api/v1/pods", """{"nme":"x"}""")).Status);
        Assert.Equal(400, (await brig.SendAsync("POST", "/api/v1/pods/shop/stop?grace=-1")).Status);
    }

    [Fact]
    public async Task Create_Pod_DefaultsAreTheRecords()
    {
        await using var brig = await TestBrig.StartAsync();
        await brig.SendAsync("POST", "/api/v1/pods", """{"name":"shop","limits":{"memory":9}}""");

        var spec = brig.Services.GetRequiredService<FakePods>().Created!;
        Assert.False(spec.Ports.IsDefault || spec.Dns.IsDefault || spec.ExtraHosts.IsDefault || spec.Limits.IoRates.IsDefault);
        Assert.Empty(spec.Labels);
        Assert.Null(spec.Networks);
    }
}
