using System.Diagnostics;
using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.PostMortems;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.PostMortems;

public sealed class PostMortemTests(PostMortemScene scene) : IClassFixture<PostMortemScene>
{
    private const long Limit = 24 << 20;

    [Fact]
    public async Task End_Code3_CodeLastLinesAndWhatHappenedBefore()
    {
        var container = await scene.Engine.RunAsync("echo out; echo 'no such table' >&2; exit 3", spec => spec with { Name = "three" });
        var one = await scene.OfEndAsync(container);

        Assert.Equal((EndKind.Exited, EndedBy.Itself, 3), (one.Kind, one.By, one.Exit!.Code));
        Assert.Equal("Its program ended with code 3, after it said: no such table.", one.Verdict);
        Assert.Equal([(OutputStream.Stdout, "out"), (OutputStream.Stderr, "no such table")], one.Lines.Select(line => (line.Stream, line.Text)).OrderBy(line => line.Stream));
        Assert.Equal(["start", "create"], one.Before.Select(e => e.Action));
        var die = (await scene.Engine.Events.ListAsync(subject: container.Id.Value)).Single(e => e.Action == "die");
        Assert.Equal(one.Id, die.Attributes["postMortem"]);
        Assert.Equal(one.Id, Assert.Single(scene.Mortems.List("three")).Id);
    }

    [Fact]
    public async Task End_Well_NothingIsKept()
    {
        var container = await scene.Engine.RunAsync("exit 0");
        await scene.Engine.Containers.WaitAsync(container.Id.Value);
        var stopped = await scene.Engine.RunAsync("trap 'exit 143' TERM; echo ready; while :; do sleep 0.05; done");
        await Wait.Until(async () => (await scene.Engine.OutputAsync(stopped)).Contains("ready"), "it is ready");
        await scene.Engine.Containers.StopAsync(stopped.Id.Value);

        Assert.Null(scene.Engine.Containers.Get(container.Id.Value).State.PostMortem);
        Assert.Null(scene.Engine.Containers.Get(stopped.Id.Value).State.PostMortem);
        Assert.Empty(scene.Mortems.List(container.Id.Value));
        Assert.Empty(scene.Mortems.List(stopped.Id.Value));
    }

    [Fact]
    public async Task End_Segfault_SignalInWordsAndCoreLimit()
    {
        var one = await scene.OfEndAsync(await scene.Engine.RunAsync("kill -SEGV $$", spec => spec with { Init = true }));

        Assert.Equal((EndKind.Signalled, EndedBy.Kernel), (one.Kind, one.By));
        Assert.Contains("SIGSEGV", one.Verdict, StringComparison.Ordinal);
        Assert.Contains("segmentation fault", one.ExitMeaning, StringComparison.Ordinal);
        Assert.Equal(0UL, one.CoreLimit);
        Assert.Contains(one.Hints, hint => hint.Contains("core limit is 0", StringComparison.Ordinal));
    }

    [Fact, Trait("Guest", "too")]
    public async Task Oom_OfTheFirstProcess_VictimLimitAndMemory()
    {
        var container = await scene.Engine.RunAsync("echo eating; exec tail /dev/zero", Small);
        var one = await scene.OfEndAsync(container);

        Assert.Equal((EndKind.OutOfMemory, EndedBy.OutOfMemoryKiller, true), (one.Kind, one.By, one.Exit!.OomKilled));
        Assert.Equal(("tail", 1, 0u, "container"), (one.Oom!.Victim!.Name, one.Oom.Victim.InnerPid, one.Oom.Victim.User, one.Oom.LimitOf));
        Assert.Equal(container.State.Pid, one.Oom.Victim.Pid);
        Assert.InRange(one.Oom.Victim.AnonymousBytes!.Value, Limit / 2, Limit);
        Assert.Equal(Limit, one.Memory!.Limit);
        Assert.InRange(one.Memory.Peak!.Value, Limit * 9 / 10, Limit);
        Assert.InRange(one.Memory.Anonymous!.Value, Limit / 2, Limit);
        Assert.StartsWith("Killed by the kernel: `tail` took 2", one.Verdict, StringComparison.Ordinal);
        Assert.Contains("The limit is 24 MiB", one.Verdict, StringComparison.Ordinal);
        Assert.Contains(one.Hints, hint => hint.Contains("above 24 MiB", StringComparison.Ordinal));
        Assert.Contains(one.Processes, process => process.Name == "tail");
        Assert.Contains(one.KernelLines, line => line.Contains("Killed process", StringComparison.Ordinal));
        Assert.Equal("eating", one.Lines[^1].Text);
    }

