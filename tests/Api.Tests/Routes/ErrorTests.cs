using System.Net.Http.Headers;
using Brig.Api.Tests.Support;
using Brig.Engine;

namespace Brig.Api.Tests.Routes;

public sealed class ErrorTests(SharedBrig shared) : IClassFixture<SharedBrig>
{
    [Theory]
    [InlineData(EngineErrorKind.Invalid, 400)]
    [InlineData(EngineErrorKind.NotFound, 404)]
    [InlineData(EngineErrorKind.Conflict, 409)]
    [InlineData(EngineErrorKind.Unavailable, 503)]
    [InlineData(EngineErrorKind.Failed, 500)]
    public async Task Verb_EngineRefuses_KindBecomesTheStatusAndTheSentenceStays(EngineErrorKind kind, int status)
    {
        await using var brig = await TestBrig.StartAsync();
        brig.Containers.Failure = new EngineException(kind, "mount \"proc\" on \"/proc\": EPERM (operation not permitted).");

        var answer = await brig.SendAsync("POST", "/api/v1/containers/web/start");

        Assert.Equal(status, answer.Status);
        Assert.Equal("mount \"proc\" on \"/proc\": EPERM (operation not permitted).", answer.Problem());
        Assert.Equal("/api/v1/containers/web/start", answer.Json.GetProperty("instance").GetString());
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
    }

    [Fact]
    public async Task Start_RunsAlready_NotModifiedWithoutABody()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.Containers.Failure = EngineException.NotModified("web runs already.");

        var answer = await brig.SendAsync("POST", "/api/v1/containers/web/start");

