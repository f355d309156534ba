using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.State;
using Brig.Engine.Volumes;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;
using Microsoft.EntityFrameworkCore;

namespace Brig.Kernel.Tests.Volumes;

/// <summary>What volumes outlive, and what they go with.</summary>
[Trait("Guest", "too")]
public class LifeTests : IAsyncLifetime
{
    private VolumeScene _scene = null!;

    public async Task InitializeAsync() => _scene = await VolumeScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Named_ContainerRemovedWithVolumes_Stays()
    {
        var container = await _scene.Engine.RunAsync("echo kept > /data/f", spec => spec with { Mounts = [VolumeScene.Mount("v"), VolumeScene.Mount(null, "/anon")] });
        await _scene.Containers.WaitAsync(container.Name);
        await _scene.Containers.RemoveWithVolumesAsync(container.Name);
        Assert.Equal("v", Assert.Single(_scene.Volumes.List()).Name);
        Assert.Equal(["kept"], await _scene.PrintsAsync("cat /data/f", VolumeScene.Mount("v")));
        Assert.Single(Directory.GetDirectories(_scene.Engine.Paths.Volumes));
    }

    [Fact]
    public async Task Anonymous_AutoRemove_GoesWithItsContainer()
    {
        var container = await _scene.Engine.RunAsync("echo x > /anon/f", spec => spec with { AutoRemove = true, Mounts = [VolumeScene.Mount(null, "/anon")] });
        await Wait.Until(() => _scene.Containers.List().IsEmpty, "it removes itself");
        Assert.Empty(_scene.Volumes.List());
        await Wait.Until(() => Directory.GetDirectories(_scene.Engine.Paths.Volumes).Length == 0, "its files are gone");
        Assert.NotNull(container);
    }

