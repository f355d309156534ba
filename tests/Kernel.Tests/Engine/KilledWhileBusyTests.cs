using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>Apart from <see cref="KilledEngineTests"/>, so that the two run side by side: each starts the whole program, which is slow where it is emulated.</summary>
public class KilledWhileBusyTests
{
    [Fact]
    public async Task Kill9_WhileCreatingStartingRemoving_NothingOrphanedAndEverythingToldTrue()
    {
        await using var scene = new EngineScene();
        // Each round starts a Brig anew, which takes minutes where the processor is emulated.
        int rounds = Wait.Scale(TimeSpan.FromSeconds(1)) > TimeSpan.FromSeconds(5) ? 2 : 5;
        for (int round = 0; round < rounds; round++)
        {
            using var brig = await BrigProcess.StartAsync(scene);
            var busy = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                while (true)
                {
                    await brig.RunAsync("sleep 1000");
                    await brig.RemoveAsync(await brig.RunAsync("sleep 1000"));
                }
            })).ToArray();
            await Wait.Until(() => Directory.Exists(scene.Paths.Shims) && Directory.GetDirectories(scene.Paths.Shims).Length > 4 * (round + 1), "some containers run");
            await brig.KillAsync();
            await Task.WhenAll(busy).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        await scene.BeginAsync();
        var containers = scene.Containers.List();
        var known = containers.Select(container => container.Id.Value).ToHashSet();

        Assert.All(Directory.GetDirectories(scene.Paths.Containers), folder => Assert.Contains(Path.GetFileName(folder), known));
        Assert.All(CgroupFolders.Of(scene.Paths.Instance).SelectMany(Directory.GetDirectories), cgroup => Assert.Contains(Path.GetFileName(cgroup), known));
        foreach (var container in containers.Where(container => container.State.Status == ContainerStatus.Running))
        {
            Assert.NotEmpty(await scene.Containers.TopAsync(container.Id.Value));
        }
        Assert.Contains(containers, container => container.State.Status == ContainerStatus.Running);
        Assert.All(containers, container => Assert.NotNull(container.Ids));
        Assert.Equal(containers.Length, containers.Select(container => container.Ids).Distinct().Count());
        foreach (var container in containers.Where(container => container.State.Status == ContainerStatus.Running))
        {
            string[] map = (await File.ReadAllTextAsync($"/proc/{container.State.Pid}/uid_map")).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["0", $"{container.Ids!.Value.First}", "65536"], map);
        }
    }
}