    [Fact, Trait("Guest", "too")]
    public async Task Oom_OfAChild_IsToldWhileTheFirstProcessLives()
    {
        var container = await scene.Engine.RunAsync("tail /dev/zero; echo survived; exec sleep 1000", Small);
        await scene.Engine.UntilAsync(container, now => now.State.PostMortem is not null, "the kill is told");
        var one = await scene.GetAsync(container);

        Assert.Equal((EndKind.ProcessOutOfMemory, EndedBy.OutOfMemoryKiller, null), (one.Kind, one.By, one.Exit));
        Assert.Equal("tail", one.Oom!.Victim!.Name);
        Assert.NotEqual(container.State.Pid, one.Oom.Victim.Pid);
        Assert.Contains("its first process lives on", one.Verdict, StringComparison.Ordinal);
        Assert.Equal(ContainerStatus.Running, scene.Engine.Containers.Get(container.Id.Value).State.Status);
        Assert.Contains(await scene.Engine.Events.ListAsync(subject: container.Id.Value), e => e.Action == "oom-kill" && e.Attributes["postMortem"] == one.Id);
    }

    [Theory, Trait("Guest", "too")]
    [InlineData(@"a\nb<script>", @"a\u{a}b<script>")]
    [InlineData(@"x) total-vm:9kB", "x) total-vm:9kB")]
    [InlineData(@"\033[31mred", @"\u{1b}[31mred")]
    public async Task Oom_HostileName_IsToldAsItIsAndHarmless(string name, string expected)
    {
        var one = await scene.OfEndAsync(await scene.Engine.RunAsync($"printf '{name}' > /proc/self/comm; x=0123456789abcdef; while :; do x=$x$x; done", Small));

        Assert.Equal(EndKind.OutOfMemory, one.Kind);
        Assert.Equal((expected, 1), (one.Oom!.Victim!.Name, one.Oom.Victim.InnerPid));
        Assert.DoesNotContain(one.KernelLines.Append(one.Verdict), text => text.Any(char.IsControl));
    }

    [Fact]
    public async Task Kill_ByTheUser_SaysSo()
    {
        var container = await scene.Engine.RunAsync("sleep 1000");
        await scene.Engine.Containers.KillAsync(container.Id.Value);
        var one = await scene.OfEndAsync(container);

        Assert.Equal((EndKind.Signalled, EndedBy.Request, 137), (one.Kind, one.By, one.Exit!.Code));
        Assert.Equal("Killed by SIGKILL, which somebody sent through Brig.", one.Verdict);
    }

