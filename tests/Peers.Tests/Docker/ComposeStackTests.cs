using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Brig.Peers.Tests.Docker;

/// <summary>What docker-compose makes over the socket is a stack to Brig too.</summary>
[Collection(ClientCollection.Name)]
public class ComposeStackTests(ClientScene scene)
{
    [Fact]
    public async Task Up_OverTheSocket_IsAStackOfServicesUntilItIsDown()
    {
        await ShellAsync("stack; docker-compose up -d --scale app=2");

        var stack = (await Stacks()).Single(one => (string?)one!["name"] == "shop")!;
        Assert.False((bool)stack!["managed"]!);
        Assert.Equal(["app", "db", "web"], stack["services"]!.AsArray().Select(service => (string)service!["name"]!).Order());

        await ShellAsync("stack; docker-compose down -v -t 0");
        Assert.DoesNotContain(await Stacks(), one => (string?)one!["name"] == "shop");
    }

    private async Task<JsonArray> Stacks() => (await scene.Brig.Process.Http.GetFromJsonAsync<JsonArray>("/api/v1/stacks"))!;

    private async Task ShellAsync(string script)
    {
        var (code, output, errors) = await scene.Brig.RunAsync($". {CheckReader.Folder}/lib.sh\n{script}", scene.Folder, ("N", "shop"), ("PORT", "19999"));
        Assert.True(code == 0, output + errors);
    }
}
