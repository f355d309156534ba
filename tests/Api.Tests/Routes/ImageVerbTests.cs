using Brig.Api.Tests.Support;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Routes;

public sealed class ImageVerbTests
{
    [Theory]
    [InlineData("POST", "/images/-/tag?reference=a/b:1&name=c:2", 200, "tag a/b:1 c:2")]
    [InlineData("DELETE", "/images/-/tag?name=c:2", 204, "untag c:2")]
    [InlineData("DELETE", "/images/a/b:1?all=true", 204, "removeAll a/b:1")]
    [InlineData("GET", "/images/-/inspect?reference=a/b", 200, "inspect a/b")]
    [InlineData("GET", "/images/-/usage", 200, "usage")]
    [InlineData("POST", "/images/-/prune", 200, "prune True  ")]
    [InlineData("POST", "/images/-/prune?dangling=false&olderThan=60&label=a&label=b=c", 200, "prune False 60 a b=c")]
    [InlineData("GET", "/images/-/save?reference=brig/busybox:latest&format=oci", 200, "save brig/busybox:latest Oci")]
    public async Task Route_WellFormedRequest_CallsTheVerb(string method, string path, int status, string call)
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync(method, "/api/v1" + path);

        Assert.Equal((status, call), (answer.Status, Assert.Single(brig.Images.Calls)));
    }

    [Theory]
    [InlineData("POST", "/images/-/pull?reference=debian:12", 202, "\"subject\":\"debian:12\"")]
    [InlineData("POST", "/images/-/push?tag=a/b:1", 202, "\"kind\":\"push\"")]
    [InlineData("GET", "/tasks", 200, "\"phase\":\"downloading\"")]
    [InlineData("GET", "/tasks/one", 200, "\"state\":\"running\"")]
    [InlineData("POST", "/tasks/one/wait", 200, "\"state\":\"succeeded\"")]
    [InlineData("GET", "/tasks/one/output?from=1", 200, "\"text\":\"line 1\"")]
    [InlineData("GET", "/tasks/two", 404, "no task")]
    [InlineData("DELETE", "/tasks/one", 409, "cancel it first")]
    [InlineData("GET", "/registries", 200, "\"username\":\"sailor\"")]
    [InlineData("GET", "/registries/-/tags?repository=localhost:5000/a&contains=x", 200, "[\"localhost:5000/a\",\"x\"]")]
    [InlineData("GET", "/registries/localhost:5000/repositories", 200, "[\"localhost:5000\"]")]
    [InlineData("POST", "/registries/localhost:5000/check", 204, "")]
    [InlineData("GET", "/images/-/save", 400, "reference")]
    [InlineData("POST", "/images/-/prune?olderThan=-1", 400, "olderThan")]
    public async Task Route_Answers(string method, string path, int status, string part)
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync(method, "/api/v1" + path);

        Assert.Equal(status, answer.Status);
        Assert.Contains(part, answer.Body);
    }

    [Fact]
    public async Task SetRegistry_Body_IsWhatTheEngineGets()
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("PUT", "/api/v1/registries/localhost:5000", """{"insecure":true,"mirrors":["a.example"],"username":"u","password":"p"}""");

        var change = ((FakeRegistries)brig.Services.GetRequiredService<IRegistries>()).Change!;
        Assert.Equal((200, true, "a.example", "u", "p"), (answer.Status, change.Insecure, Assert.Single(change.Mirrors), change.Username, change.Password));
        Assert.DoesNotContain("password", answer.Body);
    }

    [Theory, InlineData("refused", 409, false), InlineData("taken", 200, true)]
    public async Task SetRegistry_Checked_IsKeptOnlyIfTheRegistryTakesTheLogin(string password, int status, bool kept)
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("PUT", "/api/v1/registries/localhost:5000?check=true", $$"""{"username":"u","password":"{{password}}"}""");

        Assert.Equal((status, kept), (answer.Status, ((FakeRegistries)brig.Services.GetRequiredService<IRegistries>()).Change is not null));
    }

    [Fact]
    public async Task CancelTask_Asked_IsCancelled()
    {
        await using var brig = await TestBrig.StartAsync();

        Assert.Equal(204, (await brig.SendAsync("POST", "/api/v1/tasks/one/cancel")).Status);
        Assert.Equal("one", ((FakeTasks)brig.Services.GetRequiredService<ITasks>()).Cancelled);
    }

    [Theory]
    [InlineData("POST", "/containers/web/commit?reference=a:1&pause=false", 201, "commit web a:1 False")]
    [InlineData("GET", "/containers/web/export", 200, "export web")]
    public async Task Commits_WellFormedRequest_CallsTheVerb(string method, string path, int status, string call)
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync(method, "/api/v1" + path);

        Assert.Equal((status, call), (answer.Status, ((FakeCommits)brig.Services.GetRequiredService<Brig.Engine.Build.ICommits>()).Call));
    }
}
