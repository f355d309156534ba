using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Routes;

public sealed class PostMortemRouteTests
{
    [Fact]
    public async Task List_OfAContainer_SummariesInWords()
    {
        await using var brig = await TestBrig.StartAsync();

        var all = (await brig.SendAsync("GET", "/api/v1/post-mortems?container=eater")).Json;

        Assert.Equal(("outOfMemory", "outOfMemoryKiller"), (all[0].GetProperty("kind").GetString(), all[0].GetProperty("by").GetString()));
        Assert.Contains("took 63.5 MiB", all[0].GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await brig.SendAsync("GET", "/api/v1/post-mortems?container=nobody")).Json.GetArrayLength());
        Assert.Equal(400, (await brig.SendAsync("GET", "/api/v1/post-mortems?limit=0")).Status);
    }

    [Fact]
    public async Task Get_One_WholeAndAsAFile()
    {
        await using var brig = await TestBrig.StartAsync();

        var one = (await brig.SendAsync("GET", "/api/v1/post-mortems/d1e5")).Json;
        var file = await brig.SendAsync("GET", "/api/v1/post-mortems/d1e5/download");

        Assert.Equal("python3", one.GetProperty("oom").GetProperty("victim").GetProperty("name").GetString());
        Assert.Equal(30, one.GetProperty("metrics").GetProperty("series").GetProperty("memory").GetArrayLength());
        Assert.Equal("stderr", one.GetProperty("lines")[1].GetProperty("stream").GetString());
        Assert.Equal(one.GetProperty("id").GetString(), file.Json.GetProperty("id").GetString());
        Assert.Contains("post-mortem-eater-d1e5.json", file.Headers["Content-Disposition"], StringComparison.Ordinal);
        Assert.Equal(404, (await brig.SendAsync("GET", "/api/v1/post-mortems/none")).Status);
    }
}
