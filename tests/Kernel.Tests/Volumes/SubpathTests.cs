using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Kernel.Tests.Volumes;

/// <summary>A part of a volume, and what its own containers do to lead the next one elsewhere.</summary>
[Trait("Guest", "too")]
public class SubpathTests : IAsyncLifetime
{
    private VolumeScene _scene = null!;

    public async Task InitializeAsync() => _scene = await VolumeScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Subpath_DirectoryOrFile_IsAllThatIsSeen()
    {
        await _scene.PrintsAsync("mkdir -p /data/a/b; echo deep > /data/a/b/f; echo top > /data/top; chown -R 1000 /data/a", VolumeScene.Mount("v"));
        Assert.Equal(["deep", "f", "1000"], await _scene.PrintsAsync("cat /in/f; ls /in; stat -c %u /in/f", VolumeScene.Mount("v", "/in") with { Subpath = "a/b" }));
        Assert.Equal(["deep", "more"], await _scene.PrintsAsync("echo more >> /in; cat /in", VolumeScene.Mount("v", "/in") with { Subpath = "/a/b/f/" }));
    }

    [Theory]
    [InlineData("ln -s / out")]
    [InlineData("ln -s /etc out")]
    [InlineData("ln -s ../../../../../../../../etc out")]
    [InlineData("ln -s /proc/1/root out")]
    [InlineData("mkdir -p d; ln -s ../../../../../.. d/up; ln -s d/up/etc out")]
    public async Task Subpath_LinkThatLeadsOut_StaysInTheVolume(string trick)
    {
        await _scene.PrintsAsync($"cd /data && mkdir -p etc && echo inside > etc/hostname && {trick}", VolumeScene.Mount("v"));
        var container = await _scene.Engine.CreateAsync("ls -A /in; cat /in/hostname /in/etc/hostname 2>/dev/null", spec => spec with { Mounts = [VolumeScene.Mount("v", "/in") with { Subpath = "out" }] });
        string[] seen;
        try
        {
            await _scene.Containers.StartAsync(container.Name);
            await _scene.Containers.WaitAsync(container.Name);
            seen = await _scene.Engine.OutputAsync(container);
        }
        catch (EngineException e)
        {
            Assert.Equal(EngineErrorKind.Invalid, e.Kind);
            Assert.Contains("\"out\"", e.Message, StringComparison.Ordinal);
            return;
        }
        Assert.Equal("inside", seen[^1]);
        Assert.DoesNotContain("passwd", seen);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../b")]
    [InlineData("/")]
    public async Task Subpath_ThatCannotBe_IsInvalid(string subpath)
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => _scene.Engine.CreateAsync("true", spec => spec with { Mounts = [VolumeScene.Mount("v") with { Subpath = subpath }] }));
        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.Empty(_scene.Volumes.List());
    }

    [Fact]
    public async Task Subpath_NotThere_TheSentenceSaysWhichAndWhere()
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => _scene.PrintsAsync("true", VolumeScene.Mount("v", "/in") with { Subpath = "not/there" }));
        Assert.Contains("\"not/there\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("/in", error.Message, StringComparison.Ordinal);
    }
}
