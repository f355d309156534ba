using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Tests;

namespace Brig.Kernel.Tests.Health;

public class HealthTests(HealthScene scene) : IClassFixture<HealthScene>
{
    [Fact]
    public async Task Check_FileComesAndGoes_HealthyUnhealthyHealthyAndTold()
    {
        var container = await scene.RunAsync("test -e /tmp/ok && echo fine || { echo missing >&2; exit 3; }", health => health with { StartPeriod = TimeSpan.FromHours(1) });   // however late the file comes
        Assert.Equal(HealthStatus.Starting, container.State.Health!.Status);
        await scene.DoAsync(container, "touch /tmp/ok");
        await scene.UntilAsync(container, HealthStatus.Healthy);
        await scene.DoAsync(container, "rm /tmp/ok");
        await scene.UntilAsync(container, HealthStatus.Unhealthy);
        var report = scene.Health.Get(container.Name);
        await scene.DoAsync(container, "touch /tmp/ok");
        await scene.UntilAsync(container, HealthStatus.Healthy);
        await scene.Engine.Containers.StopAsync(container.Name);
        var events = (await scene.Engine.Events.ListAsync(subject: container.Id.Value)).Where(e => e.Action == "health_status").Select(e => e.Attributes["status"]);

        Assert.InRange(report.Results.Length, 2, 5);
        Assert.Equal((3, "missing\n", false), (report.Results[^1].ExitCode, report.Results[^1].Output, report.Results[^1].TimedOut));
        Assert.True(report.State!.FailingStreak >= 2);
        Assert.Equal(["healthy", "unhealthy", "healthy"], events);
        Assert.Null(scene.Engine.Containers.Get(container.Name).State.Health);
        Assert.Equal("fine\n", scene.Health.Get(container.Name).Results[^1].Output);
    }

    [Fact]
    public async Task Probe_InTheContainer_HasAllItsWallsAndIsNobodysExec()
    {
        const string Walls = "id -u; hostname; for n in mnt pid net ipc uts user cgroup; do readlink /proc/self/ns/$n; done; grep -E '^(Cap|NoNew|Seccomp:)' /proc/self/status; cat /proc/self/uid_map";
        var container = await scene.RunAsync(Walls, spec: spec => spec with { User = "1000", CapDrop = ["ALL"] }, script: $"({Walls}) > /tmp/walls; sleep 1000");
        await scene.UntilAsync(container, HealthStatus.Healthy);
        var (exec, streams) = await scene.Engine.Containers.ExecAttachedAsync(container.Name, new() { Command = ["cat", "/tmp/walls"] });
        await using var held = streams;
        var own = new MemoryStream();
        await foreach (var chunk in streams.ReadAsync())
        {
            own.Write(chunk.Bytes.Span);
        }

        Assert.Equal(System.Text.Encoding.UTF8.GetString(own.ToArray()), scene.Health.Get(container.Name).Results[^1].Output);
        Assert.Equal([exec.Id], scene.Engine.Containers.ListExecs(container.Name).Select(one => one.Id));
        Assert.Equal(exec.Id, Assert.Single(await scene.Engine.Events.ListAsync(kind: "exec"), e => e.Action == "start" && e.Attributes["container"] == container.Id.Value).Subject);
    }

    [Fact]
    public async Task Probe_Hangs_KilledWithAllItsProcesses()
    {
        var container = await scene.RunAsync("sleep 4321 & setsid sh -c 'sleep 4322 & sleep 4323' & echo begun; sleep 4324", health => health with { Timeout = Wait.Scale(TimeSpan.FromSeconds(2)), Interval = TimeSpan.FromHours(1), StartInterval = TimeSpan.FromHours(1) });
        var result = await scene.Health.RunNowAsync(container.Name);

        Assert.Equal((true, null, "begun\n"), (result.TimedOut, result.ExitCode, result.Output));
        await Wait.Until(() => ((string[])["4321", "4322", "4323", "4324"]).All(argument => Processes.With(argument).Length == 0), "all four ended");
    }

    [Fact]
    public async Task Probe_LeavesAProcessBehind_ItEndsToo()
    {
        var container = await scene.RunAsync("sleep 4331 > /dev/null 2>&1 & exit 0", health => health with { Interval = TimeSpan.FromHours(1), StartInterval = TimeSpan.FromHours(1) });
        await scene.Health.RunNowAsync(container.Name);

        await Wait.Until(() => Processes.With("4331").Length == 0, "what it left behind ended");
    }

    [Fact]
    public async Task Probe_WritesWithoutEnd_FourKibibytesAreKept()
    {
        var container = await scene.RunAsync("head -c 1000000 /dev/zero | tr '\\0' x");
        await scene.UntilAsync(container, HealthStatus.Healthy);
        var result = scene.Health.Get(container.Name).Results[0];

        Assert.Equal((4096, 1_000_000 - 4096), (result.Output.Length, result.Skipped));
    }

    [Fact]
    public async Task Probe_NoSuchProgram_UnhealthyWithTheSentence()
    {
        var container = await scene.RunAsync("", health => health with { Test = ["CMD", "/nonesuch"] });
        await scene.UntilAsync(container, HealthStatus.Unhealthy);

        Assert.Null(scene.Health.Get(container.Name).Results[^1].ExitCode);
        Assert.Contains("/nonesuch", scene.Health.Get(container.Name).Results[^1].Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunNow_ManyAtOnceBesideItsOwn_NeverTwoTogether()
    {
        var container = await scene.RunAsync("mkdir /tmp/one || exit 9; echo x >> /tmp/count; sleep 0.05; rmdir /tmp/one");
        var asked = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            await Task.Yield();
            return await scene.Health.RunNowAsync(container.Name);
        }));
        await scene.UntilAsync(container, HealthStatus.Healthy);