    [Fact]
    public async Task Kill_FromOutside_IsNotBrigsAndNotForMemory()
    {
        var container = await scene.Engine.RunAsync("sleep 1000", Small);
        Kill(container.State.Pid);
        var one = await scene.OfEndAsync(container);

        Assert.Equal((EndKind.Signalled, EndedBy.Outside), (one.Kind, one.By));
        Assert.Contains("from outside", one.Verdict, StringComparison.Ordinal);
        Assert.Contains("not for memory", one.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_LongerThanItsGrace_SaysThatItWasKilled()
    {
        var container = await scene.Engine.RunAsync("trap '' TERM; while :; do sleep 0.1; done");
        await scene.Engine.Containers.StopAsync(container.Id.Value, TimeSpan.FromMilliseconds(200));
        var one = await scene.GetAsync(container);

        Assert.Equal(EndedBy.Request, one.By);
        Assert.Equal("It was asked to stop by SIGTERM, did not end within its 200 ms, and was killed.", one.Verdict);
    }

    [Fact]
    public async Task Start_Fails_ThatIsToldToo()
    {
        var container = await scene.Engine.Containers.CreateAsync(new() { Image = "brig/busybox", Command = ["/no/such/program"] });
        await Assert.ThrowsAsync<EngineException>(() => scene.Engine.Containers.StartAsync(container.Id.Value));
        var one = await scene.GetAsync(container);

        Assert.Equal((EndKind.NotStarted, null), (one.Kind, one.Exit));
        Assert.Contains("/no/such/program", one.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restarts_TheSameEndAgainAndAgain_FirstLastAndCount()
    {
        var container = await scene.Engine.RunAsync("echo $((n + 1)); exit 7", spec => spec with { Restart = new(RestartMode.Always) });
        await scene.Engine.UntilAsync(container, now => now.State.RestartCount >= 4, "four restarts");
        await scene.Engine.Containers.StopAsync(container.Id.Value);
        var last = await scene.GetAsync(container);
        var all = scene.Mortems.List(container.Id.Value);
        var first = await scene.Mortems.GetAsync(all[^1].Id);

        Assert.Equal(2, all.Length);
        Assert.True(last.Streak!.Count >= 4, $"{last.Streak}");
        Assert.Equal((first.Id, last.Id, 0), (last.Streak.First, last.Streak.Last, first.Restarts));
        Assert.Equal(last.Streak, first.Streak);
    }

    [Fact]
    public async Task Remove_RightAtTheEnd_ItsPostMortemStays()
    {
        var container = await scene.Engine.RunAsync("echo bye; exit 9", spec => spec with { AutoRemove = true, Name = "short-lived" });
        await Wait.Until(() => scene.Engine.Containers.List().All(one => one.Id != container.Id), "it removed itself");
        await Wait.Until(() => scene.Mortems.List("short-lived").Length == 1, "its post-mortem");
        var one = await scene.Mortems.GetAsync(scene.Mortems.List("short-lived")[0].Id);

        Assert.Equal((9, "bye"), (one.Exit!.Code, one.Lines[^1].Text));
    }

    [Fact]
    public async Task Shim_Killed_ContainerIsLost()
    {
        var container = await scene.Engine.RunAsync("sleep 1000");
        Kill(int.Parse(await File.ReadAllTextAsync(scene.Engine.Paths.Shim(container.Id) + "/shim.pid"), CultureInfo.InvariantCulture));
        var one = await scene.OfEndAsync(container);

        Assert.Equal((EndKind.Lost, EndedBy.Outside), (one.Kind, one.By));
        Assert.StartsWith("Its shim was killed", one.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FailsAndRestarts_HealthLogIsInIt()
    {
        var container = await scene.Engine.RunAsync("trap 'exit 0' TERM; while :; do sleep 0.05; done", spec => spec with
        {
            Health = new() { Test = ["CMD-SHELL", "echo not well; exit 4"], Interval = TimeSpan.FromMilliseconds(100), Retries = 2, OnUnhealthy = Brig.Engine.Health.UnhealthyAction.Restart },
        });
        await scene.Engine.UntilAsync(container, now => now.State.PostMortem is not null, "the restart is told");
        var one = await scene.GetAsync(container);
        await scene.Engine.Containers.StopAsync(container.Id.Value);

        Assert.Equal((EndKind.Unhealthy, EndedBy.HealthCheck), (one.Kind, one.By));
        Assert.Contains("health check failed", one.Verdict, StringComparison.Ordinal);
        Assert.Equal("not well\n", one.Probes[^1].Output);
    }

    private static ContainerSpec Small(ContainerSpec spec) => spec with { Limits = new() { Memory = Limit } };

    private static void Kill(int pid) => Process.GetProcessById(pid).Kill();
}
