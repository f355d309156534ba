using System.Diagnostics;
using Brig.Engine;
using Brig.Engine.Containers;
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
        Directory.Delete(_engine.Folder, recursive: true);
        foreach (string path in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(h => $"{h}/{_engine.Paths.Instance}").Where(Directory.Exists))
        {
            Directory.Delete(path);
        }
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
        Assert.Empty(Directory.GetDirectories(_engine.Paths.Trash));
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