        Assert.Equal((304, ""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Verb_SomethingUnexpected_SaysNothingOfItsInside()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.Containers.Failure = new InvalidOperationException("secret");

        var answer = await brig.SendAsync("POST", "/api/v1/containers/web/start");

        Assert.Equal(500, answer.Status);
        Assert.DoesNotContain("secret", answer.Problem());
    }

    [Theory]
    [InlineData("""{"image":"x","foo":1}""", "\"foo\" is not known here.")]
    [InlineData("""{"image":"x","limits":{"cpu":1}}""", "\"limits.cpu\" is not known here.")]
    [InlineData("""{"image":"x","limits":{"memory":"1"}}""", "\"limits.memory\" must be a whole number.")]
    [InlineData("""{"image":"x","limits":{"cpus":"1"}}""", "\"limits.cpus\" must be a number.")]
    [InlineData("""{"image":"x","tty":1}""", "\"tty\" must be true or false.")]
    [InlineData("""{"image":7}""", "\"image\" must be a text.")]
    [InlineData("""{"image":"x","command":"ls"}""", "\"command\" must be a list.")]
    [InlineData("""{"image":"x","env":["A=1",3]}""", "\"env[1]\" must be a text.")]
    [InlineData("""{"image":"x","labels":{"a":3}}""", "\"labels.a\" must be a text.")]
    [InlineData("""{"command":["ls"]}""", "\"image\" is missing.")]
    [InlineData("""{"image":null}""", "\"image\" cannot be null.")]
    [InlineData("""{"image":"x","limits":null}""", "\"limits\" cannot be null.")]
    [InlineData("""{"image":"x","mounts":[{"kind":"tmpfs"}]}""", "\"mounts[0].target\" is missing.")]
    [InlineData("""{"image":"x","mounts":[{"kind":"nfs","target":"/x"}]}""", "\"mounts[0].kind\" must be one of bind, tmpfs, volume.")]
    [InlineData("""{"image":"x","namespaces":{"pid":"container:"}}""", "\"namespaces.pid\" must be \"new\", \"host\", \"container:NAME\" or, of the user namespace, \"auto\".")]
    [InlineData("""{"image":"x","restart":{"mode":"sometimes"}}""", "\"restart.mode\" must be one of no, onFailure, always, unlessStopped.")]
    [InlineData("""{"image":"x","stopGrace":-1}""", "\"stopGrace\" must be a number of seconds, at least 0.")]
    [InlineData("""{"image":"x","rlimits":[{"name":"nofile","soft":-1,"hard":1}]}""", "\"rlimits[0].soft\" must be a whole number.")]
    [InlineData("""[]""", "The body must be a JSON object.")]
    [InlineData("""{"image":"x" """, "The body is not JSON: it goes wrong at line 1, byte 14.")]
    [InlineData("", "The request needs a JSON body.")]
    [InlineData("null", "The request needs a JSON body.")]
    public async Task Create_BodyIsWrong_OneSentenceNamesThePlace(string body, string sentence)
    {
        var brig = shared.Brig;

        var answer = await brig.SendAsync("POST", "/api/v1/containers", body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(sentence, answer.Problem());
        Assert.Empty(brig.Containers.Calls);
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404, "There is nothing at /api/v1/nothing; /openapi/v1.json lists what there is.")]
    [InlineData("GET", "/api/v1/containers/none", 404, "No container is called \"none\".")]
    [InlineData("GET", "/api/v1/containers/none/logs", 404, "No container is called \"none\".")]
    [InlineData("GET", "/api/v1/exec/none", 404, "No exec is called \"none\".")]
    [InlineData("POST", "/api/v1/containers/web/rename", 400, "\"name\" is missing from the query.")]
    [InlineData("POST", "/api/v1/containers/web/stop?grace=-1", 400, "\"grace\" must be between 0 and 86400 seconds.")]
    [InlineData("POST", "/api/v1/containers/web/stop?grace=soon", 400, "\"grace\" cannot be \"soon\": it must be a number.")]
    [InlineData("DELETE", "/api/v1/containers/web?force=maybe", 400, "\"force\" cannot be \"maybe\": it must be true or false.")]
    [InlineData("GET", "/api/v1/containers/web/logs?tail=-1", 400, "\"tail\" must be 0 or more.")]
    [InlineData("GET", "/api/v1/containers/web/logs?since=then", 400, "\"since\" cannot be \"then\": it must be a time such as 2026-11-21T20:15:00Z, 1795292100 (or 1795292100000: milliseconds) or 10m (ago).")]
    [InlineData("GET", "/api/v1/events?limit=10001", 400, "\"limit\" must be between 0 and 10000.")]
    [InlineData("GET", "/api/v1/metrics?history=601", 400, "\"history\" must be between 0 and 600 seconds.")]
    [InlineData("GET", "/api/v1/containers/web/attach", 400, "Attaching takes a web socket; send the upgrade headers.")]
    [InlineData("POST", "/api/v1/images?reference=a&config={\"cmd\":1}", 400, "\"config\" is wrong: \"cmd\" is not known here.")]
    [InlineData("DELETE", "/api/v1/containers/web?forced=true", 400, "\"forced\" is not known in the query here; it takes force, volumes.")]
    [InlineData("GET", "/api/v1/alerts/targets?id=web&x=1", 400, "\"id\" is not known in the query here; it takes nothing.")]
    [InlineData("GET", "/api/v1/logs?TEXT=a&txet=a", 400, "\"txet\" is not known in the query here; it takes after, field, from, invert, level, limit, matchCase, not, order, output, regex, source, text, to.")]
    public async Task Request_CannotBeAnswered_IsAProblemOfOneSentence(string method, string path, int status, string sentence)
    {
        var brig = shared.Brig;

        var answer = await brig.SendAsync(method, path);

        Assert.Equal(status, answer.Status);
        Assert.Equal(sentence, answer.Problem());
    }

    [Fact]
    public async Task Create_BodyOfTenMegabytes_TooLarge()
    {
        var brig = shared.Brig;

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/containers");
        request.Content = new StringContent($$"""{"image":"x","env":["A={{new string('a', 10 * 1024 * 1024)}}"]}""", new MediaTypeHeaderValue("application/json"));
        request.Headers.ExpectContinue = true; // as curl does: otherwise the refusal races with the rest of the body

        using var response = await brig.Http.SendAsync(request);
        var answer = await Answer.ReadAsync(response);

        Assert.Equal(413, answer.Status);
        Assert.Equal("The request's body is too large: this takes at most 4 MiB.", answer.Problem());
    }

    [Fact]
    public async Task Request_MethodIsWrong_NamesThoseThatWork()
    {
        var answer = await shared.Brig.SendAsync("PATCH", "/api/v1/containers");

        Assert.Equal(405, answer.Status);
        Assert.Matches(@"^PATCH does not work on /api/v1/containers; GET, (HEAD, )?POST does\.$", answer.Problem());
    }

    /// <summary>As curl sends a file that is not said to be anything.</summary>
    [Theory]
    [InlineData("/api/v1/images/-/load", "application/x-tar or application/gzip")]
    [InlineData("/api/v1/images?reference=a", "application/x-tar or application/gzip")]
    [InlineData("/api/v1/images/-/build", "application/x-tar or application/gzip or application/zstd or text/plain")]
    [InlineData("/api/v1/stacks/-/check", "application/json")]
    public async Task Post_BodyIsOfAnotherKind_NamesTheRightOnes(string path, string types)
    {
        var answer = await shared.Brig.SendAsync("POST", path, "x", contentType: "application/x-www-form-urlencoded");

        Assert.Equal(415, answer.Status);
        Assert.EndsWith($"Content-Type: {types}.", answer.Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_BodyIsAForm_UnsupportedMediaType()
    {
        var brig = shared.Brig;
        using var form = new FormUrlEncodedContent([new("image", "x")]);

        using var response = await brig.Http.PostAsync(new Uri("/api/v1/containers", UriKind.Relative), form);
        var answer = await Answer.ReadAsync(response);

        Assert.Equal(415, answer.Status);
        Assert.Equal("The body must be JSON, with Content-Type: application/json.", answer.Problem());
    }
}