        Assert.All(asked, result => Assert.Equal(0, result.ExitCode));
        Assert.True(asked.Distinct().Count() < 12, "who asks while one runs gets that one");
        Assert.All(scene.Health.Get(container.Name).Results, result => Assert.Equal(0, result.ExitCode));
    }

    [Fact]
    public async Task Pause_WhileProbed_TheProbeSaysNothingAndNoneFollows()
    {
        var container = await scene.RunAsync("test -e /tmp/hang && sleep 1000; true", health => health with { Timeout = Wait.Scale(TimeSpan.FromSeconds(4)), Retries = 1 });   // it must hang until it is paused
        await scene.UntilAsync(container, HealthStatus.Healthy);
        await scene.DoAsync(container, "touch /tmp/hang");
        await Wait.Until(async () => (await scene.Engine.Containers.TopAsync(container.Name)).Any(row => row.Command == "sleep 1000" && row.ParentPid != 0 && row.Pid != container.State.Pid) && scene.Health.Get(container.Name).Probing is not null, "a probe hangs");
        await scene.Engine.Containers.PauseAsync(container.Name);
        await Wait.Until(() => scene.Health.Get(container.Name).Probing is null, "its time is over");
        var paused = scene.Engine.Containers.Get(container.Name).State;
        var error = await Assert.ThrowsAsync<EngineException>(() => scene.Health.RunNowAsync(container.Name));
        await scene.Engine.Containers.ResumeAsync(container.Name);

        Assert.Equal((ContainerStatus.Paused, HealthStatus.Healthy), (paused.Status, paused.Health!.Status));
        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
        await scene.UntilAsync(container, HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task Stop_WhileProbed_TheProbeThatEndsWithItSaysNothing()
    {
        var container = await scene.RunAsync("test -e /tmp/hang && { touch /tmp/hangs; sleep 1000; }; true", health => health with { Retries = 1 });
        await scene.UntilAsync(container, HealthStatus.Healthy);
        await scene.DoAsync(container, "touch /tmp/hang; while [ ! -e /tmp/hangs ]; do sleep 0.01; done");
        await scene.Engine.Containers.StopAsync(container.Name);

        Assert.All(scene.Health.Get(container.Name).Results, result => Assert.Equal(0, result.ExitCode));
        Assert.DoesNotContain(await scene.Engine.Events.ListAsync(subject: container.Id.Value), e => e.Attributes.GetValueOrDefault("status") == "unhealthy");
    }

    [Fact]
    public async Task RunNow_NoCheckOrNotRunning_Conflict()
    {
        var plain = await scene.Engine.RunAsync("sleep 1000", spec => spec with { StopGrace = TimeSpan.Zero });
        var stopped = await scene.RunAsync("true");
        await scene.Engine.Containers.StopAsync(stopped.Name);

        foreach (var container in (Container[])[plain, stopped])
        {
            Assert.Equal(EngineErrorKind.Conflict, (await Assert.ThrowsAsync<EngineException>(() => scene.Health.RunNowAsync(container.Name))).Kind);
        }
        Assert.Null(plain.State.Health);
        Assert.Null(scene.Health.Get(plain.Name).Check);
    }

    [Fact]
    public async Task OnUnhealthy_Restart_RunsAnewThoughNoPolicySaysSo()
    {
        var container = await scene.RunAsync("test ! -e /tmp/bad", health => health with { OnUnhealthy = UnhealthyAction.Restart }, script: "rm -f /tmp/bad; sleep 1000");
        await scene.UntilAsync(container, HealthStatus.Healthy);
        await scene.DoAsync(container, "touch /tmp/bad");
        await scene.Engine.UntilAsync(container, now => now.State is { RestartCount: > 0, Health.Status: HealthStatus.Healthy }, "it was restarted and is well");

        Assert.NotEqual(container.State.Pid, scene.Engine.Containers.Get(container.Name).State.Pid);
    }

    [Fact]
    public async Task OnUnhealthy_Stop_StaysStoppedThoughAPolicySaysAlways()
    {
        var container = await scene.RunAsync("false", health => health with { OnUnhealthy = UnhealthyAction.Stop }, spec => spec with { Restart = new(RestartMode.UnlessStopped) });
        await scene.Engine.UntilAsync(container, now => now.State.Status == ContainerStatus.Exited, "it is stopped");

        Assert.Equal(0, scene.Engine.Containers.Get(container.Name).State.RestartCount);
    }

    [Fact]
    public async Task Remove_WhileProbed_NothingIsLeft()
    {
        var container = await scene.RunAsync("sleep 4341");
        await Wait.Until(() => scene.Health.Get(container.Name).Probing is not null, "a probe runs");
        await scene.Engine.Containers.RemoveAsync(container.Name, force: true);

        await Wait.Until(() => scene.Engine.Traces(container.Id).Length == 0, () => string.Join('\n', scene.Engine.Traces(container.Id)));
        await Wait.Until(() => Processes.With("4341").Length == 0, "no process of the probe is left");
    }
}

internal static class Processes
{
    /// <summary>Host pids whose command line has this argument.</summary>
    public static int[] With(string argument) =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0])).Where(pid => Arguments(pid!).Contains(argument)).Select(pid => int.Parse(pid!, CultureInfo.InvariantCulture))];

    private static string[] Arguments(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
