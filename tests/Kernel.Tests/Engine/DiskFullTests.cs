using System.Diagnostics;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Volumes;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>BRIG_ROOT on a small tmpfs of its own.</summary>
public class DiskFullTests : IAsyncLifetime
{
    private EngineScene _engine = null!;

    public async Task InitializeAsync()
    {
        _engine = EngineScene.Over(null);
        Directory.CreateDirectory(_engine.Root);
        await MountAsync("mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "brig-test", _engine.Root);
        await _engine.BeginAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var container in _engine.Containers.List())
        {
            await _engine.Containers.RemoveAsync(container.Name, force: true);
        }
        await _engine.EndAsync();
        await MountAsync("umount", "-l", _engine.Root);
        await TempFolder.RemoveAsync(_engine.Folder);
        await CgroupFolders.RemoveAsync(_engine.Paths.Instance);
    }

    [Fact]
    public async Task Full_WhileLoggingAndCreating_EngineLivesAndSaysSo()
    {
        var writes = await _engine.RunAsync("while :; do echo line; sleep 0.01; done");
        var fills = await _engine.RunAsync("dd if=/dev/zero of=/fill bs=64k; dd if=/dev/zero of=/fill2 bs=512; sleep 1000");
        await Wait.Until(() => new DriveInfo(_engine.Root).AvailableFreeSpace == 0, "the disk is full");
        await Wait.Until(() => _engine.Containers.Get(writes.Name).State.Error?.Contains("disk full") == true, "the trouble is told while it runs");
        int before = _engine.Containers.List().Length;

        var error = await Assert.ThrowsAsync<EngineException>(() => FillUpAsync());
        Assert.Equal(EngineErrorKind.Unavailable, error.Kind);
        Assert.Contains("full", error.Message);
        Assert.Equal(ContainerStatus.Running, _engine.Containers.Get(writes.Name).State.Status);
        Assert.Equal(_engine.Containers.List().Select(c => c.Id.Value).Order(), Directory.GetDirectories(_engine.Paths.Containers).Select(Path.GetFileName).Order());

        await _engine.Containers.RemoveAsync(fills.Name, force: true);
        await Wait.Until(() => new DriveInfo(_engine.Root).AvailableFreeSpace > 1 << 20, "there is room again");
        await Wait.Until(() => _engine.Containers.Get(writes.Name).State.Error?.Contains("disk full") != true, "the end of the trouble is told");
        var again = await _engine.RunAsync("echo back");
        Assert.Equal(0, (await _engine.Containers.WaitAsync(again.Name)).Code);
        Assert.True(before <= _engine.Containers.List().Length);
    }

    [Fact]
    public async Task Import_LargerThanTheDisk_NothingLeft()
    {
        string tar = _engine.Folder + "/big.tar";
        Directory.CreateDirectory(_engine.Folder + "/tree");
        await File.WriteAllBytesAsync(_engine.Folder + "/tree/big", new byte[40 << 20]);
        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(_engine.Folder + "/tree", tar, includeBaseDirectory: false);
        await using var stream = File.OpenRead(tar);
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Images.ImportAsync("big", stream, new()));

        Assert.Equal(EngineErrorKind.Unavailable, error.Kind);
        Assert.Single(_engine.Images.List());
        Assert.Single(Directory.GetDirectories(_engine.Paths.Layers));
        await _engine.TrashIsEmptyAsync();
    }

    [Fact]
    public async Task Pull_LargerThanTheDisk_NothingLeftNorKeptToGoOnWith()
    {
        await using var registry = new Images.FaultyRegistry(plain: Images.FaultyRegistry.LargeTar(30 << 20));
        var tasks = _engine.Get<Brig.Engine.Tasks.ITasks>();
        var task = await tasks.WaitAsync((await _engine.Get<Brig.Engine.Images.Registry.IRegistries>().PullAsync($"{registry.Host}/a:1")).Id).WaitAsync(Wait.Limit);

        Assert.Contains("a part of the disk stays free", task.Error);
        Assert.Single(_engine.Images.List());
        Assert.Empty(Directory.GetFiles(_engine.Paths.Images + "/partial"));
        await Wait.Until(() => Directory.GetFileSystemEntries(_engine.Paths.Trash).Length == 0 && new DriveInfo(_engine.Root).AvailableFreeSpace > 8 << 20, "there is room again");
        var container = await _engine.RunAsync("echo lives");
        Assert.Equal(0, (await _engine.Containers.WaitAsync(container.Name)).Code);
    }

    [Fact]
    public async Task Volumes_CopiesThatWouldFillTheDisk_AreRefusedBeforeItIsFullAndLeaveNothing()
    {
        var volumes = _engine.Get<IVolumes>();
        await volumes.ImportAsync(new() { Name = "data" }, Tar(5 << 20));
        await volumes.SnapshotAsync("data", "first");
        await _engine.RunAsync($"dd if=/dev/zero of=/fill bs=64k count={(Room - (4 << 20)) >> 16} 2> /dev/null; sleep 1000");
        await Wait.Until(() => Room <= (4 << 20) + (128 << 10), () => $"there is too little room; there are {Room} bytes");
        long reserve = new DriveInfo(_engine.Root).TotalSize / 20, least = long.MaxValue;
        using var done = new CancellationTokenSource();
        var watching = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                least = Math.Min(least, Room);
            }
        });
        foreach (var verb in new Func<Task>[]
        {
            () => volumes.SnapshotAsync("data", "second"), () => volumes.CloneAsync("data", new() { Name = "copy" }),
            () => volumes.RestoreAsync("data", "first", new() { Name = "copy" }), () => volumes.ImportAsync(new() { Name = "copy" }, Tar(5 << 20)),
        })
        {
            var error = await Assert.ThrowsAsync<EngineException>(verb);
            Assert.Equal(EngineErrorKind.Unavailable, error.Kind);
            Assert.Contains("stays free", error.Message, StringComparison.Ordinal);
            await _engine.TrashIsEmptyAsync();
        }
        await done.CancelAsync();
        await watching;
        Assert.InRange(least, reserve / 2, long.MaxValue);      // the database grows meanwhile
        Assert.Equal("data", Assert.Single(volumes.List()).Name);
        Assert.Single(volumes.Get("data").Snapshots);
        Assert.Single(Directory.GetDirectories(_engine.Paths.Volumes));
    }

    private long Room => new DriveInfo(_engine.Root).AvailableFreeSpace;

    /// <summary>Files of 256 KiB, none of which is too large by itself.</summary>
    private static MemoryStream Tar(int bytes)
    {
        var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
        {
            for (int i = 0; i < bytes / (256 << 10); i++)
            {
                byte[] content = new byte[256 << 10];
                Random.Shared.NextBytes(content);
                writer.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, $"file{i}") { DataStream = new MemoryStream(content) });
            }
        }
        tar.Position = 0;
        return tar;
    }

    private async Task FillUpAsync()
    {
        // SQLite may find a little room in what it has already.
        for (int i = 0; i < 200; i++)
        {
            await _engine.CreateAsync("true", spec => spec with { Labels = spec.Labels.Add("fat", new string('x', 4000)) });
        }
    }

    private static async Task MountAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
