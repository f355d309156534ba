using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Tests;

namespace Brig.Kernel.Tests.Shim;

/// <summary>From start to end, and what is left when either side dies.</summary>
[Trait("Guest", "too")]
public sealed class ShimLifeTests
{
    [Fact]
    public void Start_ProgramPrintsAndEnds_LineIsInTheLogAndExitOnDisk()
    {
        using var run = new ShimRun().Start("echo hello; echo oops >&2; exit 3");
        var exit = run.Wait();
        Assert.Equal((3, 0, false), (exit.Code, exit.Signal, exit.OomKilled));
        Assert.Equal(["hello"], run.Log(1));
        Assert.Equal(["oops"], run.Log(2));
        Assert.Equal(exit, ExitRecord.Parse(File.ReadAllText(run.StateFolder + "/exit")));
        run.Engine.ReadToEnd();
        Assert.Empty(Directory.GetFileSystemEntries(run.RunFolder));
    }

    [Fact]
    public void Start_ExitOfAnEarlierRun_IsForgotten()
    {
        using var run = new ShimRun();
        File.WriteAllText(run.StateFolder + "/exit", "code=1 signal=0 oom=0 started=1 finished=2\n");
        run.Start("sleep 100");
        Assert.False(File.Exists(run.StateFolder + "/exit"));
    }

    [Fact]
    public void Signal_ToTheProgram_IsInTheExit()
    {
        using var run = new ShimRun();
        run.Start(run.Plan("sh", "-c", "trap 'exit 7' TERM; echo up; while true; do sleep 0.02; done"), AttachFlags.None);
        run.Engine.ReadUntil("up");
        run.Engine.Send(Requests.Signal(15));
        Assert.Equal((7, 0), run.WaitCode());
    }

    [Fact]
    public void Signal_Kill_IsCode137()
    {
        using var run = new ShimRun().Start("sleep 100");
        run.Engine.Send(Requests.Signal(9));
        Assert.Equal((137, 9), run.WaitCode());
    }

    [Fact]
    public void Signal_NoSuchSignal_IsAnError()
    {
        using var run = new ShimRun().Start("sleep 100");
        run.Engine.Send(Requests.Signal(999));
        var (type, payload) = run.Engine.Next();
        Assert.Equal(FrameType.Error, type);
        Assert.Equal(Errno.EINVAL, ErrorMessage.Read(payload).Errno);
    }

    [Fact]
    public void Started_BirthRecord_TellsEveryStepInOrder()
    {
        using var run = new ShimRun().Start("true");
        var steps = run.Birth!.Steps;
        Assert.Equal(steps.OrderBy(step => step.StartNanoseconds).Select(step => step.Call), steps.Select(step => step.Call));
        Assert.Contains(steps, step => step is { Actor: StepActor.Shim, Call: "clone3" } && step.Arguments.Contains("CLONE_NEWPID", StringComparison.Ordinal));
        Assert.Contains(steps, step => step is { Actor: StepActor.Child, Call: "mount", Shell: "mount -t proc -o nosuid,nodev,noexec proc /proc" });
        Assert.Contains(steps, step => step is { Call: "openat2", Result: "ENOENT" });
        Assert.Equal("execve", steps[^1].Call);
    }

    [Fact]
    public async Task ShimKilled_ContainerDiesWithIt()
    {
        using var run = new ShimRun().Start("sleep 100");
        Spawn.TryKill(run.ShimPid, 9);
        await Wait.Until(() => run.HasEnded, "the container dies");
    }

    [Theory]
    [InlineData("tester", false)]
    [InlineData("tester", true)]
    [InlineData("", true)]
    public async Task ShimKilled_OtherUserOrInit_ContainerDiesWithIt(string user, bool init)
    {
        using var run = new ShimRun();
        var plan = run.Plan("sleep", "100");
        run.Start(plan with { Process = plan.Process with { User = user, Init = init } });
        Spawn.TryKill(run.ShimPid, 9);
        await Wait.Until(() => run.HasEnded, "the container dies");
    }

    [Fact]
    public void EngineGone_ContainerGoesOnAndAnotherFindsIt()
    {
        using var run = new ShimRun();
        run.Start(run.Plan("sh", "-c", "read x; echo got $x") with { Streams = new() { OpenStdin = true } });
        run.Engine.Dispose();
        using var next = run.Connect();
        var status = next.Hello();
        Assert.Equal((run.Started!.Pid, run.Started.StartTicks), (status.Pid, status.StartTicks));
        Assert.Null(status.Exit);
        Assert.Equal(run.ShimPid, int.Parse(File.ReadAllText(run.RunFolder + "/shim.pid"), System.Globalization.CultureInfo.InvariantCulture));
        next.Input("it\n");
        Assert.Equal(0, StatusMessage.Read(next.Expect(FrameType.Status)).Exit!.Code);
        Assert.Equal(["got it"], run.Log());
    }

    [Fact]
    public void Terminated_ShimIgnoresIt()
    {
        using var run = new ShimRun().Start("sleep 100");
        foreach (var signal in (int[])[1, 2, 15])
            Spawn.TryKill(run.ShimPid, signal);
        Assert.Null(run.Engine.Hello().Exit);
    }

    [Fact]
    public void Init_ReapsZombiesAndForwardsSignals()
    {
        using var run = new ShimRun();
        // The orphans' parent is the init: a zombie of its would keep its name.
        var plan = run.Plan("sh", "-c", "trap 'exit 9' USR1; for i in 1 2 3 4 5; do (sleep 0.01 & ) ; done; while grep -qs '^Name:.sleep' /proc/[0-9]*/status; do :; done; echo pid $$; while true; do sleep 0.02; done");
        run.Start(plan with { Process = plan.Process with { Init = true } }, AttachFlags.None);
        Assert.Equal("pid 2\n", run.Engine.ReadUntil("\n"));
        run.Engine.Send(Requests.Signal(10));
        Assert.Equal((9, 0), run.WaitCode());
    }

    [Fact]
    public void Init_ProgramKilledBySignal_IsInTheExit()
    {
        using var run = new ShimRun();
        var plan = run.Plan("sh", "-c", "kill -9 $$");
        run.Start(plan with { Process = plan.Process with { Init = true } });
        Assert.Equal((137, 9), run.WaitCode());
    }

    [Fact]
    public void Init_CommandMissing_FailsAsWithout()
    {
        using var run = new ShimRun();
        var plan = run.Plan("nonesuch");
        run.Start(plan with { Process = plan.Process with { Init = true } });
        Assert.Equal("command not found: nonesuch (looked in /bin)", run.Sentence);
    }

    [Fact]
    public void BackgroundProcessKeepsThePipes_SharedPidNamespace_EndIsNotHeldUp()
    {
        using var run = new ShimRun();
        run.Start(run.Plan("sh", "-c", "sleep 3 & echo out") with { Namespaces = new() { Pid = NamespaceTarget.Host } });
        Assert.Equal(0, run.Wait().Code);
        Assert.Equal(["out"], run.Log());
    }
}
