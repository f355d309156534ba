using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;
using Brig.Engine.Events;

namespace Brig.Api.Tests.Docker;

public sealed class DockerSystemTests : DockerTest
{
    private static readonly EventActor Web = new(new('d', 64), "web", "busybox:latest", ImmutableDictionary<string, string>.Empty.Add("team", "blue"), "");

    [Fact]
    public async Task Info_ForAClient_TellsTheMachine()
    {
        var info = (await Client.GetFromJsonAsync<JsonNode>("/info"))!;
        Assert.Equal(("overlay2", "cgroupfs", "inactive", "linux"),
            (info["Driver"]!.GetValue<string>(), info["CgroupDriver"]!.GetValue<string>(), info["Swarm"]!["LocalNodeState"]!.GetValue<string>(), info["OSType"]!.GetValue<string>()));
        Assert.Equal(Environment.ProcessorCount, info["NCPU"]!.GetValue<int>());
        Assert.True(info["MemTotal"]!.GetValue<long>() > 1 << 20);
        Assert.Equal(1, info["Containers"]!.GetValue<int>());
        Assert.Equal(1, info["ContainersRunning"]!.GetValue<int>());
        Assert.Contains("name=userns", info["SecurityOptions"]!.AsArray().Select(one => one!.GetValue<string>()));
        Assert.Contains(File.ReadAllText("/etc/os-release").Split('\n'), line => line.Contains(info["OperatingSystem"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_OfThePast_AreTold()
    {
        Assert.Equal("", await Client.GetStringAsync(new Uri("/events?since=0.5&until=1", UriKind.Relative)));
        using var answer = await Client.GetAsync(new Uri("/events?since=1&filters={\"type\":[\"container\"]}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var told = JsonNode.Parse((await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)))!)!;
        Assert.Equal(("start", "start", "container", "web", "local"),
            (told["status"]!.GetValue<string>(), told["Action"]!.GetValue<string>(), told["Type"]!.GetValue<string>(), told["Actor"]!["Attributes"]!["name"]!.GetValue<string>(), told["scope"]!.GetValue<string>()));
        Assert.Equal(FakeContainers.Then.ToUnixTimeSeconds() * 1_000_000_000, told["timeNano"]!.GetValue<long>());
    }

    [Fact]
    public async Task Events_ThatHappen_AreToldInDockersWords()
    {
        using var answer = await Client.GetAsync(new Uri("/events?filters={\"label\":[\"team=blue\"]}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        long number = 10;
        foreach (var (kind, action, attributes) in new (string, string, (string, string)[])[]
        {
            ("container", "start", [("verb", "restart")]), ("container", "die", [("exitCode", "143"), ("asked", "15")]), ("container", "resume", []), ("container", "remove", []), ("container", "rename", [("from", "old")]),
            ("container", "health_status", [("status", "healthy")]), ("exec", "create", [("container", Web.Id), ("command", "sh -c true")]), ("exec", "start", [("container", Web.Id), ("command", "sh -c true")]), ("exec", "die", [("container", Web.Id), ("exitCode", "3")]), ("container", "kill", [("signal", "SIGHUP"), ("number", "1")]),
        })
        {
            Server.Events.Publish(new(++number, FakeContainers.Then, kind, action, kind == "exec" ? "e1" : Web.Id, "web", attributes.ToImmutableDictionary(one => one.Item1, one => one.Item2)) { Actor = Web });
        }
        foreach (string expected in (string[])
            ["start", "restart", "kill signal=15", "die exitCode=143", "unpause", "destroy", "rename oldName=/old", "health_status: healthy", "exec_create: sh -c true execID=e1", "exec_start: sh -c true execID=e1", "exec_die execID=e1 exitCode=3", "kill signal=1"])
        {
            var told = JsonNode.Parse((await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)))!)!;
            var attributes = told["Actor"]!["Attributes"]!.AsObject().Where(one => one.Key is not ("image" or "name" or "team")).Select(one => $" {one.Key}={one.Value}");
            Assert.Equal(expected, told["Action"] + string.Concat(attributes));
            Assert.Equal((Web.Id, "busybox:latest"), (told["id"]!.GetValue<string>(), told["from"]!.GetValue<string>()));
        }
    }

    [Theory]
    [InlineData("GET", "/swarm", 503)]
    [InlineData("POST", "/services/create", 503)]
    [InlineData("GET", "/tasks/x", 503)]
    [InlineData("POST", "/swarm/leave", 503)]
    [InlineData("POST", "/swarm/init", 501)]
    [InlineData("GET", "/plugins/x/json", 404)]
    [InlineData("POST", "/plugins/pull", 501)]
    [InlineData("GET", "/events?since=x", 400)]
    [InlineData("GET", "/events?since=2&until=1", 400)]
    [InlineData("GET", "/events?filters={\"a\":[\"b\"]}", 400)]
    public async Task Request_OfWhatBrigHasNot_IsAMessage(string method, string path, int status)
    {
        using var answer = await Client.SendAsync(new(new(method), path));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotEmpty(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task Plugins_List_IsEmpty() => Assert.Equal("[]", await Client.GetStringAsync(new Uri("/plugins", UriKind.Relative)));
}
