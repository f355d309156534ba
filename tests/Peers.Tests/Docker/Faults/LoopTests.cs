using System.Text;
using System.Text.Json;
using Brig.Tests;

namespace Brig.Peers.Tests.Docker.Faults;

/// <summary>As Testcontainers does it: made, started, waited for, its log read, removed; again and again, sixteen at once.</summary>
public class LoopTests(OwnBrig brig) : IClassFixture<OwnBrig>
{
    private const int Times = 500, AtOnce = 16;

    [Fact]
    public async Task Loop_Of500_LeavesNothing()
    {
        string keeper = await brig.CreateAsync("""{"Image":"base","Cmd":["sleep","1000"]}""");
        Assert.Equal(204, (await brig.SendAsync(HttpMethod.Post, $"containers/{keeper}/start")).Status);
        await LoopAsync(64);   // until pools have what they keep
        var before = brig.Held();
        int links = await brig.LinksAsync();

        await LoopAsync(Times);

        await brig.FlatAsync(before);
        await Wait.Until(async () => await brig.LinksAsync() <= links, () => $"{links} links");
        Assert.Single(JsonDocument.Parse((await brig.SendAsync(HttpMethod.Get, "containers/json?all=1")).Body).RootElement.EnumerateArray());
        await Wait.Until(async () => (await brig.CgroupsBesideAsync(keeper)).Length == 1, "the cgroups of all others are gone");
        Assert.Equal(204, (await brig.SendAsync(HttpMethod.Delete, $"containers/{keeper}?force=1")).Status);
    }

    private Task LoopAsync(int times) => Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (turn, stop) =>
    {
        string id = await brig.CreateAsync($$"""{"Image":"base","Cmd":["sh","-c","echo turn {{turn}}; exit {{turn % 7}}"],"Labels":{"org.testcontainers":"true"} }""");
        Assert.Equal(204, (await brig.SendAsync(HttpMethod.Post, $"containers/{id}/start")).Status);
        var (_, ended) = await brig.SendAsync(HttpMethod.Post, $"containers/{id}/wait");
        Assert.Contains($"\"StatusCode\":{turn % 7}", ended);
        var log = await brig.Docker.GetByteArrayAsync(new Uri($"containers/{id}/logs?stdout=1&stderr=1", UriKind.Relative), stop);
        Assert.Equal($"turn {turn}\n", Encoding.UTF8.GetString(log.AsSpan(8)));
        Assert.Equal(204, (await brig.SendAsync(HttpMethod.Delete, $"containers/{id}?v=1")).Status);
    });
}
