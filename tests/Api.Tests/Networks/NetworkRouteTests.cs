using Brig.Api.Tests.Support;
using Brig.Engine.Networks;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Networks;

public sealed class NetworkRouteTests
{
    [Fact]
    public async Task Networks_EveryVerb_ReachesTheEngine()
    {
        await using var brig = await TestBrig.StartAsync();
        var engine = (FakeNetworks)brig.Services.GetRequiredService<INetworks>();

        var list = await brig.SendAsync("GET", "/api/v1/networks");
        Assert.Equal("172.16.0.1", list.Json[0].GetProperty("plan").GetProperty("ipv4").GetProperty("gateway").GetString());
        Assert.Equal("172.16.0.2", list.Json[0].GetProperty("endpoints")[0].GetProperty("ipv4").GetString());
        Assert.Equal(404, (await brig.SendAsync("GET", "/api/v1/networks/nobody")).Status);
        Assert.Equal(2, (await brig.SendAsync("GET", "/api/v1/networks/default/traffic")).Json[0].GetProperty("sentBytes").GetInt32());

        var made = await brig.SendAsync("POST", "/api/v1/networks", """{"name":"back","internal":true,"subnets":[{"subnet":"10.5.0.0/24"}]}""");
        Assert.Equal(201, made.Status);
        Assert.Equal("10.5.0.0/24", Assert.Single(engine.Created!.Subnets).Subnet);
        Assert.True(engine.Created is { Internal: true, Isolated: true, Masquerade: true, Labels.IsEmpty: true });

        Assert.Equal("Network default is in use by container web; disconnect or remove it first.", (await brig.SendAsync("DELETE", "/api/v1/networks/default")).Problem());
        Assert.Equal("old", (await brig.SendAsync("POST", "/api/v1/networks/-/prune")).Json.GetProperty("networks")[0].GetString());

        Assert.Equal(200, (await brig.SendAsync("POST", "/api/v1/networks/default/connect", """{"container":"web","aliases":["db"],"ipv4":"172.16.0.9"}""")).Status);
        Assert.Equal(("default", "172.16.0.9", "db"), (engine.Connected!.Network, engine.Connected.Ipv4, engine.Connected.Aliases[0]));
        Assert.Equal(200, (await brig.SendAsync("POST", "/api/v1/networks/default/disconnect?container=web")).Status);
        Assert.Equal(["disconnect web default"], engine.Asked);

        Assert.Equal(200, (await brig.SendAsync("PUT", "/api/v1/containers/web/ports", """[{"containerPort":80,"hostPort":8080},{"containerPort":53,"protocol":"udp","hostAddress":"127.0.0.1","count":2}]""")).Status);
        Assert.Equal([new PortSpec(80) { HostPort = 8080 }, new PortSpec(53) { Protocol = PortProtocol.Udp, HostAddress = "127.0.0.1", Count = 2 }], engine.Ports.ToArray());
    }

    [Fact]
    public async Task Test_TwoContainers_SaysWhatTheOneSeesOfTheOther()
    {
        await using var brig = await TestBrig.StartAsync();
        var report = await brig.SendAsync("POST", "/api/v1/networks/-/test", """{"from":"web","to":"db","port":81}""");
        Assert.Equal("10.5.0.3", report.Json.GetProperty("name").GetProperty("addresses")[0].GetString());
        Assert.Equal("Refused.", report.Json.GetProperty("routes")[0].GetProperty("ports")[0].GetProperty("failure").GetString());
        Assert.Equal(409, (await brig.SendAsync("POST", "/api/v1/networks/-/test", """{"from":"web","to":"stopped"}""")).Status);
        Assert.Equal(400, (await brig.SendAsync("POST", "/api/v1/networks/-/test", """{"from":"web"}""")).Status);
    }

    [Theory]
    [InlineData("POST", "/api/v1/networks", """{"nam":"x"}""")]
    [InlineData("POST", "/api/v1/networks", """{"subnets":[{"gateway":"10.0.0.1"}]}""")]
    [InlineData("POST", "/api/v1/networks/default/connect", """{"aliases":["x"]}""")]
    [InlineData("PUT", "/api/v1/containers/web/ports", """[{"hostPort":80}]""")]
    [InlineData("PUT", "/api/v1/containers/web/ports", """[{"containerPort":80,"protocol":"sctp"}]""")]
    public async Task Body_Wrong_OneSentence(string method, string path, string body)
    {
        await using var brig = await TestBrig.StartAsync();
        var answer = await brig.SendAsync(method, path, body);
        Assert.Equal(400, answer.Status);
        Assert.NotEmpty(answer.Problem());
    }
}
