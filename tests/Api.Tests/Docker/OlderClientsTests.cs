using System.Text.Json;
using Brig.Engine;
using Brig.Web.Api.Docker;

namespace Brig.Api.Tests.Docker;

/// <summary>What came with a version of Docker's API, and is as if it had not been said before.</summary>
public sealed class OlderClientsTests
{
    private const string Bind = """{"Type":"bind","Source":"/a","Target":"/b","BindOptions":{"NonRecursive":true,"CreateMountpoint":true},"VolumeOptions":{"NoCopy":true}}""";

    [Theory]
    [InlineData(24, "False shareable - - - - - - 5")]
    [InlineData(25, "True shareable - - - - - - 5")]
    [InlineData(39, "True shareable - - - - - - 5")]
    [InlineData(40, "True - once - - - - - 5")]
    [InlineData(41, "True - once - - - - - 5")]
    [InlineData(42, "True - once made volume 30x100 - - -")]
    [InlineData(43, "True - once made volume 30x100 noted - -")]
    [InlineData(44, "True - once made volume 30x100 noted 9 -")]
    [InlineData(47, "True - once made volume 30x100 noted 9 -")]
    public void Today_OfEachVersion_HasWhatThatVersionHas(int minor, string expected)
    {
        var asked = OlderClients.Today(Read($$$"""{"Healthcheck":{"StartInterval":9},"HostConfig":{"AutoRemove":true,"ConsoleSize":[30,100],"Annotations":{"noted":"x"},"KernelMemory":5,"Mounts":[{{{Bind}}}] } }"""), new(1, minor));
        var (host, mount) = (asked.HostConfig!, asked.HostConfig!.Mounts!.Single());
        string?[] told =
        [
            host.AutoRemove.ToString(), host.IpcMode, mount.BindOptions?.NonRecursive == true ? "once" : null, mount.BindOptions?.CreateMountpoint == true ? "made" : null, mount.VolumeOptions is null ? null : "volume",
            host.ConsoleSize is [var rows, var columns] ? $"{rows}x{columns}" : null, host.Annotations?.Keys.Single(), asked.Healthcheck!.StartInterval?.ToString(), host.KernelMemory?.ToString(),
        ];
        Assert.Equal(expected, string.Join(' ', told.Select(word => word ?? "-")));
    }

    [Theory]
    [InlineData(43, 44, """{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/a","Target":"/b","BindOptions":{"ReadOnlyForceRecursive":true}}]}}""", "BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer")]
    [InlineData(43, 44, """{"NetworkingConfig":{"EndpointsConfig":{"b":{},"a":null}}}""", "Container cannot be created with multiple network endpoints: a, b")]
    [InlineData(44, 45, """{"HostConfig":{"Mounts":[{"Type":"volume","Source":"v","Target":"/b","VolumeOptions":{"Subpath":"x"}}]}}""", "VolumeOptions.Subpath needs API v1.45 or newer")]
    public void Today_WhatMustNotBeIgnored_IsRefusedUntilItIsKnown(int before, int since, string body, string message)
    {
        Assert.Equal(message, Assert.Throws<EngineException>(() => OlderClients.Today(Read(body), new(1, before))).Message);
        _ = OlderClients.Today(Read(body), new(1, since));
    }

    [Fact]
    public void Today_AddressOfAPlaceBefore144_IsNobodys()
    {
        var asked = Read("""{"MacAddress":"02:42:ac:11:00:01","NetworkingConfig":{"EndpointsConfig":{"a":{"MacAddress":"02:42:ac:11:00:02","Aliases":["x"]}}}}""");
        var old = OlderClients.Today(asked, new(1, 43));
        var place = old.NetworkingConfig!.EndpointsConfig!["a"]!;
        Assert.Equal(("02:42:ac:11:00:01", null, "x"), (old.MacAddress, place.MacAddress, place.Aliases!.Single()));
        Assert.Equal("02:42:ac:11:00:02", OlderClients.Today(asked, new(1, 44)).NetworkingConfig!.EndpointsConfig!["a"]!.MacAddress);
    }

    [Theory]
    [InlineData(39, null, 5L)]
    [InlineData(40, 0L, 5L)]
    [InlineData(42, 0L, null)]
    public void Today_OfAnUpdate_HasWhatThatVersionHas(int minor, long? pids, long? kernel)
    {
        var asked = OlderClients.Today(new DockerUpdate { PidsLimit = 0, KernelMemory = 5 }, new(1, minor));
        Assert.Equal((pids, kernel), (asked.PidsLimit, asked.KernelMemory));
    }

    [Fact]
    public void Today_NothingSaid_StaysSo() => Assert.Equal(new DockerCreate(), OlderClients.Today(new DockerCreate(), new(1, 47)) with { HostConfig = null });

    private static DockerCreate Read(string json) => JsonSerializer.Deserialize(json, DockerJson.Of<DockerCreate>())!;
}
