using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Tests;

namespace Brig.Kernel.Tests.Shim;

/// <summary>A second program in a running container, by a second shim.</summary>
[Trait("Guest", "too")]
public sealed class ShimExecTests
{
    private static LaunchPlan ExecIn(ShimRun container, ShimRun exec, params string[] args) => exec.Plan(args) with
    {
        Kind = LaunchKind.Exec,
        Root = null,
        Target = new ExecTarget(container.Started!.Pid, container.Started.StartTicks),
    };

    private static ShimRun Container(Func<ShimRun, LaunchPlan>? plan = null)
    {
        var run = new ShimRun();
        run.Start(plan is null ? run.Plan("sleep", "100") : plan(run));
        Assert.Null(run.Failed?.Sentence);
        return run;
    }

    private static NamespacePlan NewUser => new() { User = NamespaceTarget.New, UidMap = [new(0, 100_000, 65_536)], GidMap = [new(0, 100_000, 65_536)] };

    [Fact]
    public void Exec_SeesTheContainer()
    {
        using var container = Container(run => run.Plan("sleep", "100") with { Hostname = "anchor" });
        using var exec = new ShimRun();
        exec.Start(ExecIn(container, exec, "sh", "-c", "hostname; for n in mnt pid net uts ipc cgroup user time; do readlink /proc/self/ns/$n; done; cat /proc/1/cmdline | tr '\\0' ' '; exit 5"), AttachFlags.Lossless);
        var output = exec.Engine.ReadUntil("sleep 100 ").Split('\n');
        Assert.Equal("anchor", output[0]);
        var kinds = (string[])["mnt", "pid", "net", "uts", "ipc", "cgroup", "user", "time"];
        for (var i = 0; i < kinds.Length; i++)
            Assert.Equal(new FileInfo($"/proc/{container.Started!.Pid}/ns/{kinds[i]}").LinkTarget, output[i + 1]);
        Assert.Equal((5, 0), exec.WaitCode());
        Assert.False(Directory.Exists(exec.StateFolder + "/log"));
        Assert.Equal(5, ExitRecord.Parse(File.ReadAllText(exec.StateFolder + "/exit")).Code);
    }

    [Fact]
    public void Exec_LeavesAProcessThatWritesOnAndOn_Ends()
    {
        using var container = Container();
        using var exec = new ShimRun();
        exec.Start(ExecIn(container, exec, "sh", "-c", "yes & exit 3"));
        Assert.Equal((3, 0), exec.WaitCode());
    }

    [Fact]
    public void Exec_StoppedByTheContainerBeforeItExecutes_Fails()
    {
        using var container = Container(run => run.Plan("sh", "-c", "while :; do kill -STOP -1; done"));
        // A lucky one may be through before the signal comes.
        for (var attempt = 0; attempt < 50; attempt++)
        {
            using var exec = new ShimRun();
            exec.Start(ExecIn(container, exec, "true"));
            if (exec.Failed is null)
                continue;
            Assert.Contains("stopped while it was being made", exec.Sentence, StringComparison.Ordinal);
            return;
        }
        Assert.Fail("no exec was ever stopped");
    }

    [Fact]
    public void Exec_InUserNamespace_IsRootThere()
    {
        using var container = Container(run => run.Plan("sleep", "100") with { Namespaces = NewUser });
        using var exec = new ShimRun();
        exec.Start(ExecIn(container, exec, "sh", "-c", "id -u; cat /proc/self/uid_map; touch /made; echo end"), AttachFlags.Lossless);
        Assert.Null(exec.Failed?.Sentence);
        Assert.Equal(["0", "0", "100000", "65536", "end"], exec.Engine.ReadUntil("end").Split(' ', '\n').Where(word => word.Length > 0));
        Assert.Equal((0, 0), exec.WaitCode());
        Assert.True(File.Exists(container.Folder + "/upper/made"));
    }

    [Fact]
    public void Exec_WithTerminal_HasOneOfTheContainers()
    {
        using var container = Container();
        using var exec = new ShimRun();
        exec.Start(ExecIn(container, exec, "sh") with { Streams = new() { Tty = true, Rows = 20, Columns = 70 } }, AttachFlags.Lossless);
        exec.Engine.Input("tty; stty size\n");
        Assert.Contains("/dev/pts/0\r\n20 70\r\n", exec.Engine.ReadUntil("20 70\r\n"), StringComparison.Ordinal);
        exec.Engine.Send(Requests.Resize(30, 80));
        exec.Engine.Expect(FrameType.Ack);
        exec.Engine.Input("stty size; exit 4\n");
        Assert.Contains("30 80", exec.Engine.ReadUntil("30 80"), StringComparison.Ordinal);
        Assert.Equal((4, 0), exec.WaitCode());
    }

    [Fact]
    public void Exec_UserDirectoryAndInput_AreTheAskedOnes()
    {
        using var container = Container();
        using var exec = new ShimRun();
        var plan = ExecIn(container, exec, "sh", "-c", "id -un; pwd; cat");
        exec.Start(plan with { Process = plan.Process with { User = "tester", WorkingDir = "/home/tester" }, Streams = new() { OpenStdin = true } }, AttachFlags.Lossless);
        exec.Engine.Input("fed");
        exec.Engine.Send(Requests.CloseInput());
        Assert.Equal("tester\n/home/tester\nfed", exec.Engine.ReadUntil("fed"));
        Assert.Equal((0, 0), exec.WaitCode());
    }

    [Fact]
    public void Exec_CommandMissing_FailsAndTheContainerGoesOn()
    {
        using var container = Container();
        using var exec = new ShimRun();
        exec.Start(ExecIn(container, exec, "nonesuch"));
        Assert.Equal("command not found: nonesuch (looked in /bin)", exec.Sentence);
        Assert.Null(container.Engine.Hello().Exit);
    }

    [Fact]
    public void Exec_ContainerGone_SaysSo()
    {
        using var container = Container();
        using var exec = new ShimRun();
        var plan = ExecIn(container, exec, "true");
        container.Engine.Send(Requests.Signal(9));
        container.Wait();
        container.Engine.ReadToEnd();
        exec.Start(plan);
        Assert.Contains("container", exec.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_PidOfAnotherProcess_IsNoticed()
    {
        using var exec = new ShimRun();
        exec.Start(exec.Plan("true") with { Kind = LaunchKind.Exec, Root = null, Target = new ExecTarget(Environment.ProcessId, 1) });
        Assert.Equal("the container ended", exec.Sentence);
    }

    [Fact]
    public async Task Exec_ContainerDies_ExecIsKilledAndTold()
    {
        using var container = Container();
        using var exec = new ShimRun();
        exec.Start(ExecIn(container, exec, "sleep", "100"));
        container.Engine.Send(Requests.Signal(9));
        Assert.Equal((137, 9), exec.WaitCode());
        await Wait.Until(() => File.Exists(exec.StateFolder + "/exit"), "the exit file");
    }

    [Fact]
    public async Task Exec_ShimKilled_ProgramDies()
    {
        using var container = Container();
        using var exec = new ShimRun();
        exec.Start(ExecIn(container, exec, "sleep", "100"));
        Spawn.TryKill(exec.ShimPid, 9);
        await Wait.Until(() => exec.HasEnded, "the program dies");
    }
}
