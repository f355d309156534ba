using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Networks;
using Brig.Web.Api.Docker;

namespace Brig.Api.Tests.Docker;

/// <summary>What the answers have in one version of Docker's API and not in another (its version history), and what of a request counts.</summary>
public sealed class VersionedAnswerTests : DockerTest
{
    [Theory]
    [InlineData(41, "front aaaaaaaaaaaa shop", null)]
    [InlineData(44, "front aaaaaaaaaaaa shop", "web front aaaaaaaaaaaa shop")]
    [InlineData(45, "front", "web front aaaaaaaaaaaa shop")]
    [InlineData(47, "front", "web front aaaaaaaaaaaa shop")]
    public void Endpoint_AliasesAndNames_AreThoseOfTheVersion(int minor, string aliases, string? names)
    {
        var networks = (FakeNetworks)Server.Services.GetService(typeof(INetworks))!;
        networks.Other = networks.List()[0] with { Id = new string('9', 64), Name = "shops" };
        var web = Server.Containers.Web with
        {
            Spec = new() { Image = "x", Hostname = "shop", Networks = [new("shops")] },
            Endpoints = [new(new string('9', 64), FakeContainers.Id, ["front", "shop"], null, null, "", "eth0", Connected: false)],
        };
        var told = Endpoints.Of(web, networks, new(1, minor))["shops"];
        Assert.Equal((aliases, names), (string.Join(' ', told.Aliases!), told.DnsNames is { } dns ? string.Join(' ', dns) : null));
    }

    [Fact]
    public async Task Inspect_WhatWasAskedFor_IsToldAsItWas()
    {
        await CreateAsync("v1.47", """{"Image":"brig/busybox:latest","Tty":true,"MacAddress":"02:42:ac:11:00:09","HostConfig":{"VolumesFrom":["db:ro"],"ConsoleSize":[30,100],"Mounts":[{"Type":"bind","Source":"/usr","Target":"/u","BindOptions":{"NonRecursive":true}}]}}""");
        var told = await GetAsync("/v1.47/containers/web/json");
        var host = told["HostConfig"]!;
        Assert.Equal("""["db:ro"] [30,100] {"NonRecursive":true} "02:42:ac:11:00:09" "bridge" """.Trim(),
            string.Join(' ', new[] { host["VolumesFrom"], host["ConsoleSize"], host["Mounts"]![0]!["BindOptions"], told["Config"]!["MacAddress"], host["NetworkMode"] }.Select(one => one!.ToJsonString())));
        Assert.Equal((30, 100), (Server.Containers.Created!.TtySize!.Rows, Server.Containers.Created.TtySize.Columns));
        Assert.True(Server.Containers.Created.Mounts.Single().NonRecursive);
    }

    [Theory]
    [InlineData(43, 0)]
    [InlineData(44, 1)]
    public async Task Create_AddressOfTheWholeContainer_IsWarnedOfSince144(int minor, int warnings) =>
        Assert.Equal(warnings, (await CreateAsync($"v1.{minor}", """{"Image":"brig/busybox:latest","MacAddress":"02:42:ac:11:00:09"}"""))["Warnings"]!.AsArray().Count);

    [Theory]
    [InlineData("/v1.47/containers/create?name=ab", 201)]
    [InlineData("/v1.47/containers/create?name=a", 400)]
    [InlineData("/v1.47/containers/web/rename?name=a", 400)]
    [InlineData("/v1.41/containers/create?platform=linux/arm64", 404)]
    [InlineData("/v1.40/containers/create?platform=linux/arm64", 201)]
    [InlineData("/v1.41/containers/create?platform=linux", 201)]
    [InlineData("/v1.41/containers/create?platform=x86_64", 201)]
    [InlineData("/v1.41/containers/create?platform=a/b/c/d", 400)]
    [InlineData("/v1.47/containers/web/start", 400)]
    [InlineData("/v1.29/containers/web/wait?condition=fish", 200)]
    [InlineData("/v1.30/containers/web/wait?condition=fish", 400)]
    public async Task Post_WithABody_IsAnsweredWith(string path, int status)
    {
        using var answer = await Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent("""{"Image":"brig/busybox:latest"}""", null, "application/json"));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Create_ImageOfAnotherMachine_IsWarnedOf()
    {
        Server.Images.All = [FakeImages.Busybox with { Architecture = "arm64" }];
        var made = await CreateAsync("v1.47", """{"Image":"brig/busybox:latest"}""");
        Assert.Equal("The requested image's platform (linux/arm64) does not match the detected host platform (linux/amd64) and no specific platform was requested", (string?)made["Warnings"]!.AsArray().Single());
    }

