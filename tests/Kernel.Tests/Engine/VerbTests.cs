using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

[Trait("Guest", "too")]
public class VerbTests : EngineTest
{
    private const string Forever = "trap 'echo term; exit 3' TERM; trap 'echo hup' HUP; echo ready; while :; do sleep 0.05; done";
    [Fact]
    public async Task Stop_ProgramHandlesTerm_EndsWithItsOwnCode()
    {
        var container = await ReadyAsync(Forever);
        var stopped = await _engine.Containers.StopAsync(container.Name);

        Assert.Equal(ContainerStatus.Exited, stopped.State.Status);
        Assert.Equal(new ExitStatus(3, 0, false), stopped.State.Exit);
        Assert.Equal(0, stopped.State.Pid);
    }

    [Fact]
    public async Task Stop_ProgramIgnoresTerm_IsKilledAfterTheGrace()
    {
        var container = await ReadyAsync("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        var stopped = await _engine.Containers.StopAsync(container.Name, TimeSpan.FromMilliseconds(300));

        Assert.Equal(new ExitStatus(137, 9, false), stopped.State.Exit);
    }

    [Fact]
    public async Task Stop_Twice_SecondIsNotModified()
    {
        var container = await ReadyAsync(Forever);
        await _engine.Containers.StopAsync(container.Name);

        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StopAsync(container.Name));
        Assert.Equal(EngineErrorKind.NotModified, error.Kind);
    }

    [Fact]
    public async Task Stop_TwiceAtOnce_BothSeeTheEnd()
    {
        var container = await ReadyAsync(Forever);
        var both = await Task.WhenAll(TryAsync(() => _engine.Containers.StopAsync(container.Name)), Task.Run(() => TryAsync(() => _engine.Containers.StopAsync(container.Name))));

        Assert.All(both.OfType<Container>(), stopped => Assert.Equal(3, stopped.State.Exit!.Code));
        Assert.Contains(both, stopped => stopped is not null);
    }

    [Fact]
    public async Task Stop_Paused_Ends()
    {
        var container = await ReadyAsync(Forever);
        await _engine.Containers.PauseAsync(container.Name);
        var stopped = await _engine.Containers.StopAsync(container.Name);

        Assert.Equal(3, stopped.State.Exit!.Code);
    }

    [Fact]
    public async Task Kill_Hup_ProgramSeesIt()
    {
        var container = await ReadyAsync(Forever);
        await _engine.Containers.KillAsync(container.Name, "hup");

        await LinesAsync(container, lines => lines.Contains("hup"));
        Assert.Equal(ContainerStatus.Running, _engine.Containers.Get(container.Name).State.Status);
    }

    [Fact]
    public async Task Pause_Running_StandsStillUntilResumed()
    {
        var container = await ReadyAsync("i=0; echo ready; while :; do i=$((i+1)); echo $i; sleep 0.02; done");
        Assert.Equal(ContainerStatus.Paused, (await _engine.Containers.PauseAsync(container.Name)).State.Status);
        int before, after = -1;
        do   // what it wrote before may still be on its way to the log
        {
            before = after;
            await Task.Delay(300);
            after = (await _engine.OutputAsync(container)).Length;
        }
        while (before != after && after < 100_000);
        Assert.Equal(ContainerStatus.Running, (await _engine.Containers.ResumeAsync(container.Name)).State.Status);

        Assert.Equal(before, after);
        await LinesAsync(container, lines => lines.Length > after + 2);
    }

    [Fact]
    public async Task Restart_Running_HasANewPid()
    {
        var container = await ReadyAsync(Forever);
        var again = await _engine.Containers.RestartAsync(container.Name);

        Assert.Equal(ContainerStatus.Running, again.State.Status);
        Assert.NotEqual(container.State.Pid, again.State.Pid);
    }

    [Fact]
    public async Task Rename_Running_IsFoundByTheNewNameOnly()
    {
        var container = await ReadyAsync(Forever);
        await _engine.Containers.RenameAsync(container.Name, "other");

        Assert.Equal(container.Id, _engine.Containers.Get("other").Id);
        Assert.Throws<EngineException>(() => _engine.Containers.Get(container.Name));
        await _engine.CreateAsync("true", spec => spec with { Name = container.Name });
    }

    [Fact]
    public async Task UpdateLimits_Running_KernelHasThemAndSpecTellsThem()
    {
        var container = await ReadyAsync(Forever);
        var now = await _engine.Containers.UpdateLimitsAsync(container.Name, new() { Memory = 64 << 20, Pids = 33 });
        var inspect = await _engine.Containers.InspectAsync(container.Name);
        string[] directories = [.. inspect["cgroup"]!["directories"]!.AsArray().Select(d => d!.GetValue<string>())];

        Assert.Equal(64 << 20, now.Spec.Limits.Memory);
        Assert.Contains(directories.SelectMany(d => new[] { d + "/memory.max", d + "/memory.limit_in_bytes" }).Where(File.Exists), file => File.ReadAllText(file).Trim() == (64 << 20).ToString());
        Assert.Contains(directories.Select(d => d + "/pids.max").Where(File.Exists), file => File.ReadAllText(file).Trim() == "33");
    }

