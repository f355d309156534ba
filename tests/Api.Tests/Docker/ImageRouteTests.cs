using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;
using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Brig.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Docker;

public sealed class ImageRouteTests : IClassFixture<SharedBrig>, IDisposable
{
    private static readonly string s_id = "sha256:" + new string('a', 64), s_digest = "sha256:" + new string('b', 64);

    private static readonly Image s_tool = new("localhost:5000/a/tool:2", s_digest, new() { Command = ["tool"], Env = ["A=1"], ExposedPorts = ["80/tcp"], Labels = ImmutableDictionary<string, string>.Empty.Add("k", "v") },
        ["/layers/1", "/layers/2"], 4096, FakeContainers.Then)
    {
        Tags = ["localhost:5000/a/tool:2", "tool:latest"],
        ConfigDigest = s_id,
        Published = ["localhost:5000/a/tool@sha256:" + new string('c', 64)],
        Parts = [new("sha256:" + new string('1', 64), "sha256:" + new string('2', 64), "", 10, 4000, "/layers/1"), new("sha256:" + new string('3', 64), "sha256:" + new string('4', 64), "", 10, 96, "/layers/2")],
        History = [new(FakeContainers.Then, "ADD x", null, null, false), new(FakeContainers.Then, "CMD tool", null, null, true), new(FakeContainers.Then, "RUN y", null, "last", false)],
        MadeAt = FakeContainers.Then,
    };

    private static readonly Image s_dangling = new("sha256:" + new string('d', 64), "sha256:" + new string('d', 64), new(), ["/layers/1"], 5, FakeContainers.Then) { ConfigDigest = "sha256:" + new string('e', 64) };

    private readonly TestBrig _brig;
    private readonly HttpClient _docker;
    private readonly FakeTasks _tasks;

    public ImageRouteTests(SharedBrig shared)
    {
        (_brig, _docker, _tasks) = (shared.Brig, shared.Brig.NewDocker(), (FakeTasks)shared.Brig.Services.GetRequiredService<ITasks>());
        (_tasks.Begun, _tasks.Script) = (FakeTasks.One, []);
        _brig.Images.Calls.Clear();
        _brig.Images.All = [s_tool, s_tool with { Digest = "sha256:" + new string('f', 64), Reference = "copy:1", Tags = ["copy:1"], Published = [] }, s_dangling];
    }

    public void Dispose() => _docker.Dispose();

    [Fact]
    public async Task List_TwoManifestsOfOneConfiguration_AreOneImage()
    {
        var all = (await GetAsync("/images/json"))!.AsArray();

        Assert.Equal(2, all.Count);
        var tool = all.Single(image => (string?)image!["Id"] == s_id)!;
        Assert.Equal(["copy:1", "localhost:5000/a/tool:2", "tool:latest"], Strings(tool["RepoTags"]));
        Assert.Equal(["localhost:5000/a/tool@sha256:" + new string('c', 64)], Strings(tool["RepoDigests"]));
        Assert.Equal((4096, -1, "v", FakeContainers.Then.ToUnixTimeSeconds()), ((long)tool["Size"]!, (long)tool["SharedSize"]!, (string?)tool["Labels"]!["k"], (long)tool["Created"]!));
        Assert.False(tool.AsObject().ContainsKey("VirtualSize"));
    }

    [Fact]
    public async Task List_BeforeVersion143_NamelessOnesHaveDockersNames()
    {
        var dangling = (await GetAsync("/v1.42/images/json?filters={\"dangling\":[\"true\"]}"))!.AsArray().Single()!;

        Assert.Equal(["<none>:<none>", "<none>@<none>"], [.. Strings(dangling["RepoTags"]), .. Strings(dangling["RepoDigests"])]);
        Assert.Equal(5, (long)dangling["VirtualSize"]!);
        Assert.Empty(Strings((await GetAsync("/v1.43/images/json?filters={\"dangling\":[\"1\"]}"))!.AsArray().Single()!["RepoTags"]));
    }

    [Theory]
    [InlineData("{\"reference\":[\"tool\"]}", "tool:latest")]
    [InlineData("{\"reference\":[\"localhost:5000/*/tool\"]}", "localhost:5000/a/tool:2")]
    [InlineData("{\"reference\":[\"c*:1\"]}", "copy:1")]
    [InlineData("{\"reference\":[\"docker.io/library/tool:latest\"]}", "tool:latest")]
    [InlineData("{\"reference\":[\"*\"]}", "copy:1 tool:latest")]
    [InlineData("{\"reference\":[\"docker.io/library/tool\"]}", "tool:latest")]
    [InlineData("{\"reference\":[\"docker.io/library/tool-x:latest\"]}", "")]
    [InlineData("{\"reference\":[\"nothing\"]}", "")]
    [InlineData("{\"label\":{\"k=v\":true}}", "copy:1 localhost:5000/a/tool:2 tool:latest")]
    [InlineData("{\"label\":[\"k=w\"]}", "")]
    public async Task List_Filtered_TellsTheTagsThatAreMeant(string filters, string tags) =>
        Assert.Equal(tags, string.Join(' ', (await GetAsync("/images/json?filters=" + Uri.EscapeDataString(filters)))!.AsArray().SelectMany(image => Strings(image!["RepoTags"]))));

