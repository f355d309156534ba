using System.Net;
using System.Text;
using Brig.Api.Tests.Support;
using Brig.Engine.Containers.Files;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Routes;

public sealed class FileRouteTests
{
    [Theory]
    [InlineData("GET", "a tar")]
    [InlineData("HEAD", "")]
    public async Task Archive_Asked_SaysWhatItIsInAHeader(string method, string body)
    {
        await using var brig = await TestBrig.StartAsync();
        string id = await AnyContainerAsync(brig);

        using var answer = await brig.Http.SendAsync(new(new(method), $"/api/v1/containers/{id}/archive?path=/etc/motd"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"name":"motd","kind":"file","size":5,"mode":"0644","uid":0,"gid":7,"modifiedAt":"1970-01-01T00:00:00+00:00"}""",
            Encoding.UTF8.GetString(Convert.FromBase64String(answer.Headers.GetValues("Brig-Path-Stat").Single())));
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Archive_NothingThere_IsNotFound(string method)
    {
        await using var brig = await TestBrig.StartAsync();
        using var answer = await brig.Http.SendAsync(new(new(method), $"/api/v1/containers/{await AnyContainerAsync(brig)}/archive?path=/nothing"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Archive_NoPath_SaysSo()
    {
        await using var brig = await TestBrig.StartAsync();
        var answer = await brig.SendAsync("GET", $"/api/v1/containers/{await AnyContainerAsync(brig)}/archive");

        Assert.Equal(400, answer.Status);
        Assert.Contains("path", answer.Problem());
    }

    [Fact]
    public async Task Archive_Put_IsUnpackedThere()
    {
        await using var brig = await TestBrig.StartAsync();
        using var answer = await brig.Http.PutAsync("/api/v1/containers/web/archive?path=/srv", new ByteArrayContent("bytes"u8.ToArray()) { Headers = { ContentType = new("application/x-tar") } });

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("web /srv bytes", ((FakeContainerFiles)brig.Services.GetRequiredService<IContainerFiles>()).Written);
    }

    private static async Task<string> AnyContainerAsync(TestBrig brig) =>
        (await brig.SendAsync("POST", "/api/v1/containers", """{"image":"brig/busybox"}""")).Json.GetProperty("id").GetString()!;
}
