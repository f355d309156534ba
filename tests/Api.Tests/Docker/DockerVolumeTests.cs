using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;
using Brig.Engine.Volumes;
using Brig.Web.Tests.Fakes;

namespace Brig.Api.Tests.Docker;

public sealed class DockerVolumeTests : DockerTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Server.Volumes.Put(FakeVolumes.Of("data") with { Labels = FakeVolumes.Of("data").Labels.Add("a", "b") });
        Server.Volumes.Put(FakeVolumes.Of("used") with { UsedBy = [new("c", "web", "/data", false, true)] });
    }

    [Theory]
    [InlineData("{}", "data used")]
    [InlineData("""{"dangling":["true"]}""", "data")]
    [InlineData("""{"dangling":{"0":true}}""", "used")]
    [InlineData("""{"label":["a=b"]}""", "data")]
    [InlineData("""{"label":["a=c"]}""", "")]
    [InlineData("""{"name":["us"]}""", "used")]
    [InlineData("""{"driver":["nfs"]}""", "")]
    public async Task List_Filtered_HasThese(string filters, string names)
    {
        var answer = await Client.GetFromJsonAsync<JsonNode>("/volumes?filters=" + Uri.EscapeDataString(filters));
        Assert.Equal(names, string.Join(' ', answer!["Volumes"]!.AsArray().Select(one => one!["Name"]!.GetValue<string>())));
        Assert.Null(answer["Warnings"]);
    }

    [Fact]
    public async Task Inspect_ThatIsThere_HasDockersShape()
    {
        var one = (await Client.GetFromJsonAsync<JsonNode>("/volumes/data"))!;
        Assert.Equal(
            """{"CreatedAt":"1970-01-01T00:00:00Z","Driver":"local","Labels":{"a":"b"},"Mountpoint":"/volumes/data","Name":"data","Options":null,"Scope":"local"}""", one.ToJsonString());
    }

    [Theory]
    [InlineData("""{"Name":"new","DriverOpts":{"type":"tmpfs"},"Labels":{"x":"y"}}""", 201)]
    [InlineData("""{"Name":"data"}""", 201)]
    [InlineData("""{"Name":"data","DriverOpts":{"type":"tmpfs"}}""", 409)]
    [InlineData("""{"Name":"new","Driver":"nfs"}""", 404)]
    [InlineData("""{"Name":"new","ClusterVolumeSpec":{}}""", 503)]
    [InlineData("""{"Name":"x"}""", 400)]
    [InlineData("", 201)]
    public async Task Create_Volume_Answers(string body, int status)
    {
        using var answer = await Client.PostAsync("/volumes/create", body.Length == 0 ? null : new StringContent(body, null, "application/json"));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("data", 204)]
    [InlineData("used", 409)]
    [InlineData("used?force=1", 409)]
    [InlineData("nothing", 404)]
    [InlineData("nothing?force=true", 204)]
    public async Task Remove_Volume_Answers(string path, int status)
    {
        using var answer = await Client.DeleteAsync(new Uri("/volumes/" + path, UriKind.Relative));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("/v1.41/volumes/prune", "prune True ")]
    [InlineData("/v1.42/volumes/prune", "prune False ")]
    [InlineData("/volumes/prune?filters={\"all\":[\"true\"],\"label\":[\"a\"]}", "prune True a")]
    public async Task Prune_ByVersion_TakesNamedOnesToo(string path, string asked)
    {
        using var answer = await Client.PostAsync(path, null);
        Assert.Equal("""{"VolumesDeleted":["gone"],"SpaceReclaimed":4096}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(asked, Server.Volumes.Asked[^1]);
    }
}