    [Theory]
    [InlineData("localhost:5000/a/tool:2")]
    [InlineData("localhost:5000%2Fa%2Ftool:2")]
    [InlineData("tool")]
    [InlineData("docker.io/library/tool")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("sha256:aaaa")]
    [InlineData("localhost:5000/a/tool@sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc")]
    public async Task Inspect_ByAnyName_IsTheImage(string name)
    {
        var image = (await GetAsync($"/v1.41/images/{name}/json"))!;

        Assert.Equal((s_id, "amd64", "linux", "last"), ((string?)image["Id"], (string?)image["Architecture"], (string?)image["Os"], (string?)image["Comment"]));
        Assert.Equal(["tool", "A=1", "80/tcp"], [.. Strings(image["Config"]!["Cmd"]), .. Strings(image["Config"]!["Env"]), .. image["Config"]!["ExposedPorts"]!.AsObject().Select(port => port.Key)]);
        Assert.Equal(("layers", 2, "overlay2"), ((string?)image["RootFS"]!["Type"], image["RootFS"]!["Layers"]!.AsArray().Count, (string?)image["GraphDriver"]!["Name"]));
    }

    [Theory]
    [InlineData("nope", 404, "No such image: nope:latest")]
    [InlineData("nope:1", 404, "No such image: nope:1")]
    [InlineData("a/b/c", 404, "No such image: a/b/c:latest")]
    [InlineData("123456789012", 404, "No such image: 123456789012:latest")]
    [InlineData("sha256:1234", 404, "No such image: sha256:1234")]
    public async Task Inspect_OfNone_IsDockersSentence(string name, int status, string message)
    {
        using var answer = await _docker.GetAsync(new Uri($"/v1.41/images/{name}/json", UriKind.Relative));

        Assert.Equal((status, message), ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]));
    }

    [Fact]
    public async Task History_IsNewestFirst_AndEmptyLayersHaveNoSize()
    {
        var steps = (await GetAsync("/images/tool/history"))!.AsArray();

        Assert.Equal([(s_id, "RUN y", 96L), ("<missing>", "CMD tool", 0L), ("<missing>", "ADD x", 4000L)], steps.Select(step => ((string)step!["Id"]!, (string)step["CreatedBy"]!, (long)step["Size"]!)));
    }

    [Theory]
    [InlineData("?repo=new&tag=1", "tag {0} new:1")]
    [InlineData("?repo=quay.io/a/b", "tag {0} quay.io/a/b:latest")]
    public async Task Tag_Repository_IsTheEnginesTag(string query, string call)
    {
        using var answer = await _docker.PostAsync(new Uri("/images/tool/tag" + query, UriKind.Relative), null);

        Assert.Equal((HttpStatusCode.Created, string.Format(System.Globalization.CultureInfo.InvariantCulture, call, s_digest)), (answer.StatusCode, _brig.Images.Calls.Single()));
    }

    [Theory]
    [InlineData("tool", 200, "[{\"Untagged\":\"tool:latest\"}]", "untag tool:latest")]
    [InlineData("aaaaaaaaaaaa", 409, "conflict: unable to delete aaaaaaaaaaaa (must be forced) - image is referenced in multiple repositories", "")]
    [InlineData("eeeeeeeeeeee", 200, "[{\"Deleted\":\"sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\"}]", "removeAll sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd")]
    public async Task Remove_TakesNamesFirst(string name, int status, string said, string calls)
    {
        using var answer = await _docker.DeleteAsync(new Uri("/images/" + name, UriKind.Relative));
        string body = await answer.Content.ReadAsStringAsync();

        Assert.Equal((status, calls), ((int)answer.StatusCode, string.Join(", ", _brig.Images.Calls)));
        Assert.Contains(said, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_Pull_TellsLayersThenDigestAndStatus()
    {
        var layer = new TaskStep("abc", "abc", TaskStepState.Running, "downloading", 5, 10);
        _tasks.Script = [FakeTasks.One with { Steps = [layer with { Done = 10 }] }, FakeTasks.One with { Steps = [layer with { Done = 10, Phase = "pulled" }], State = EngineTaskState.Succeeded, Result = s_digest }];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/images/create?fromImage=localhost:5000/a/tool&tag=2&platform=linux/arm64");
        request.Headers.Add("X-Registry-Auth", Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"username":"u","password":"p?>"}""")).Replace('/', '_').Replace('+', '-'));

        using var answer = await _docker.SendAsync(request);
        string[] lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        var registries = (FakeRegistries)_brig.Services.GetRequiredService<IRegistries>();
        Assert.Equal(("localhost:5000/a/tool:2 linux/arm64", new RegistryLogin("u", "p?>")), (registries.Pulled, registries.Login));
        Assert.Equal(
        [
            """{"status":"Pulling from a/tool","id":"2"}""",
            """{"status":"Downloading","progressDetail":{"current":5,"total":10},"progress":"[=========================>                         ]       5B/10B","id":"abc"}""",
            """{"status":"Downloading","progressDetail":{"current":10,"total":10},"progress":"[==================================================>]      10B/10B","id":"abc"}""",
            """{"status":"Download complete","progressDetail":{},"id":"abc"}""",
            """{"status":"Pull complete","progressDetail":{},"id":"abc"}""",
            $$"""{"status":"Digest: sha256:{{new string('c', 64)}}"}""",
            """{"status":"Status: Image is up to date for localhost:5000/a/tool:2"}""",
        ], lines);
    }

    [Fact]
    public async Task Create_PullFailsBeforeTheFirstLayer_IsAStatus()
    {
        _tasks.Begun = FakeTasks.One with { Steps = [] };
        _tasks.Script = [_tasks.Begun with { State = EngineTaskState.Failed, Error = "The registry has none.", ErrorKind = EngineErrorKind.NotFound }];

        using var answer = await _docker.PostAsync(new Uri("/images/create?fromImage=nope&tag=1", UriKind.Relative), null);

        Assert.Equal((404, "manifest for nope:1 not found: The registry has none."), ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]));
    }

    [Fact]
    public async Task Create_PullFailsAmidst_IsTheLastLine()
    {
        _tasks.Script = [FakeTasks.One with { State = EngineTaskState.Failed, Error = "The disk is full.", ErrorKind = EngineErrorKind.Unavailable }];

        using var answer = await _docker.PostAsync(new Uri("/images/create?fromImage=tool&tag=1", UriKind.Relative), null);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.EndsWith("{\"errorDetail\":{\"message\":\"The disk is full.\"},\"error\":\"The disk is full.\"}\r\n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ClientGoes_CancelsThePull()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/images/create?fromImage=tool&tag=1");
        using (var answer = await _docker.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(200, (int)answer.StatusCode);
        }

        await Wait.Until(() => _tasks.Cancelled == "one", "the pull to be cancelled");
    }

    [Fact]
    public async Task Create_FromTheBody_ImportsWithItsChanges()
    {
        using var body = new ByteArrayContent(new byte[3000]);
        long before = _brig.Images.ImportedBytes;

        using var answer = await _docker.PostAsync(new Uri("/images/create?fromSrc=-&repo=mine&tag=1&changes=" + Uri.EscapeDataString("CMD [\"a\"]") + "&changes=" + Uri.EscapeDataString("ENV X=y\nWORKDIR /w"), UriKind.Relative), body);

        Assert.Contains("\"status\":\"sha256:", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var config = _brig.Images.ImportedConfig!;
        Assert.Equal(("mine:1", 3000L, "/w"), (_brig.Images.Imported, _brig.Images.ImportedBytes - before, config.WorkingDir));
        Assert.Equal(["a", "X=y"], [.. config.Command, .. config.Env]);
    }

    [Theory]
    [InlineData("RUN x")]
    [InlineData("FROM y")]
    [InlineData("COPY a b")]
    public async Task Create_WithAChangeThatMakesFiles_IsRefused(string change)
    {
        using var answer = await _docker.PostAsync(new Uri("/images/create?fromSrc=-&changes=" + Uri.EscapeDataString(change), UriKind.Relative), new ByteArrayContent([]));

        Assert.Equal((400, $"{change.Split(' ')[0]} is not a valid change command"), ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]));
    }

    [Fact]
    public async Task Load_TellsTheNames()
    {
        using var answer = await _docker.PostAsync(new Uri("/images/load?quiet=1", UriKind.Relative), new ByteArrayContent(new byte[100]));

        Assert.Equal("{\"stream\":\"Loaded image ID: sha256:" + new string('c', 64) + "\\n\"}\r\n", await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode?> GetAsync(string path) => JsonNode.Parse(await _docker.GetStringAsync(new Uri(path, UriKind.Relative)));

    private static string[] Strings(JsonNode? list) => [.. list!.AsArray().Select(item => (string)item!)];
}
