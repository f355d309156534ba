using System.Diagnostics;
using Brig.Engine.History;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;
using BrigProcess = Brig.Kernel.Tests.Engine.BrigProcess;

namespace Brig.Kernel.Tests.History;

public sealed class HistoryTests
{
    [Fact]
    public async Task Kill9_ThenRemoved_HistoryGoesOnAndStays()
    {
        await using var scene = new EngineScene();
        string id;
        long killed;
        using (var brig = await BrigProcess.StartAsync(scene))
        {
            id = await brig.RunAsync("while :; do :; done");
            long begin = Now();
            await Wait.Until(() => Now() - begin > 4000, "four seconds are measured");
            await brig.KillAsync();
            killed = Now();
        }

        await scene.BeginAsync();
        long begun = Now();
        var history = scene.Get<IHistory>();
        await Wait.Until(async () => Last(await ReadAsync(history, id, killed)) > begun + 2000, "it is measured again");
        await scene.Containers.RemoveAsync(id, force: true);
        await scene.EndAsync();
        await scene.BeginAsync();
        history = scene.Get<IHistory>();
        var after = await ReadAsync(history, id, killed);

        // Until the engine was killed, and from when it was back, each second is there; the machine's too.
        double patience = Wait.Scale(TimeSpan.FromSeconds(3)).TotalMilliseconds;
        foreach (var answer in (HistoryAnswer[])[after, await ReadAsync(history, HistorySource.Machine, killed)])
        {
            long[] there = [.. Times(answer)];
            Assert.Contains(there, time => time < killed && time > killed - patience);
            Assert.Contains(there, time => time >= begun - 1000 && time < begun + patience);
        }
        Assert.True(after.Series[0].Avg.Where(double.IsFinite).Max() > 0.01, "it used the processor");
        Assert.NotNull(Assert.Single(history.Sources(), source => source.Id == id).RemovedAt);
        var marks = await history.MarksAsync(new([id], killed - 60_000, Now() + 1000));
        Assert.Equal(["create", "start", "exit", "remove"], marks.Select(mark => mark.Kind).Where(kind => kind != MarkKinds.Kill && kind != MarkKinds.Throttled));
    }

    /// <summary>History leaves the last 16 MB to logs and containers, and goes on by itself.</summary>
    [Fact]
    public async Task Disk_NearlyFull_HistoryStopsToldOnceContainersGoOnAndItGoesOn()
    {
        await using var scene = new EngineScene();
        Directory.CreateDirectory(scene.Root);
        await MountAsync("mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "brig-test", scene.Root);
        try
        {
            await scene.BeginAsync();
            var history = scene.Get<IHistory>();
            var container = await scene.RunAsync("while :; do echo line; sleep 0.1; done");
            await Wait.Until(async () => Last(await ReadAsync(history, HistorySource.Machine, Now())) > Now() - 10_000, "it is kept");
            string fill = scene.Root + "/fill";
            await File.WriteAllBytesAsync(fill, new byte[new DriveInfo(scene.Root).AvailableFreeSpace - (8 << 20)]);
            await Wait.Until(() => history.State.Stopped is not null, "it stops");
            long lines = (await scene.OutputAsync(container)).Length;
            await Wait.Until(async () => (await scene.OutputAsync(container)).Length > lines, "the log goes on");

            Assert.Contains("less than 16 MB free", history.State.Stopped);
            Assert.NotNull((await ReadAsync(history, container.Id.Value, Now())).Stopped);
            File.Delete(fill);
            await Wait.Until(() => history.State.Stopped is null, "it goes on");
            var told = await scene.Events.ListAsync(kind: "engine");
            Assert.Equal(["history-stopped", "history-resumed"], told.Select(happened => happened.Action).Where(action => action.StartsWith("history", StringComparison.Ordinal)));
            await scene.Containers.RemoveAsync(container.Id.Value, force: true);
            await scene.EndAsync();
        }
        finally
        {
            await scene.EndAsync();
            await MountAsync("umount", "-l", scene.Root);
        }
    }

    private static Task<HistoryAnswer> ReadAsync(IHistory history, string source, long around) =>
        history.ReadAsync(new([source], ["cpuCores"], around - 60_000, around + 600_000, 1000));

    private static long Last(HistoryAnswer answer) => Times(answer).LastOrDefault();

    private static IEnumerable<long> Times(HistoryAnswer answer) =>
        answer.Series[0].Avg.Select((value, index) => (value, time: answer.From + (index * answer.Step))).Where(point => double.IsFinite(point.value)).Select(point => point.time);

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private static async Task MountAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
