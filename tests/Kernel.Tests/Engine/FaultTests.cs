using System.Diagnostics;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

[Trait("Guest", "too")]
public class FaultTests : EngineTest
{
    [Fact]
    public async Task ShimKilled_ContainerDiesWithItAndIsTold()
    {
        var container = await _engine.RunAsync("while :; do sleep 0.1; done");
        int shim = Shim(container);
        Process.GetProcessById(shim).Kill();
        var exit = await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);
        var now = _engine.Containers.Get(container.Name);

        Assert.Equal(new ExitStatus(137, 9, false), exit);
        Assert.Equal(ContainerStatus.Exited, now.State.Status);
        Assert.Contains("shim", now.State.Error);
        await Wait.Until(() => !Directory.Exists($"/proc/{container.State.Pid}"), "PID 1 is gone");
        await Wait.Until(() => !Directory.Exists($"/proc/{shim}"), "the shim is reaped");
        await _engine.Containers.StartAsync(container.Name);
    }

    [Fact]
    public async Task ShimKilled_PolicyAlways_StartsAnew()
    {
        var container = await _engine.RunAsync("while :; do sleep 0.1; done", spec => spec with { Restart = new(RestartMode.Always) });
        Process.GetProcessById(Shim(container)).Kill();

        await _engine.UntilAsync(container, c => c.State is { Status: ContainerStatus.Running, RestartCount: 1 }, "it runs again");
    }

    [Fact]
    public async Task EngineAway_ContainersEndMeanwhile_ExitsAreKnownAfterwards()
    {
        var runs = await _engine.RunAsync("while :; do sleep 0.1; done");
        var ends = await _engine.RunAsync("while [ ! -e /mnt/go ]; do sleep 0.02; done; exit 11", spec => spec with { Mounts = [new(MountKind.Bind, _engine.Folder, "/mnt") { Idmap = true }] });
        await _engine.EndAsync();
        await File.WriteAllTextAsync(_engine.Folder + "/go", "");
        await Wait.Until(() => File.Exists(_engine.Paths.Container(ends.Id) + "/exit"), "it ended while nobody looked");
        await _engine.BeginAsync();

        Assert.Equal(11, (await _engine.Containers.WaitAsync(ends.Name)).Code);
        var now = _engine.Containers.Get(runs.Name);
        Assert.Equal((ContainerStatus.Running, runs.State.Pid), (now.State.Status, now.State.Pid));
        await _engine.Containers.StopAsync(runs.Name, TimeSpan.Zero);
    }

    [Fact]
    public async Task EngineAway_FiftyRun_AdoptedSoon()
    {
        for (int i = 0; i < 50; i++)
        {
            await _engine.RunAsync("while :; do sleep 10; done");
        }
        await _engine.EndAsync();
        var clock = Stopwatch.StartNew();
        await _engine.BeginAsync();

        Assert.True(clock.Elapsed < Wait.Scale(TimeSpan.FromSeconds(10)), $"{clock.Elapsed}");
        Assert.All(_engine.Containers.List(), container => Assert.Equal(ContainerStatus.Running, container.State.Status));
    }

    [Fact]
    public async Task RemoveWhileStarting_EveryTime_NothingIsLeft()
    {
        for (int i = 0; i < 10; i++)
        {
            var container = await _engine.CreateAsync("sleep 1000");
            var starting = _engine.Containers.StartAsync(container.Name);
            await _engine.Containers.RemoveAsync(container.Name, force: true);
            await starting.ContinueWith(_ => { }, TaskScheduler.Default);
            await Wait.Until(() => _engine.Traces(container.Id).Length == 0, () => string.Join('\n', _engine.Traces(container.Id)));
        }
        Assert.Empty(_engine.Containers.List());
    }

    [Fact]
    public async Task ShimKilledWhileStarting_ErrorAndNothingLeft()
    {
        for (int i = 0; i < 10; i++)
        {
            var container = await _engine.CreateAsync("sleep 1000");
            var starting = _engine.Containers.StartAsync(container.Name);
            await Wait.Until(() => TryShim(container.Id) is not null || starting.IsCompleted, "there is a shim");
            if (TryShim(container.Id) is { } pid)
            {
                Process.GetProcessById(pid).Kill();
            }
            await starting.ContinueWith(_ => { }, TaskScheduler.Default);
            await _engine.UntilAsync(container, c => c.State.Status is ContainerStatus.Created or ContainerStatus.Exited, "it does not run");
            await _engine.Containers.RemoveAsync(container.Name);
            await Wait.Until(() => _engine.Traces(container.Id).Length == 0, () => string.Join('\n', _engine.Traces(container.Id)));
        }
    }

    [Fact]
    public async Task TwoEngines_DifferentRoots_SideBySide()
    {
        await using var other = await EngineScene.StartAsync();
        var ours = await _engine.CreateAsync("while :; do sleep 0.1; done", spec => spec with { Name = "same" });
        var theirs = await other.CreateAsync("while :; do sleep 0.1; done", spec => spec with { Name = "same" });
        await _engine.Containers.StartAsync("same");
        await other.Containers.StartAsync("same");
        await other.EndAsync();
        await other.BeginAsync();

        Assert.Equal(ContainerStatus.Running, _engine.Containers.Get("same").State.Status);
        Assert.Equal(ContainerStatus.Running, other.Containers.Get("same").State.Status);
        Assert.NotEqual(ours.Id, theirs.Id);
    }

    [Fact]
    public async Task SecondEngine_SameFolders_OneSentence()
    {
        var second = new EngineScene(_engine.Folder);
        var error = await Assert.ThrowsAsync<EngineException>(second.BeginAsync);

        Assert.Contains(_engine.Run, error.Message);
        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
    }

    private int Shim(Container container) => TryShim(container.Id) ?? throw new InvalidOperationException("no shim");

    private int? TryShim(ContainerId id)
    {
        try
        {
            return int.TryParse(File.ReadAllText(_engine.Paths.Shim(id) + "/shim.pid"), out int pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