    [Fact]
    public async Task Anonymous_EngineWasKilledBetweenTheEndAndTheRemoval_GoesWithItsContainerAtTheNextStart()
    {
        var container = await _scene.Engine.RunAsync("echo x > /anon/f", spec => spec with { Mounts = [VolumeScene.Mount(null, "/anon")] });
        await _scene.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);
        var left = _scene.Containers.Get(container.Name).Spec with { AutoRemove = true };
        string spec = EngineJson.Write(left);
        await _scene.Engine.Get<Store>().WriteAsync(db => db.Containers.ExecuteUpdate(row => row.SetProperty(one => one.Spec, spec)));
        await _scene.Engine.EndAsync();
        await _scene.Engine.BeginAsync();
        Assert.Empty(_scene.Containers.List());
        Assert.Empty(_scene.Volumes.List());
        await Wait.Until(() => Directory.GetDirectories(_scene.Engine.Paths.Volumes).Length == 0, "its files are gone");
    }

    [Fact]
    public async Task Anonymous_AnotherContainerHasItToo_Stays()
    {
        var first = await _scene.Engine.CreateAsync("true", spec => spec with { Mounts = [VolumeScene.Mount(null, "/anon")] });
        var second = await _scene.Engine.CreateAsync("true", spec => spec with { VolumesFrom = [first.Name] });
        await _scene.Containers.RemoveWithVolumesAsync(first.Name);
        Assert.Equal(second.Name, Assert.Single(Assert.Single(_scene.Volumes.List()).UsedBy).Container);
        await _scene.Containers.RemoveWithVolumesAsync(second.Name);
        Assert.Empty(_scene.Volumes.List());
    }

    [Fact]
    public async Task Create_TheContainerCannotBe_NoVolumeOfItsStays()
    {
        await _scene.Engine.CreateAsync("true", spec => spec with { Name = "taken" });
        await Assert.ThrowsAsync<EngineException>(() => _scene.Engine.CreateAsync("true", spec => spec with { Name = "taken", Mounts = [VolumeScene.Mount("v"), VolumeScene.Mount(null, "/b")] }));
        await Assert.ThrowsAsync<EngineException>(() => _scene.Engine.CreateAsync("true", spec => spec with { Mounts = [VolumeScene.Mount("v"), VolumeScene.Mount("in valid", "/b")] }));
        Assert.Empty(_scene.Volumes.List());
        Assert.Empty(Directory.GetDirectories(_scene.Engine.Paths.Volumes));
    }

    [Fact]
    public async Task Create_TwentyContainersAtOnceNameOneVolume_ItIsMadeOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _scene.Engine.CreateAsync("true", spec => spec with { Mounts = [VolumeScene.Mount("v")] })));
        Assert.Equal(20, Assert.Single(_scene.Volumes.List()).UsedBy.Length);
    }

    [Fact]
    public async Task EngineAnew_Volumes_AreWhatTheyWere()
    {
        var made = await _scene.Volumes.CreateAsync(new("v") { Labels = new Dictionary<string, string> { ["a"] = "b" }.ToImmutableDictionary() });
        await _scene.PrintsAsync("echo kept > /data/f", VolumeScene.Mount("v"));
        var snapshot = await _scene.Volumes.SnapshotAsync("v", "before");
        Directory.CreateDirectory(_scene.Engine.Paths.Volumes + "/000000000000000000000000/data");   // made, and killed before its row
        Directory.CreateDirectory(_scene.Engine.Paths.Volumes + $"/{made.Id}/snapshots/half");
        await _scene.Engine.EndAsync();
        await _scene.Engine.BeginAsync();

        var now = Assert.Single(_scene.Volumes.List());
        Assert.Equal((made.Id, made.CreatedAt.ToUnixTimeMilliseconds(), "b"), (now.Id, now.CreatedAt.ToUnixTimeMilliseconds(), now.Labels["a"]));
        Assert.Equal(snapshot.Id, Assert.Single(now.Snapshots).Id);
        Assert.Equal(made.Id, Path.GetFileName(Assert.Single(Directory.GetDirectories(_scene.Engine.Paths.Volumes))));
        Assert.Equal(snapshot.Id, Path.GetFileName(Assert.Single(Directory.GetDirectories(_scene.Engine.Paths.Volumes + $"/{made.Id}/snapshots"))));
        Assert.Equal(["kept"], await _scene.PrintsAsync("cat /data/f", VolumeScene.Mount("v")));
    }

    [Fact]
    public async Task Snapshot_ChangedAfter_RestoresToAnotherVolumeAsItWas()
    {
        await _scene.PrintsAsync("cd /data; echo one > f; chown 7:8 f; ln f hard; ln -s f sym; mkdir -m 700 d; dd if=/dev/zero of=sparse bs=1 count=1 seek=10M 2>/dev/null; : > \"$(printf 'not\\377utf8')\"", VolumeScene.Mount("v"));
        var snapshot = await _scene.Volumes.SnapshotAsync("v");
        await _scene.PrintsAsync("echo two > /data/f", VolumeScene.Mount("v"));
        await _scene.Volumes.RestoreAsync("v", snapshot.Name, new("old"));
        await _scene.Volumes.CloneAsync("v", new("copy"));

        string[] seen = await _scene.PrintsAsync(
            "cat /old/f /copy/f; cd /old; stat -c '%u:%g %h' f; readlink sym; stat -c %a d; [ $(stat -c %b sparse) -lt 100 ] && stat -c %s sparse; ls | wc -l", VolumeScene.Mount("old", "/old"), VolumeScene.Mount("copy", "/copy"));
        Assert.Equal(["one", "two", "7:8 2", "f", "700", "10485761", "6"], seen);
        Assert.Empty(snapshot.Running);
        await _scene.Volumes.RemoveSnapshotAsync("v", snapshot.Name);
        Assert.Empty(_scene.Volumes.Get("v").Snapshots);
    }

    [Fact]
    public async Task Snapshot_WhileAContainerWrites_SaysSo()
    {
        await _scene.Engine.RunAsync("while :; do date > /data/f; done", spec => spec with { Name = "writer", Mounts = [VolumeScene.Mount("v")] });
        Assert.Equal("writer", Assert.Single((await _scene.Volumes.SnapshotAsync("v", "busy")).Running));
    }

    [Fact]
    public async Task Export_ThenImport_IsTheSameForContainers()
    {
        await _scene.PrintsAsync("cd /data; echo one > f; chown 1000:33 f .; chmod 2750 .; ln f hard; ln -s /etc/passwd sym; mkfifo p", VolumeScene.Mount("v"));
        using var tar = new MemoryStream();
        await _scene.Volumes.ExportAsync("v", tar);
        tar.Position = 0;
        await _scene.Volumes.ImportAsync(new("w"), tar);
        Assert.Equal(["1000:33 2750", "1000:33 2", "/etc/passwd", "fifo"], await _scene.PrintsAsync("cd /data; stat -c '%u:%g %a' .; stat -c '%u:%g %h' f; readlink sym; stat -c %F p", VolumeScene.Mount("w")));
    }

    [Fact]
    public async Task Size_SomebodyLooked_IsMeasuredAndTold()
    {
        await _scene.PrintsAsync("head -c 3000000 /dev/urandom > /data/f; ln /data/f /data/g", VolumeScene.Mount("v"));
        using var live = _scene.Volumes.Follow();
        await Wait.Until(() => _scene.Volumes.Get("v").Size is not null, "it is measured");
        Assert.InRange((await _scene.Volumes.MeasureAsync("v")).Size!.Bytes, 3_000_000, 3_100_000);
        Assert.Equal(2, _scene.Volumes.Get("v").Size!.Files);
        Assert.True(live.Changes.TryRead(out _));
    }

    [Fact]
    public async Task Prune_UsedAndUnused_TakesWhatIsAsked()
    {
        await _scene.Volumes.CreateAsync(new("free") { Labels = new Dictionary<string, string> { ["a"] = "b" }.ToImmutableDictionary() });
        await _scene.Volumes.CreateAsync(new("other"));
        await _scene.Volumes.CreateAsync(new());
        await _scene.Engine.CreateAsync("true", spec => spec with { Mounts = [VolumeScene.Mount("used"), VolumeScene.Mount(null, "/anon")] });

        Assert.Single((await _scene.Volumes.PruneAsync(new())).Removed);
        Assert.Equal("free", Assert.Single((await _scene.Volumes.PruneAsync(new(All: true, Labels: ["a=b"]))).Removed));
        Assert.Equal("other", Assert.Single((await _scene.Volumes.PruneAsync(new(All: true))).Removed));
        Assert.Equal(2, _scene.Volumes.List().Length);
        Assert.Contains((await _scene.Engine.Events.ListAsync(kind: "volume")), e => e is { Action: "remove", Name: "free" });
    }
}
