using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;
using Brig.Engine.Volumes;
using Brig.Tests;

namespace Brig.Kernel.Tests.Volumes;

/// <summary>One volume, several containers: told from inside, and seen from outside.</summary>
[Trait("Guest", "too")]
public class SharingTests : IAsyncLifetime
{
    private VolumeScene _scene = null!;

    public async Task InitializeAsync() => _scene = await VolumeScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Volume_TwoContainersWithOtherIds_SeeTheSameOwners()
    {
        var writer = await _scene.Engine.RunAsync("touch /data/f; chown 1000:33 /data/f; echo made; sleep 1000", spec => spec with { Mounts = [VolumeScene.Mount("shared")] });
        await Wait.Until(async () => (await _scene.Engine.OutputAsync(writer)).Contains("made"), "it is written");
        var reader = await _scene.Engine.CreateAsync("stat -c %u:%g /data/f /data; echo more >> /data/f && chown 1000 /data/f && touch /data/g; stat -c %u /data/g", spec => spec with { Mounts = [VolumeScene.Mount("shared", "/elsewhere/data"), VolumeScene.Mount("shared")] });
        Assert.NotEqual(writer.Ids, reader.Ids);
        await _scene.Containers.StartAsync(reader.Name);
        await _scene.Containers.WaitAsync(reader.Name);

        Assert.Equal(["1000:33", "0:0", "0"], await _scene.Engine.OutputAsync(reader));
        string data = _scene.Volumes.Get("shared").Path;
        Assert.Equal((1000u, 33u), Ownership.Of(data + "/f"));
        Assert.Equal((0u, 0u), Ownership.Of(data + "/g"));
        Assert.Equal("more\n", await File.ReadAllTextAsync(data + "/f"));
    }

    [Fact]
    public async Task Volume_HostUsers_SeeTheSameOwnersToo()
    {
        await _scene.PrintsAsync("touch /data/f; chown 1000:1000 /data/f", VolumeScene.Mount("shared"));
        Assert.Equal(["1000:1000"], await _scene.PrintsAsync("stat -c %u:%g /data/f", spec => spec with { Mounts = [VolumeScene.Mount("shared")], Namespaces = new() { User = NamespaceSpec.Host } }));
    }

    [Fact]
    public async Task ReadOnly_Write_IsRefusedThereAndNotElsewhere()
    {
        Assert.Equal(["no"], await _scene.PrintsAsync("touch /data/f 2>/dev/null && echo yes || echo no", VolumeScene.Mount("v") with { ReadOnly = true }));
        Assert.Equal(["yes"], await _scene.PrintsAsync("touch /data/f && echo yes", VolumeScene.Mount("v")));
        Assert.Equal(["no"], await _scene.PrintsAsync("mount -o remount,rw /data 2>/dev/null && echo yes || echo no", VolumeScene.Mount("v") with { ReadOnly = true }));
    }

    [Fact]
    public async Task Devices_InAVolume_AreDeadAndNobodyElseOnTheMachineComesNear()
    {
        string data = (await _scene.Volumes.CreateAsync(new("v"))).Path;
        await _scene.PrintsAsync("mknod /data/zero c 1 5; chmod 666 /data/zero", spec => spec with { Privileged = true, Seccomp = SeccompSpec.Default, Mounts = [VolumeScene.Mount("v")] });
        Assert.True(Path.Exists(data + "/zero"));
        Assert.Equal(["dead"], await _scene.PrintsAsync("head -c 1 /data/zero >/dev/null 2>&1 || echo dead", VolumeScene.Mount("v")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_scene.Engine.Paths.Volumes));
    }

    [Fact]
    public async Task Nested_MountsAskedTheWrongWayRound_TheDeeperOneIsSeen()
    {
        Assert.Equal(["inner", "outer"], await _scene.PrintsAsync(
            "echo inner > /a/b/f; echo outer > /a/f; cat /a/b/f /a/f", VolumeScene.Mount("inner", "/a/b"), VolumeScene.Mount("outer", "/a")));
        Assert.Equal("inner\n", await File.ReadAllTextAsync(_scene.Volumes.Get("inner").Path + "/f"));
        Assert.False(File.Exists(_scene.Volumes.Get("outer").Path + "/b/f"));
    }

