using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Routes;

public sealed class SizingRouteTests
{
    [Fact]
    public async Task Get_ARange_NeedProposalAndDensity()
    {
        await using var brig = await TestBrig.StartAsync();

        var web = (await brig.SendAsync("GET", "/api/v1/sizing?range=week")).Json.GetProperty("containers")[0];

        Assert.Equal((0.2, 131072000, "memory"), (web.GetProperty("cpu").GetProperty("p99").GetDouble(), web.GetProperty("proposal").GetProperty("memory").GetInt64(), web.GetProperty("more").GetProperty("endsFirst").GetString()));
        Assert.Equal((1 << 30) - 131072000, web.GetProperty("wastedMemory").GetInt64());
        Assert.Equal(400, (await brig.SendAsync("GET", "/api/v1/sizing?range=century")).Status);
    }
}
