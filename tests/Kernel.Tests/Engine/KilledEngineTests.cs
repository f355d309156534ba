using System.Diagnostics;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

public class KilledEngineTests
{
    [Fact]
    public async Task Kill9_ContainersCountAndEnd_AdoptedSoonAndNotOneLineLost()
    {
        await CompileAdoptionAsync();
        await using var scene = new EngineScene();
        Directory.CreateDirectory(scene.Folder + "/shared");
        string counts, ends;
        using (var brig = await BrigProcess.StartAsync(scene))
        {
            var mount = new { kind = "bind", source = scene.Folder + "/shared", target = "/shared" };
            counts = await brig.RunAsync("i=0; while [ ! -e /shared/go ]; do i=$((i+1)); echo $i; done; echo last $i; exit 21", mount);
            ends = await brig.RunAsync("while [ ! -e /shared/end ]; do sleep 0.01; done; exit 22", mount);
            await Wait.Until(() => LogBytes(scene, counts) > 10_000, "it counts");
            await brig.KillAsync();
        }
        long atKill = LogBytes(scene, counts);
        await File.WriteAllTextAsync(scene.Folder + "/shared/end", "");
        await Wait.Until(() => LogBytes(scene, counts) > atKill + 100_000, "it goes on counting");
        await Wait.Until(() => File.Exists(scene.Paths.Container(new(ends)) + "/exit"), "the other one ends");

        var clock = Stopwatch.StartNew();
        await scene.BeginAsync();
        var took = clock.Elapsed;
        var adopted = scene.Containers.Get(counts);
        await File.WriteAllTextAsync(scene.Folder + "/shared/go", "");
        var exit = await scene.Containers.WaitAsync(counts).WaitAsync(Wait.Limit);
        string[] lines = await scene.OutputAsync(adopted);

        Assert.True(took < Wait.Scale(TimeSpan.FromSeconds(10)), $"adopted after {took}");
        Assert.Equal(ContainerStatus.Running, adopted.State.Status);
        Assert.Equal(new ExitStatus(21, 0, false), exit);
        Assert.Equal(22, (await scene.Containers.WaitAsync(ends)).Code);
        Assert.Equal($"last {lines.Length - 1}", lines[^1]);
        Assert.Equal(Enumerable.Range(1, lines.Length - 1), lines[..^1].Select(line => int.Parse(line, CultureInfo.InvariantCulture)));
    }

    /// <summary>Adopts once before it is measured; else the just-in-time compiler is measured too.</summary>
    private static async Task CompileAdoptionAsync()
    {
        await using var scene = await EngineScene.StartAsync();
        await scene.RunAsync("sleep 1000");
        await scene.EndAsync();
        await scene.BeginAsync();
    }

    private static long LogBytes(EngineScene scene, string id)
    {
        string folder = scene.Paths.Container(new(id)) + "/log";
        return Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles().Sum(file => file.Length) : 0;
    }
}
