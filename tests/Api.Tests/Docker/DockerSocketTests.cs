using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Docker;

public sealed class DockerSocketTests : IAsyncLifetime
{
    private TestBrig _brig = null!;

    public async Task InitializeAsync() => _brig = await TestBrig.StartAsync();

    public async Task DisposeAsync() => await _brig.DisposeAsync();

    [Theory]
    [InlineData("/_ping")]
    [InlineData("/v1.24/_ping")]
    [InlineData("/v1.47/_ping")]
    public async Task Ping_WithAndWithoutVersion_TellsTheNewest(string path)
    {
        using var docker = _brig.NewDocker();
        using var answer = await docker.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal("OK", await answer.Content.ReadAsStringAsync());
        Assert.Equal("1.47", answer.Headers.GetValues("Api-Version").Single());
        Assert.Equal("linux", answer.Headers.GetValues("Ostype").Single());
    }

    [Fact]
    public async Task Request_WithALongQuery_IsRead()
    {
        using var docker = _brig.NewDocker();
        string line = $"/_ping?buildargs={new string('a', 60_000)}";
        Assert.Equal("OK", await docker.GetStringAsync(new Uri(line, UriKind.Relative)));
    }

    [Theory]
    [InlineData("GET", "/v1.99/version", 400, "client version 1.99 is too new. Maximum supported API version is 1.47")]
    [InlineData("GET", "/v1.12/version", 400, "client version 1.12 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version")]
    [InlineData("GET", "/v1.22/info", 400, "client version 1.22 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version")]
    [InlineData("GET", "/v1.21/images/get", 400, "client version 1.21 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version")]
    [InlineData("GET", "/v1.41/nothing", 404, "page not found")]
    [InlineData("DELETE", "/version", 404, "page not found")]
    [InlineData("GET", "/api/v1/containers", 404, "page not found")]
    [InlineData("GET", "/healthz", 404, "page not found")]
    public async Task Request_ThatCannotBe_IsAMessage(string method, string path, int status, string message)
    {
        using var docker = _brig.NewDocker();
        using var answer = await docker.SendAsync(new(new(method), new Uri(path, UriKind.Relative)));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("1.47", answer.Headers.GetValues("Api-Version").Single());
        Assert.Equal(message, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task Dashboard_DoesNotAnswerDockersPaths()
    {
        using var answer = await _brig.Http.GetAsync(new Uri("/version", UriKind.Relative));
        Assert.Equal(401, (int)answer.StatusCode);   // as for every path that is none of its own
    }

    [Fact]
    public void Socket_IsForOwnerAndGroupAlone() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(_brig.DockerSocket));

    [Fact]
    public async Task Version_ForAClient_NamesApiAndKernel()
    {
        using var docker = _brig.NewDocker();
        var answer = JsonNode.Parse(await docker.GetStringAsync(new Uri("/version", UriKind.Relative)))!;
        Assert.Equal("1.47", answer["ApiVersion"]!.GetValue<string>());
        Assert.Equal("1.24", answer["MinAPIVersion"]!.GetValue<string>());
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), answer["KernelVersion"]!.GetValue<string>());
    }
}
