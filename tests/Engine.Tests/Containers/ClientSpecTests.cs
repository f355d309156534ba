using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Engine.Tests.Containers;

/// <summary>What clients of Docker's API can say of a program, and Brig's own pages do not.</summary>
public sealed class ClientSpecTests
{
    private static readonly ImageConfig Image = new() { Entrypoint = ["/entry"], Command = ["serve"], Env = ["A=image", "B=image"] };

    [Fact]
    public void Arguments_WithoutEntrypoint_ImagesCommandIsLeftOutToo()
    {
        Assert.Equal(["/entry", "serve"], ProgramSpec.Arguments(new() { Image = "x" }, Image).AsEnumerable());
        Assert.Equal(["sh"], ProgramSpec.Arguments(new() { Image = "x", NoEntrypoint = true, Command = ["sh"] }, Image).AsEnumerable());
        Assert.Empty(ProgramSpec.Arguments(new() { Image = "x", NoEntrypoint = true }, Image));
    }

    [Fact]
    public void Environment_NameAlone_TakesTheImagesAway()
    {
        var environment = ProgramSpec.Environment(Image.Env, ["A", "C=own", "NEVER"], hostname: null, tty: false);
        Assert.Equal(["B=image", "C=own"], environment.Where(entry => !entry.StartsWith("PATH=", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("db:10.0.0.2", "10.0.0.2")]
    [InlineData("db:::1", "::1")]
    [InlineData("db:host-gateway", null)]
    public void ParseHost_AddressOrTheMachine(string line, string? address) => Assert.Equal(("db", address), (HostFiles.ParseHost(line).Name, HostFiles.ParseHost(line).Address?.ToString()));

    [Fact]
    public void Mask_NetRaw_IsDroppedWithAll()
    {
        const ulong NetRaw = 1 << 13;
        Assert.Equal(NetRaw, Capabilities.Mask(false, [], [], netRaw: true) ^ Capabilities.Mask(false, [], []));
        Assert.Equal(0UL, Capabilities.Mask(false, [], ["NET_RAW"], netRaw: true) & NetRaw);
        Assert.Equal(0UL, Capabilities.Mask(false, [], ["ALL"], netRaw: true));
    }

    [Fact]
    public void Prune_Takes_ByAgeAndLabels()
    {
        var then = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
        var container = new Container(
            ContainerId.New(), "a", new() { Image = "x", Labels = new Dictionary<string, string> { ["k"] = "v" }.ToImmutableDictionary() }, new(ContainerStatus.Exited), then, "sha256:", "x", 1);
        Assert.True(ContainerPrune.All.Takes(container));
        Assert.True(new ContainerPrune(then.AddSeconds(1), ["k", "k=v"], ["k=w"]).Takes(container));
        Assert.False(new ContainerPrune(then, [], []).Takes(container));
        Assert.False(new ContainerPrune(null, ["k=w"], []).Takes(container));
        Assert.False(new ContainerPrune(null, [], ["k"]).Takes(container));
        var image = new Dictionary<string, string> { ["k"] = "w", ["of"] = "image" };
        Assert.True(new ContainerPrune(null, ["of=image", "k=v"], ["k=w"]).Takes(container, image));
        Assert.False(new ContainerPrune(null, [], ["of"]).Takes(container, image));
    }

    [Theory]
    [InlineData(false, 1000L, null)]
    [InlineData(false, null, 0)]
    [InlineData(true, null, 2)]
    public void Check_LogThatCannotBe_IsRefused(bool off, long? size, int? files) => Assert.Equal(EngineErrorKind.Invalid, Assert.Throws<EngineException>(new LogSpec(off, size, files).Check).Kind);
}
