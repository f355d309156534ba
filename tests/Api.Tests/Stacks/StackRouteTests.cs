using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;
using Brig.Engine.Stacks;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Stacks;

public sealed class StackRouteTests : IAsyncLifetime
{
    private TestBrig _brig = null!;

    private FakeStacks Stacks => (FakeStacks)_brig.Services.GetRequiredService<IStacks>();

    public async Task InitializeAsync() => _brig = await TestBrig.StartAsync();

    public async Task DisposeAsync() => await _brig.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/v1/stacks", null, 200, "\"name\":\"shop\"")]
    [InlineData("GET", "/api/v1/stacks/shop", null, 200, "\"condition\":\"healthy\"")]
    [InlineData("GET", "/api/v1/stacks/nobody", null, 404, "There is no stack")]
    [InlineData("GET", "/api/v1/stacks/-/schema", null, 200, "A Compose file")]
    [InlineData("GET", "/api/v1/stacks/-/templates", null, 200, "\"key\":\"demo\"")]
    [InlineData("GET", "/api/v1/stacks/-/secrets", null, 200, "db_password")]
    [InlineData("POST", "/api/v1/stacks/-/check", "{\"texts\":{\"compose.yaml\":\"services: {web: {}}\"}}", 200, "\"line\":2")]
    [InlineData("POST", "/api/v1/stacks/shop/plan", "{}", 200, "\"field\":\"env.LEVEL\"")]
    [InlineData("POST", "/api/v1/stacks/shop/plan", "{\"draft\":{\"texts\":{\"compose.yaml\":\"a\"}},\"options\":{\"anew\":true}}", 200, "\"action\":\"change\"")]
    [InlineData("GET", "/api/v1/stacks/shop/revisions", null, 200, "\"state\":\"applied\"")]
    [InlineData("GET", "/api/v1/stacks/shop/revisions/2/texts", null, 200, "compose.yaml")]
    [InlineData("GET", "/api/v1/stacks/shop/files", null, 200, "conf/site.conf")]
    [InlineData("GET", "/api/v1/stacks/shop/files/conf/site.conf", null, 200, "conf/site.conf")]
    [InlineData("GET", "/api/v1/stacks/shop/logs", null, 200, "\"text\":\"hello\"")]
    public async Task Route_Asked_Answers(string method, string path, string? body, int status, string part)
    {
        var answer = await _brig.SendAsync(method, path, body);
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(part, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/api/v1/stacks/shop/apply", "{\"services\":[\"web\"],\"anew\":true}", "apply shop True web")]
    [InlineData("POST", "/api/v1/stacks/shop/down?volumes=true", null, "down shop True")]
    [InlineData("POST", "/api/v1/stacks/shop/start", null, "start shop")]
    [InlineData("POST", "/api/v1/stacks/shop/stop?service=web", null, "stop shop web")]
    [InlineData("POST", "/api/v1/stacks/shop/restart", null, "restart shop")]
    [InlineData("POST", "/api/v1/stacks/shop/services/web/update?image=web:2", null, "update shop web web:2")]
    [InlineData("POST", "/api/v1/stacks/shop/services/web/scale?containers=3", null, "scale shop web 3")]
    [InlineData("POST", "/api/v1/stacks/shop/rollback?revision=1", null, "rollback shop 1")]
    public async Task Verb_Asked_AnswersWithItsTask(string method, string path, string? body, string call)
    {
        var answer = await _brig.SendAsync(method, path, body);
        Assert.Equal(202, (int)answer.Status);
        Assert.Equal("abcdef012345", JsonNode.Parse(answer.Body)!["id"]!.GetValue<string>());
        Assert.Equal([call], Stacks.Calls);
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/stacks/shop", null, "remove shop")]
    [InlineData("PUT", "/api/v1/stacks/shop/files/conf/site.conf", "listen", "write shop conf/site.conf listen")]
    [InlineData("DELETE", "/api/v1/stacks/shop/files/conf/site.conf", null, "remove file conf/site.conf")]
    [InlineData("PUT", "/api/v1/stacks/-/secrets/key", "word", "secret key word")]
    [InlineData("DELETE", "/api/v1/stacks/-/secrets/key", null, "no secret key")]
    public async Task Change_Asked_IsMadeAndSaysNothing(string method, string path, string? body, string call)
    {
        Assert.Equal(204, (int)(await _brig.SendAsync(method, path, body, "application/octet-stream")).Status);
        Assert.Equal([call], Stacks.Calls);
    }

    [Fact]
    public async Task Create_FileIsWrong_ProblemHasLineAndColumn()
    {
        var answer = await _brig.SendAsync("POST", "/api/v1/stacks", "{\"name\":\"x\",\"texts\":{\"bad.yaml\":\"a\"}}");
        var problem = JsonNode.Parse(answer.Body)!;
        Assert.Equal((400, "bad.yaml", 4, 5), ((int)answer.Status, problem["file"]!.GetValue<string>(), problem["line"]!.GetValue<int>(), problem["column"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Create_Stack_IsKeptWithItsTextsAndVariables()
    {
        var answer = await _brig.SendAsync("POST", "/api/v1/stacks", "{\"name\":\"shop\",\"texts\":{\"compose.yaml\":\"services: {}\"},\"variables\":{\"A\":\"1\"},\"profiles\":[\"dev\"]}");
        Assert.Equal(201, (int)answer.Status);
        Assert.Equal(("shop", "services: {}", "1", "dev"), (Stacks.Created!.Name, Stacks.Created.Texts["compose.yaml"], Stacks.Created.Variables["A"], Stacks.Created.Profiles[0]));
    }

    [Fact]
    public async Task Save_OnlyProfiles_TheRestStaysAsItIsKept()
    {
        Assert.Equal(200, (int)(await _brig.SendAsync("PATCH", "/api/v1/stacks/shop", "{\"profiles\":[\"dev\"]}")).Status);
        Assert.Equal((true, true, true), (Stacks.Draft!.Texts.IsEmpty, Stacks.Draft.Files is null, Stacks.Draft.Variables is null));
    }
}