    [Theory]
    [InlineData(45, false)]
    [InlineData(46, true)]
    public async Task List_Annotations_AreToldSince146(int minor, bool told)
    {
        await CreateAsync("v1.47", """{"Image":"brig/busybox:latest","HostConfig":{"Annotations":{"a":"b"}}}""");
        Assert.Equal(told, (await GetAsync($"/v1.{minor}/containers/json"))[0]!["HostConfig"]!.AsObject().ContainsKey("Annotations"));
        Assert.Equal("b", (string?)(await GetAsync("/v1.43/containers/web/json"))["HostConfig"]!["Annotations"]!["a"]);
    }

    [Theory]
    [InlineData(27, 1)]
    [InlineData(28, 0)]
    public async Task Networks_ContainersInTheList_AreToldBefore128(int minor, int containers) =>
        Assert.Equal(containers, (await GetAsync($"/v1.{minor}/networks"))[0]!["Containers"]!.AsObject().Count);

    [Theory]
    [InlineData(41, true, 200)]
    [InlineData(42, false, 400)]
    public async Task DiskUsage_BuilderSizeAndTypes_ChangeWith142(int minor, bool builder, int status)
    {
        Assert.Equal(builder, (await GetAsync($"/v1.{minor}/system/df")).AsObject().ContainsKey("BuilderSize"));
        using var answer = await Client.GetAsync(new Uri($"/v1.{minor}/system/df?type=fish", UriKind.Relative));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(24, "seccomp")]
    [InlineData(25, "name=seccomp,profile=default")]
    [InlineData(42, "name=seccomp,profile=builtin")]
    public async Task Info_SecurityOptions_AreThoseOfTheVersion(int minor, string option) =>
        Assert.Contains(option, (await GetAsync($"/v1.{minor}/info"))["SecurityOptions"]!.AsArray().Select(one => (string?)one));

    [Theory]
    [InlineData(41, 24)]
    [InlineData(42, 30)]
    public async Task Exec_ConsoleSize_CountsSince142(int minor, int rows)
    {
        using var answer = await Client.PostAsync(new Uri($"/v1.{minor}/containers/web/exec", UriKind.Relative), new StringContent("""{"Cmd":["sh"],"Tty":true,"ConsoleSize":[30,100]}""", null, "application/json"));
        Assert.Equal((201, rows), ((int)answer.StatusCode, Server.Containers.Executed!.Rows));
    }

    [Theory]
    [InlineData(40, 1)]
    [InlineData(41, 2)]
    public async Task Images_OneFilterByItself_CountsBefore141(int minor, int images)
    {
        Server.Images.All = [FakeImages.Busybox with { Tags = ["tool:1"], ConfigDigest = "sha256:" + new string('1', 64) }, FakeImages.Busybox with { Tags = ["other:1"], ConfigDigest = "sha256:" + new string('2', 64) }];
        Assert.Equal(images, (await GetAsync($"/v1.{minor}/images/json?filter=tool")).AsArray().Count);
    }

    [Theory]
    [InlineData(45, "tag")]
    [InlineData(46, "create tag")]
    public async Task Events_OfABuild_TellTheImageSince146(int minor, string expected)
    {
        using var answer = await Client.GetAsync(new Uri($"/v1.{minor}/events?filters={{\"type\":[\"image\"]}}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Server.Events.Publish(new(11, FakeContainers.Then, "image", "build", FakeImages.Busybox.Digest, "tool:1", ImmutableDictionary<string, string>.Empty));
        foreach (string action in expected.Split(' '))
        {
            var told = JsonNode.Parse((await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)))!)!;
            Assert.Equal((action, action == "create" ? FakeImages.Busybox.Digest : "tool:1"), ((string?)told["Action"], (string?)told["Actor"]!["Attributes"]!["name"]));
        }
    }

    private async Task<JsonNode> GetAsync(string path) => (await Client.GetFromJsonAsync<JsonNode>(new Uri(path, UriKind.Relative)))!;

    private async Task<JsonNode> CreateAsync(string version, string body)
    {
        using var answer = await Client.PostAsync(new Uri($"/{version}/containers/create?name=web", UriKind.Relative), new StringContent(body, null, "application/json"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }
}
