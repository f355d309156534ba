using System.Formats.Tar;
using Brig.Engine.Containers;
using Brig.Engine.Volumes;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;
using BrigProcess = Brig.Kernel.Tests.Engine.BrigProcess;

namespace Brig.Kernel.Tests.Volumes;

/// <summary>kill -9 of the engine while it works on volumes.</summary>
public class KilledTests
{
    private const int Files = 2000;

    [Fact]
    public async Task Kill9_WhileAVolumeIsFilled_TheNextStartFillsItFromNothing()
    {
        await using var scene = new VolumeScene(new EngineScene());
        await scene.Engine.BeginAsync();
        await scene.ImageAsync("many", tar =>
        {
            for (int i = 0; i < Files; i++)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"data/{i}") { Uid = 3, DataStream = new MemoryStream(new byte[4096]) });
            }
        });
        await scene.Engine.EndAsync();
        string id;
        using (var brig = await BrigProcess.StartAsync(scene.Engine))
        {
            id = await brig.CreateAsync("many", "ls /data | wc -l; find /data -type f -size 8 -user 3 | wc -l; sleep 1000", new { kind = "volume", source = "v", target = "/data" });
            var starting = brig.PostAsync($"containers/{id}/start");
            using var patience = new CancellationTokenSource(Wait.Limit);
            while (!Filling(scene).Any())   // without a pause, in which it could be over
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
            await brig.KillAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => starting);
        }
        await scene.Engine.BeginAsync();
        Assert.Empty(Filling(scene));
        Assert.Contains(Directory.GetFileSystemEntries(scene.Volumes.Get("v").Path).Length, (int[])[0, Files]);
        var container = await scene.Containers.StartAsync(id);
        await Wait.Until(async () => (await scene.Engine.OutputAsync(container)).Length == 2, "it has counted");
        Assert.Equal([$"{Files}", $"{Files}"], await scene.Engine.OutputAsync(container));
    }

    [Fact]
    public async Task Kill9_ContainerWrites_ItsVolumeGoesOnAndIsFoundAgain()
    {
        await using var scene = new VolumeScene(new EngineScene());
        string id;
        using (var brig = await BrigProcess.StartAsync(scene.Engine))
        {
            id = await brig.RunAsync("i=0; while :; do i=$((i+1)); echo $i > /data/n.tmp && mv /data/n.tmp /data/n; done", new { kind = "volume", source = "v", target = "/data" });
            await brig.KillAsync();
        }
        await scene.Engine.BeginAsync();
        var volume = scene.Volumes.Get("v");
        string before = await ReadAsync(volume.Path);
        await Wait.Until(async () => await ReadAsync(volume.Path) != before, "it goes on");
        Assert.True(Assert.Single(volume.UsedBy).Running);
        Assert.Equal(id, Assert.Single(volume.UsedBy).ContainerId);
    }

    private static async Task<string> ReadAsync(string folder) => File.Exists(folder + "/n") ? await File.ReadAllTextAsync(folder + "/n") : "";

    private static IEnumerable<string> Filling(VolumeScene scene) => Directory.GetDirectories(scene.Engine.Paths.Volumes).Select(folder => folder + "/filling").Where(Directory.Exists);
}