    [Fact]
    public async Task Update_ManyAtOnce_NoneIsLost()
    {
        var container = await _engine.CreateAsync("true", spec => spec with { Limits = new() { Pids = 100 } });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _engine.Containers.UpdateAsync(container.Name, now => now with { Limits = now.Limits with { Pids = now.Limits.Pids + 1 } })));
        Assert.Equal(120, _engine.Containers.Get(container.Name).Spec.Limits.Pids);
    }

    [Fact]
    public async Task Create_NoPidsLimit_Gets4096()
    {
        var container = await ReadyAsync(Forever);
        Assert.Equal(4096, container.Spec.Limits.Pids);
    }

    [Fact]
    public async Task Memory_AboveItsLimit_IsOomKilledAndToldSo()
    {
        var container = await _engine.RunAsync("head -c 100000000 /dev/zero | tail", spec => spec with { Limits = new() { Memory = 16 << 20, Swap = 0 } });
        var exit = await _engine.Containers.WaitAsync(container.Name);

        Assert.True(exit.OomKilled);
        Assert.Contains(await _engine.Events.ListAsync(subject: container.Id.Value), e => e.Action == "oom");
    }

    [Fact]
    public async Task Remove_Running_NeedsForce()
    {
        var container = await ReadyAsync(Forever);
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.RemoveAsync(container.Name));
        await _engine.Containers.RemoveAsync(container.Name, force: true);

        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
        await GoneAsync(container.Id);
    }

    [Fact]
    public async Task Start_AutoRemove_IsGoneAfterItsEndAndWaitSawIt()
    {
        var container = await _engine.CreateAsync("exit 4", spec => spec with { AutoRemove = true });
        await _engine.Containers.StartAsync(container.Name);
        await Wait.Until(() => _engine.Containers.List().IsEmpty, "it removed itself");
        await GoneAsync(container.Id);
        Assert.Contains(await _engine.Events.ListAsync(subject: container.Id.Value), e => e.Action == "die" && e.Attributes["exitCode"] == "4");
    }

    [Fact]
    public async Task Restart_AutoRemove_RunsAgainAndIsGoneAfterItsEnd()
    {
        var container = await ReadyAsync(Forever, spec => spec with { AutoRemove = true });
        var again = await _engine.Containers.RestartAsync(container.Name, TimeSpan.Zero);
        Assert.Equal((container.Id, ContainerStatus.Running), (again.Id, again.State.Status));
        await _engine.Containers.KillAsync(container.Name);
        await Wait.Until(() => _engine.Containers.List().IsEmpty, "it removed itself");
    }

    [Fact]
    public async Task Prune_SomeRun_RemovesTheOthers()
    {
        var running = await ReadyAsync(Forever);
        var ended = await _engine.RunAsync("dd if=/dev/zero of=/big bs=1k count=100 2>/dev/null");
        await _engine.Containers.WaitAsync(ended.Name);
        var report = await _engine.Containers.PruneAsync();

        Assert.Equal(ended.Name, Assert.Single(report.Removed));
        Assert.True(report.ReclaimedBytes >= 100 * 1024, $"{report.ReclaimedBytes}");
        Assert.Equal(running.Name, Assert.Single(_engine.Containers.List()).Name);
    }

    [Fact]
    public async Task Policy_OnFailureTwo_StartsTwiceMoreThenStays()
    {
        var container = await _engine.RunAsync("echo run; exit 1", spec => spec with { Restart = new(RestartMode.OnFailure, 2) });
        await _engine.UntilAsync(container, c => c.State is { Status: ContainerStatus.Exited, RestartCount: 2 }, "it gives up");

        Assert.Equal(["run", "run", "run"], await _engine.OutputAsync(container));
    }

    [Fact]
    public async Task Policy_Always_StopByHandEndsIt()
    {
        var container = await _engine.RunAsync("sleep 0.05", spec => spec with { Restart = new(RestartMode.Always) });
        await _engine.UntilAsync(container, c => c.State.RestartCount >= 2, "it was restarted");
        await TryAsync(() => _engine.Containers.StopAsync(container.Name, TimeSpan.Zero));
        int count = _engine.Containers.Get(container.Name).State.RestartCount;
        await Task.Delay(1500);

        Assert.Equal(ContainerStatus.Exited, _engine.Containers.Get(container.Name).State.Status);
        Assert.Equal(count, _engine.Containers.Get(container.Name).State.RestartCount);
    }

    [Fact]
    public async Task Top_TwoProcesses_BothWithUserAndInnerPid()
    {
        var container = await ReadyAsync("sleep 1000 & echo ready; wait", spec => spec with { User = "user" });
        // The fork may still be the shell's copy.
        await Wait.Until(async () => (await _engine.Containers.TopAsync(container.Name)).Any(row => row.Command == "sleep 1000"), "sleep was executed");
        var rows = await _engine.Containers.TopAsync(container.Name);

        Assert.Equal(2, rows.Length);
        Assert.All(rows, row => Assert.Equal("user", row.User));
        Assert.Contains(rows, row => row.InnerPid == 1);
        Assert.Contains(rows, row => row.Command == "sleep 1000" && row.ResidentBytes > 0);
    }

    [Fact]
    public async Task Top_LongCommandLine_ItsBeginning()
    {
        var container = await ReadyAsync("echo ready; sleep 1000; : " + new string('x', 100_000));
        var row = Assert.Single(await _engine.Containers.TopAsync(container.Name), row => row.InnerPid == 1);

        Assert.StartsWith("sh -c echo ready; sleep 1000; : xxx", row.Command, StringComparison.Ordinal);
        Assert.Equal(4096 + "…".Length, row.Command.Length);
    }

    [Theory]
    [InlineData("mkfifo /etc/passwd", false)]
    [InlineData("mknod /etc/passwd c 1 5", true)]   // only the host's root can make one
    [InlineData("ln -s /proc/kmsg /etc/passwd", false)]
    public async Task Top_PasswdIsNoFile_NumbersAreShown(string make, bool hostsUsers)
    {
        var container = await ReadyAsync($"rm /etc/passwd; {make} || exit; echo ready; sleep 1000", spec => hostsUsers ? spec with { Namespaces = new() { User = NamespaceSpec.Host } } : spec);
        Assert.All(await _engine.Containers.TopAsync(container.Name), row => Assert.Equal("0", row.User));
    }

    [Fact]
    public async Task Namespaces_NetOfAnother_SharedWithIt()
    {
        var first = await ReadyAsync(Forever);
        var second = await ReadyAsync(Forever, spec => spec with { Namespaces = new() { Net = NamespaceSpec.OfContainer(first.Name), Uts = NamespaceSpec.Host } });
        var rows = (await _engine.Containers.NamespacesAsync(second.Name)).ToDictionary(row => row.Kind);

        Assert.Equal(first.Name, Assert.Single(rows["net"].SharedWith));
        Assert.True(rows["uts"].IsHost);
        Assert.Empty(rows["pid"].SharedWith);
        Assert.NotEqual(0u, rows["pid"].Inode);
        Assert.False(rows["pid"].IsHost);
    }

    [Fact]
    public async Task Birth_Started_StepsOfAllThreeInOrder()
    {
        var container = await ReadyAsync(Forever);
        var birth = await _engine.Containers.BirthAsync(container.Name);

        Assert.Equal([BirthActor.Engine, BirthActor.Shim, BirthActor.Child], birth.Steps.Select(step => step.Actor).Distinct().Order());
        Assert.Equal("execve", birth.Steps[^1].Call);
        Assert.Equal(birth.Steps.Select(s => s.StartMicroseconds).Order(), birth.Steps.Select(s => s.StartMicroseconds));
        Assert.Contains(birth.Steps, step => step.Call == "pivot_root");
    }

    [Fact]
    public async Task Inspect_Running_TellsAskedPlanAndActual()
    {
        var container = await ReadyAsync(Forever);
        var tree = await _engine.Containers.InspectAsync(container.Name);

        Assert.Equal("brig/busybox", tree["asked"]!["image"]!.GetValue<string>());
        Assert.Equal("running", tree["actual"]!["status"]!.GetValue<string>());
        Assert.Contains("sh", tree["plan"]!["process"]!["args"]!.ToJsonString());
    }

    [Fact]
    public async Task Find_ByPrefix_AmbiguousOnesAreToldApart()
    {
        var container = await _engine.CreateAsync("true");
        Assert.Equal(container.Id, _engine.Containers.Get(container.Id.Value[..10]).Id);
        Assert.Equal(EngineErrorKind.NotFound, Assert.Throws<EngineException>(() => _engine.Containers.Get("nobody")).Kind);
    }

    [Fact]
    public async Task Follow_WhileItLives_EveryStatusInOrder()
    {
        using var live = _engine.Containers.Follow();
        var container = await _engine.CreateAsync("true");
        await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name);
        await _engine.Containers.RemoveAsync(container.Name);
        var seen = new List<ContainerStatus?>();
        while (live.Changes.TryRead(out var change))
        {
            seen.Add(change.Container?.State.Status);
        }

        Assert.Equal([ContainerStatus.Created, ContainerStatus.Running, ContainerStatus.Exited, ContainerStatus.Removing, null], seen);
    }

    private async Task<Container> ReadyAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await _engine.RunAsync(script, spec);
        await LinesAsync(container, lines => lines.Contains("ready"));
        return container;
    }

    private Task LinesAsync(Container container, Func<string[], bool> condition) =>
        Wait.Until(async () => condition(await _engine.OutputAsync(container)), $"what {container.Name} writes");

    private Task GoneAsync(ContainerId id) => Wait.Until(() => _engine.Traces(id).Length == 0, () => string.Join('\n', _engine.Traces(id)));

    private static async Task<Container?> TryAsync(Func<Task<Container>> verb)
    {
        try
        {
            return await verb();
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotModified)
        {
            return null;
        }
    }
}
