using Brig.Api.Tests.Support;
using Brig.Engine.Build;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Routes;

public sealed class BuildRouteTests
{
    [Fact]
    public async Task Build_TextBody_IsTheDockerfile()
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("POST", "/api/v1/images/-/build?tag=a&tag=b:1&arg=V=1&label=x=y=z&target=app&noCache=true&network=host", "FROM scratch\n", contentType: "text/plain");

        var asked = ((FakeBuilder)brig.Services.GetRequiredService<IBuilder>()).Asked!;
        Assert.Equal((202, "/api/v1/tasks/b1"), (answer.Status, answer.Headers["Location"]));
        Assert.Equal(("FROM scratch\n", "app", true, (bool?)true, true), (asked.Dockerfile, asked.Target, asked.NoCache, asked.Network, asked.HostNetwork));
        Assert.Equal(["a", "b:1"], asked.Tags.ToArray());
        Assert.Equal(("1", "y=z"), (asked.Arguments["V"], asked.Labels["x"]));
    }

    [Fact]
    public async Task Build_OtherBody_IsTheContext()
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("POST", "/api/v1/images/-/build?dockerfile=dir/Dockerfile", new string('x', 5000), contentType: "application/x-tar");

        var builder = (FakeBuilder)brig.Services.GetRequiredService<IBuilder>();
        Assert.Equal(202, answer.Status);
        Assert.Equal((null, "dir/Dockerfile", 5000L), (builder.Asked!.Dockerfile, builder.Asked.DockerfilePath, builder.ContextBytes));
    }

    /// <summary>A Dockerfile that installs packages is built as it stands.</summary>
    [Theory]
    [InlineData("", null, false)]
    [InlineData("?network=default", true, false)]
    [InlineData("?network=true", true, false)]
    [InlineData("?network=host", true, true)]
    [InlineData("?network=none", false, false)]
    [InlineData("?network=false", false, false)]
    public async Task Build_Network_IsTheDefaultOneUnlessSaid(string query, bool? has, bool hosts)
    {
        await using var brig = await TestBrig.StartAsync();

        await brig.SendAsync("POST", "/api/v1/images/-/build" + query, "FROM scratch\n", contentType: "text/plain");

        var asked = ((FakeBuilder)brig.Services.GetRequiredService<IBuilder>()).Asked!;
        Assert.Equal((has, hosts), (asked.Network, asked.HostNetwork));
    }

    [Theory]
    [InlineData("?arg=novalue", "\"arg\" must be NAME=value.")]
    [InlineData("?network=all", "The network \"all\" is not known; a build takes default, none or host.")]
    [InlineData("?target=none", "The Dockerfile has no stage \"none\".")]
    public async Task Build_Wrong_OneSentence(string query, string sentence)
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("POST", "/api/v1/images/-/build" + query, "FROM scratch", contentType: "text/plain");

        Assert.Equal((400, sentence), (answer.Status, answer.Json.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task Cache_UsageAndPrune()
    {
        await using var brig = await TestBrig.StartAsync();

        Assert.Equal(3, (await brig.SendAsync("GET", "/api/v1/images/-/build/cache")).Json.GetProperty("entries").GetInt32());
        Assert.Equal(4096, (await brig.SendAsync("DELETE", "/api/v1/images/-/build/cache")).Json.GetProperty("freed").GetInt64());
    }
}