    [Fact]
    public async Task Remove_InUse_IsAConflictThatNamesWhoHasIt()
    {
        var container = await _scene.Engine.CreateAsync("true", spec => spec with { Name = "holder", Mounts = [VolumeScene.Mount("v")] });
        var error = await Assert.ThrowsAsync<EngineException>(() => _scene.Volumes.RemoveAsync("v"));
        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
        Assert.Contains("container holder", error.Message, StringComparison.Ordinal);
        Assert.Equal("holder", Assert.Single(_scene.Volumes.Get("v").UsedBy).Container);

        await _scene.Containers.RemoveAsync(container.Name);
        await _scene.Volumes.RemoveAsync("v");
        Assert.Empty(_scene.Volumes.List());
        Assert.Empty(Directory.GetDirectories(_scene.Engine.Paths.Volumes));
    }

    [Fact]
    public async Task ContainerFiles_PathInAVolume_GoThereOnlyWhileItRuns()
    {
        var files = _scene.Engine.Get<IContainerFiles>();
        var container = await _scene.Engine.CreateAsync("echo inside > /data/f; sleep 1000", spec => spec with { Mounts = [VolumeScene.Mount("v")] });
        var error = await Assert.ThrowsAsync<EngineException>(() => files.StatAsync(container.Name, "/data/f"));
        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
        Assert.Contains("volume v", error.Message, StringComparison.Ordinal);
        Assert.Equal("bin", (await files.StatAsync(container.Name, "/bin")).Name);
        await _scene.Containers.StartAsync(container.Name);
        await Wait.Until(() => File.Exists(_scene.Volumes.Get("v").Path + "/f"), "it is written");
        Assert.Equal("f", (await files.StatAsync(container.Name, "/data/f")).Name);
    }

    [Fact]
    public async Task VolumesFrom_AnotherContainer_HasItsMountsAndReadsOnly()
    {
        await _scene.Engine.CreateAsync("true", spec => spec with { Name = "first", Mounts = [VolumeScene.Mount("v"), VolumeScene.Mount(null, "/anon")] });
        await _scene.PrintsAsync("echo hello > /data/f", VolumeScene.Mount("v"));
        Assert.Equal(["hello", "no"], await _scene.PrintsAsync("cat /data/f; touch /anon/x 2>/dev/null || echo no", spec => spec with { VolumesFrom = ["first:ro"] }));
    }

    [Fact]
    public async Task Tmpfs_TwoContainers_ShareItUntilItIsRemoved()
    {
        await _scene.Volumes.CreateAsync(new("m") { Options = new Dictionary<string, string> { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = "size=1m,mode=0750" }.ToImmutableDictionary() });
        if (Environment.OSVersion.Version < new Version(6, 3))
        {
            var refused = await Assert.ThrowsAsync<EngineException>(() => _scene.PrintsAsync("true", VolumeScene.Mount("m")));
            Assert.Contains("tmpfs does from Linux 6.3 on", refused.Message, StringComparison.Ordinal);
            return;
        }
        await _scene.PrintsAsync("echo kept > /data/f; chown 7:8 /data/f", VolumeScene.Mount("m"));
        string[] seen = await _scene.PrintsAsync("cat /data/f; stat -c %u:%g /data/f; stat -c %a /data; head -c 2000000 /dev/zero > /data/big 2>/dev/null || echo full; grep -c ' /data tmpfs ' /proc/mounts", VolumeScene.Mount("m"));
        Assert.Equal(["kept", "7:8", "750", "full", "1"], seen);
        await _scene.Volumes.RemoveAsync("m");
        Assert.Empty(_scene.Engine.Mounts());
    }

    [Fact]
    public async Task Bind_FolderOfTheMachine_StaysWhenTheVolumeGoes()
    {
        string folder = _scene.Engine.Folder + "/mine";
        Directory.CreateDirectory(folder);
        await _scene.Volumes.CreateAsync(new("b") { Options = new Dictionary<string, string> { ["type"] = "none", ["o"] = "bind", ["device"] = folder }.ToImmutableDictionary() });
        await _scene.PrintsAsync("echo hello > /data/f", VolumeScene.Mount("b"));
        await _scene.Volumes.RemoveAsync("b");
        Assert.Equal("hello\n", await File.ReadAllTextAsync(folder + "/f"));
    }

    [Fact]
    public async Task CreateSource_HostHasNothing_ADirectoryIsMadeAtTheStart()
    {
        string folder = _scene.Engine.Folder + "/made/here";
        var mount = new MountSpec(MountKind.Bind, folder, "/data");
        await Assert.ThrowsAsync<EngineException>(() => _scene.PrintsAsync("true", mount));
        Assert.Equal(["0"], await _scene.PrintsAsync("ls /data | wc -l", mount with { CreateSource = true }));
        Assert.True(Directory.Exists(folder));
    }
}
