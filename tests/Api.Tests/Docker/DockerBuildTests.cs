using System.Text;
using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;
using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Docker;

public sealed class DockerBuildTests : IClassFixture<SharedBrig>, IDisposable
{
    private readonly HttpClient _docker;
    private readonly FakeBuilder _builder;
    private readonly FakeTasks _tasks;

    public DockerBuildTests(SharedBrig shared)
    {
        _docker = shared.Brig.NewDocker();
        (_builder, _tasks) = ((FakeBuilder)shared.Brig.Services.GetRequiredService<IBuilder>(), (FakeTasks)shared.Brig.Services.GetRequiredService<ITasks>());
        (_tasks.Begun, _tasks.Script, _builder.Story) = (FakeTasks.One with { Id = "b1", State = EngineTaskState.Succeeded, Result = FakeImages.Busybox.Digest }, [], []);
    }

    public void Dispose() => _docker.Dispose();

    [Fact]
    public async Task Build_Parameters_AreTheEngines()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1.41/build?t=a:1&t=localhost:5000/b&dockerfile=d/Other&target=app&nocache=1&pull=1&networkmode=host&memory=1048576&memswap=2097152&cpuquota=50000&shmsize=3000"
            + "&buildargs=" + Uri.EscapeDataString("""{"A":"1","GONE":null}""") + "&labels=" + Uri.EscapeDataString("""{"k":"v"}""") + "&extrahosts=one:1.2.3.4&ulimits=" + Uri.EscapeDataString("""[{"Name":"nofile","Soft":5,"Hard":-1}]"""));
        request.Headers.Add("X-Registry-Config", Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"https://index.docker.io/v1/":{"username":"u","password":"p"},"nobody:1":{}}""")));
        request.Content = new ByteArrayContent(new byte[2048]);

        using var answer = await _docker.SendAsync(request);

        var asked = _builder.Asked!;
        Assert.Equal((200, 2048L), ((int)answer.StatusCode, _builder.ContextBytes!.Value));
        Assert.Equal(["a:1", "localhost:5000/b:latest"], asked.Tags.ToArray());
        Assert.Equal(("d/Other", "app", true, true, (bool?)true, true), (asked.DockerfilePath, asked.Target, asked.NoCache, asked.Pull, asked.Network, asked.HostNetwork));
        Assert.Equal((1048576L, 1048576L, 0.5, 3000L), (asked.Limits.Memory!.Value, asked.Limits.Swap!.Value, asked.Limits.Cpus!.Value, asked.SharedMemory!.Value));
        Assert.Equal(("1", "v", "one:1.2.3.4", ulong.MaxValue), (asked.Arguments["A"], asked.Labels["k"], asked.ExtraHosts.Single(), asked.Rlimits.Single().Hard));
        Assert.Equal(new RegistryLogin("u", "p"), asked.Logins["docker.io"]);
        Assert.Equal((1, 1), (asked.Arguments.Count, asked.Logins.Count));     // neither the argument of null nor the login of nobody
    }

    [Fact]
    public async Task Build_Story_IsTheClassicBuilders()
    {
        _builder.Story =
        [
            new BuildEvent.Step(1, 3, "FROM base"), new BuildEvent.Based("sha256:" + new string('9', 64)), new BuildEvent.Step(2, 3, "RUN x"), new BuildEvent.Printed("out"), new BuildEvent.Step(3, 3, "CMD y"), new BuildEvent.Cached(),
        ];

        var lines = await BuildAsync("?t=a");

        string id = new('c', 64);
        Assert.Equal(
        [
            "Step 1/3 : FROM base\n", " ---> 999999999999\n", "Step 2/3 : RUN x\n", "out\n", "Step 3/3 : CMD y\n", " ---> Using cache\n", " ---> cccccccccccc\n",
            "sha256:" + id, "Successfully built cccccccccccc\n", "Successfully tagged a:latest\n",
        ], lines.Select(line => (string?)line["stream"] ?? (string?)line["aux"]!["ID"]));
        Assert.Equal(["sha256:" + id + "\n"], (await BuildAsync("?q=1")).Select(line => (string?)line["stream"]));
    }

    [Fact]
    public async Task Build_ARunThatFails_EndsWithItsCode()
    {
        _tasks.Begun = _tasks.Begun with { State = EngineTaskState.Failed, Error = "Dockerfile line 2: RUN x ended with code 3." };
        _builder.Story = [new BuildEvent.Step(1, 1, "RUN x"), new BuildEvent.Exited(["/bin/sh", "-c", "x"], 3)];

        var last = (await BuildAsync(""))[^1];

        Assert.Equal((3, "The command '/bin/sh -c x' returned a non-zero code: 3"), ((int)last["errorDetail"]!["code"]!, (string?)last["error"]));
    }

    [Theory]
    [InlineData("/build?version=2", DockerBuildRoutesText)]
    [InlineData("/build?remote=client-session", DockerBuildRoutesText)]
    [InlineData("/session", DockerBuildRoutesText, 501)]
    [InlineData("/build?remote=http://x/y.tar", "Brig builds from the context that it is sent, not from an address (remote): fetch it, and send it.")]
    [InlineData("/build?squash=1", "squash is only supported with experimental mode")]
    [InlineData("/build?networkmode=mine", "A build's network is default, none or host, not \"mine\".")]
    [InlineData("/build?buildargs=x", "\"buildargs\" is wrong")]
    [InlineData("/build?t=UPPER", "invalid reference format")]
    [InlineData("/build?target=none", "The Dockerfile has no stage \"none\".")]
    [InlineData("/build/cancel", "build ID not provided")]
    public async Task Build_OfWhatBrigDoesNot_IsRefused(string path, string message, int status = 400)
    {
        using var answer = await _docker.PostAsync(new Uri(path, UriKind.Relative), new ByteArrayContent([]));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.StartsWith(message, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prune_TellsWhatCameFree()
    {
        using var answer = await _docker.PostAsync(new Uri("/build/prune", UriKind.Relative), null);

        Assert.Equal("""{"CachesDeleted":[],"SpaceReclaimed":4096}""", await answer.Content.ReadAsStringAsync());
    }

    private const string DockerBuildRoutesText = "Brig builds in the classic way: set DOCKER_BUILDKIT=0.";

    private async Task<JsonNode[]> BuildAsync(string query)
    {
        using var answer = await _docker.PostAsync(new Uri("/build" + query, UriKind.Relative), new ByteArrayContent(new byte[10]));
        return [.. (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
