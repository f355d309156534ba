using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Docker;

public sealed class DockerNetworkTests : DockerTest
{
    private FakeNetworks Networks => (FakeNetworks)Server.Services.GetService(typeof(Brig.Engine.Networks.INetworks))!;

    [Fact]
    public async Task List_DefaultNetwork_IsDockersBridgeBesideHostAndNone()
    {
        var all = (await GetAsync("/networks")).AsArray();
        Assert.Equal(["bridge", "host", "none"], all.Select(one => one!["Name"]!.GetValue<string>()));
        Assert.Equal(["bridge", "host", "null"], all.Select(one => one!["Driver"]!.GetValue<string>()));
        Assert.Equal("172.16.0.0/20", all[0]!["IPAM"]!["Config"]![0]!["Subnet"]!.GetValue<string>());
        Assert.Empty(all[0]!["Containers"]!.AsObject());
    }

    [Theory]
    [InlineData("""{"name":["bri"]}""", "bridge")]
    [InlineData("""{"name":{"host":true,"none":false}}""", "host")]
    [InlineData("""{"driver":["null"]}""", "none")]
    [InlineData("""{"type":["builtin"],"id":["aaaa"]}""", "bridge")]
    [InlineData("""{"type":["custom"]}""", "")]
    [InlineData("""{"label":["a=b"]}""", "")]
    [InlineData("""{"dangling":["true"]}""", "")]
    [InlineData("""{"scope":["swarm"]}""", "")]
    public async Task List_Filtered_HasThese(string filters, string names) =>
        Assert.Equal(names, string.Join(' ', (await GetAsync("/networks?filters=" + Uri.EscapeDataString(filters))).AsArray().Select(one => one!["Name"]!.GetValue<string>())));

    [Fact]
    public async Task Inspect_Bridge_HasTheContainersThatRun()
    {
        var one = await GetAsync("/networks/bridge");
        Assert.Equal("172.16.0.2/20", one["Containers"]![new string('c', 64)]!["IPv4Address"]!.GetValue<string>());
    }

    [Fact]
    public async Task Create_WithEverything_AsksBrigForIt()
    {
        using var answer = await PostAsync("/networks/create", """
            {"Name":"web","CheckDuplicate":true,"Driver":"bridge","Internal":true,"Attachable":true,"EnableIPv6":false,"Labels":{"a":"b"},
             "IPAM":{"Driver":"default","Options":null,"Config":[{"Subnet":"10.9.0.0/24","Gateway":"10.9.0.1","IPRange":"10.9.0.128/25","AuxiliaryAddresses":{"router":"10.9.0.130"}}]},
             "Options":{"com.docker.network.driver.mtu":"1400","com.docker.network.bridge.name":"web0","com.docker.network.bridge.enable_ip_masquerade":"false","x.y":"z"},"Unknown":[1]}
            """);
        Assert.Equal(201, (int)answer.StatusCode);
        var made = Networks.Created!;
        Assert.Equal(("web", true, true, 1400, "web0", false), (made.Name, made.Internal, made.Attachable, made.Mtu, made.Bridge, made.Masquerade));
        Assert.Equal(("10.9.0.0/24", "10.9.0.1", "10.9.0.128/25", "10.9.0.130"), (made.Subnets[0].Subnet, made.Subnets[0].Gateway, made.Subnets[0].Range, made.Subnets[0].Reserved!["router"]));
        Assert.Equal("z", made.Options!["x.y"]);
        Assert.Equal("b", made.Labels["a"]);
    }

    [Theory]
    [InlineData("""{"Name":"host"}""", 403, "operation is not permitted on predefined host network")]
    [InlineData("""{"Name":"default"}""", 403, "operation is not permitted on predefined default network")]
    [InlineData("""{"Name":"x","Driver":"overlay"}""", 503, "This node is not a swarm manager")]
    [InlineData("""{"Name":"x","Driver":"macvlan"}""", 404, "macvlan")]
    [InlineData("""{"Name":"x","IPAM":{"Config":[{"Gateway":"10.0.0.1"}]}}""", 400, "subnet")]
    [InlineData("""{"Name":"x","Options":{"com.docker.network.driver.mtu":"many"}}""", 400, "many")]
    [InlineData("""{"Name":"x","Options":{"com.docker.network.bridge.enable_icc":"false"}}""", 400, "enable_icc")]
    [InlineData("""{"Name":1}""", 400, "")]
    [InlineData("{", 400, "")]
    public async Task Create_ThatCannotBe_IsRefused(string body, int status, string part)
    {
        using var answer = await PostAsync("/networks/create", body);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(part, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(Networks.Created);
    }

    [Fact]
    public async Task Connect_WithSettings_AsksForThem()
    {
        using var answer = await PostAsync("/networks/bridge/connect", """{"Container":"web","EndpointConfig":{"Aliases":["db"],"IPAMConfig":{"IPv4Address":"172.16.0.9"},"MacAddress":"02:42:ac:10:00:09","IPPrefixLen":0}}""");
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(("default", "db", "172.16.0.9", "02:42:ac:10:00:09"), (Networks.Connected!.Network, Networks.Connected.Aliases[0], Networks.Connected.Ipv4, Networks.Connected.Mac));
    }

    [Theory]
    [InlineData("POST", "/networks/host/connect", 403)]
    [InlineData("POST", "/networks/nothing/connect", 404)]
    [InlineData("POST", "/networks/bridge/disconnect", 403)]
    [InlineData("DELETE", "/networks/bridge", 403)]
    [InlineData("DELETE", "/networks/none", 403)]
    [InlineData("DELETE", "/networks/nothing", 404)]
    [InlineData("GET", "/networks/nothing", 404)]
    [InlineData("GET", "/networks/bridge?scope=swarm", 404)]
    [InlineData("GET", "/networks?filters=x", 400)]
    [InlineData("GET", "/networks?filters={\"x\":[\"y\"]}", 400)]
    public async Task Request_ThatCannotBe_IsRefused(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = method == "POST" ? new StringContent("""{"Container":"web"}""", null, "application/json") : null };
        using var answer = await Client.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    private async Task<JsonNode> GetAsync(string path) => (await Client.GetFromJsonAsync<JsonNode>(path))!;

    private Task<HttpResponseMessage> PostAsync(string path, string body) => Client.PostAsync(path, new StringContent(body, null, "application/json"));
}
