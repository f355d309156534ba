using System.Diagnostics;
using System.Text;
using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Tests;

namespace Brig.Kernel.Tests.Shim;

/// <summary>Input, output, attaching, terminals.</summary>
public sealed class ShimStreamTests
{
    private static LaunchPlan Open(ShimRun run, string script, bool tty = false) =>
        run.Plan("sh", "-c", script) with { Streams = new() { OpenStdin = true, Tty = tty, Rows = 33, Columns = 99 } };

    [Fact]
    public void Input_ThenCloseInput_ProgramReadsItAndEnds()
    {
        using var run = new ShimRun();
        run.Start(Open(run, "cat; echo end"), AttachFlags.None);
        run.Engine.Input("one\ntwo\n");
        run.Engine.Send(Requests.CloseInput());
        Assert.Contains("end", run.Engine.ReadUntil("end\n"), StringComparison.Ordinal);
        Assert.Equal(0, run.Wait().Code);
        Assert.Equal(["one", "two", "end"], run.Log(1));
    }

    [Fact]
    public void Input_StdinNotOpen_IsAnError()
    {
        using var run = new ShimRun().Start("sleep 100");
        run.Engine.Input("x");
        Assert.Equal("the program's standard input is not open", ErrorMessage.Read(run.Engine.Next().Payload).Sentence);
    }

    [Fact]
    public async Task Input_MoreThanThePipeHolds_ComesWholeAndDoesNotBlockOthers()
    {
        using var run = new ShimRun();
        using var gate = new TempFolder();
        var plan = Open(run, "while [ ! -e /gate/go ]; do sleep 0.02; done; cat | wc -c");
        run.Start(plan with { Root = plan.Root! with { Mounts = [.. plan.Root.Mounts, new(MountKind.Bind, gate.Path, "/gate")] } });
        using var feeder = run.Connect();
        var chunk = new byte[32 * 1024];
        // More than pipe and both buffers hold would block this thread, so it is sent from another.
        var feeding = Task.Run(() =>
        {
            for (var i = 0; i < 64; i++)
                feeder.Send(Requests.Input(chunk));
            feeder.Send(Requests.CloseInput());
        });
        Assert.Equal(run.Started!.Pid, run.Engine.Hello().Pid);
        File.WriteAllText(gate.Path + "/go", "");
        Assert.Equal(0, run.Wait().Code);
        Assert.Equal([(64 * 32 * 1024).ToString(System.Globalization.CultureInfo.InvariantCulture)], run.Log(1).Select(line => line.Trim()));
        await feeding;
    }

    [Fact]
    public async Task Input_ClientGoesAwayBeforeItIsRead_ComesWhole()
    {
        using var run = new ShimRun();
        using var gate = new TempFolder();
        var plan = Open(run, "while [ ! -e /gate/go ]; do sleep 0.02; done; cat | wc -c");
        run.Start(plan with { Root = plan.Root! with { Mounts = [.. plan.Root.Mounts, new(MountKind.Bind, gate.Path, "/gate")] } });
        using (var feeder = run.Connect())
        {
            for (var i = 0; i < 5; i++)
                feeder.Send(Requests.Input(new byte[32 * 1024]));
            feeder.Send(Requests.CloseInput());
        }
        Assert.Equal(run.Started!.Pid, run.Engine.Hello().Pid);
        var before = CpuTime(run.ShimPid);
        await Task.Delay(200);
        Assert.True(CpuTime(run.ShimPid) - before < 10, "the shim spins while input waits");
        await File.WriteAllTextAsync(gate.Path + "/go", "");
        Assert.Equal(0, run.Wait().Code);
        Assert.Equal(["163840"], run.Log(1).Select(line => line.Trim()));
    }

    /// <summary>Ticks of 10 ms: utime and stime.</summary>
    private static int CpuTime(int pid)
    {
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ');
        return int.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture) + int.Parse(fields[12], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Tty_ProgramLetsGoOfItsTerminal_ShimDoesNotSpin()
    {
        using var run = new ShimRun();
        run.Start(Open(run, "echo up; exec sleep 0.3 <&- >&- 2>&-", tty: true));
        Assert.Equal(0, run.Wait().Code);
        Assert.Equal(["up"], run.Log());
    }

    [Fact]
    public void Attach_Several_AllSeeTheSame()
    {
        using var run = new ShimRun();
        run.Start(Open(run, "read x; echo got $x"));
        using var one = run.Connect();
        using var two = run.Connect();
        one.Attach();
        two.Attach();
        two.Input("it\n");
        Assert.Equal("got it\n", one.ReadUntil("\n"));
        Assert.Equal("got it\n", two.ReadUntil("\n"));
        Assert.Equal(0, run.Wait().Code);
    }

    [Fact]
    public void Attach_ClientGoesAway_ContainerGoesOn()
    {
        using var run = new ShimRun();
        run.Start(Open(run, "echo first; read x; echo got $x"));
        using (var gone = run.Connect())
            gone.Attach();
        run.Engine.Input("it\n");
        Assert.Equal(0, run.Wait().Code);
        Assert.Equal(["first", "got it"], run.Log(1));
    }

    [Fact]
    public void Attach_SlowReader_IsSkippedAndTheContainerIsNotHeldUp()
    {
        using var run = new ShimRun();
        run.Start(Open(run, "read x; head -c 20000000 /dev/zero | tr '\\0' 'x' | fold -w 99; echo; echo done"));
        using var slow = run.Connect();
        slow.Attach();
        run.Engine.Input("go\n");
        Assert.Equal(0, run.Wait().Code);
        long received = 0, skipped = 0;
        while (true)
        {
            var (type, payload) = slow.Next();
            if (type == FrameType.Status)
                break;
            if (type == FrameType.Output)
                received += payload.Length - 1;
            OutputFrames.ReadSkipped(type == FrameType.Skipped ? payload : OutputFrames.Skipped(1, 0)[Frame.HeaderSize..], out var count);
            skipped += (long)count;
        }
        Assert.True(skipped > 0, $"received {received}");
        Assert.Equal(20_000_000 + 20_000_000 / 99 + "\ndone\n".Length, received + skipped);
        Assert.Equal("done", run.Log(1)[^1]);
    }

    [Fact]
    public void Attach_SlowLosslessReader_GetsEveryByte()
    {
        using var run = new ShimRun();
        run.Start(Open(run, "read x; head -c 5000000 /dev/zero"), AttachFlags.Lossless);
        run.Engine.Input("go\n");
        Assert.Equal(run.Started!.Pid, run.Connect().Hello().Pid);
        long received = 0;
        while (run.Engine.Next() is var (type, payload) && type != FrameType.Status)
            received += type == FrameType.Output ? payload.Length - 1 : 0;
        Assert.Equal(5_000_000, received);
    }

    [Fact]
    public void Attach_LosslessReadersStall_EndIsToldAtOnceAndNothingIsMissing()
    {
        using var run = new ShimRun();
        run.Start(Open(run, "read x; yes $(printf %999s | tr ' ' x) & read x; echo last >&2"));
        using ShimClient one = run.Connect(), two = run.Connect();
        one.Attach(AttachFlags.Lossless);
        two.Attach(AttachFlags.Lossless);
        run.Engine.Input("go\n");
        var came = one.Expect(FrameType.Output).Count(letter => letter == 'x');
        run.Engine.Input("end\n");
        var begin = Stopwatch.GetTimestamp();
        Assert.Equal(0, run.Wait().Code);
        Assert.True(Stopwatch.GetElapsedTime(begin) < Wait.Scale(TimeSpan.FromSeconds(18)), "who reads nothing for 10 s is given up; nobody else waits for that");
        Assert.Equal(["last"], run.Log(2));
        var logged = run.Log(1).Sum(line => line.Length);
        Assert.Equal((logged, logged), (came + Rest(one), Rest(two)));

        static int Rest(ShimClient stalled)
        {
            var letters = 0;
            while (stalled.Next() is var (type, payload) && type != FrameType.Status)
                letters += type == FrameType.Output ? payload.Count(letter => letter == 'x') : 0;
            return letters;
        }
    }

    [Fact]
    public void Tty_SizeAndResize_AreSeenInside()
    {
        using var run = new ShimRun();
        run.Start(Open(run, "stty size; tty; ls -l /dev/console >/dev/null && echo console; read x; stty size; echo end", tty: true), AttachFlags.None);
        Assert.Equal("33 99\r\n/dev/pts/0\r\nconsole\r\n", run.Engine.ReadUntil("console\r\n"));
        run.Engine.Send(Requests.Resize(44, 55));
        run.Engine.Expect(FrameType.Ack);
        run.Engine.Input("\n");
        Assert.Contains("44 55\r\n", run.Engine.ReadUntil("end\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, run.Wait().Code);
        Assert.Equal(["33 99", "/dev/pts/0", "console", "", "44 55", "end"], run.Log(1));
    }

    [Fact]
    public void Tty_ControlC_EndsTheProgram()
    {
        using var run = new ShimRun();
        var plan = Open(run, "", tty: true);
        run.Start(plan with { Process = plan.Process with { Args = ["sh", "-c", "echo up; sleep 100; echo after"], Init = true } }, AttachFlags.None);
        run.Engine.ReadUntil("up");
        run.Engine.Input("\u0003");
        Assert.Equal((130, 2), run.WaitCode());
    }

    [Fact]
    public void Tty_AsOtherUser_CanReopenItsTerminal()
    {
        using var run = new ShimRun();
        var plan = Open(run, "", tty: true);
        run.Start(plan with { Process = plan.Process with { Args = ["sh", "-c", "echo hi > $(tty); echo ho > /dev/tty"], User = "tester" } });
        Assert.Equal(0, run.Wait().Code);
        Assert.Equal(["hi", "ho"], run.Log());
    }

    [Fact]
    public void Attach_Replay_ShowsWhatATerminalShowedBefore()
    {
        using var run = new ShimRun();
        run.Start(Open(run, "echo before; read x", tty: true), AttachFlags.None);
        run.Engine.ReadUntil("before\r\n");
        using var late = run.Connect();
        late.Attach(AttachFlags.Replay);
        Assert.Equal("before\r\n", late.ReadUntil("before\r\n"));
    }

    [Fact]
    public void Output_LastBytesBeforeTheEnd_AreAllLogged()
    {
        foreach (var tty in (bool[])[false, true])
        {
            using var run = new ShimRun();
            run.Start(Open(run, "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done", tty));
            Assert.Equal(0, run.Wait().Code);
            Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"line {i}"), run.Log(1).Select(line => line.TrimEnd('\r')));
        }
    }

    [Fact]
    public void Broken_FrameOfAnUnknownType_ClosesThatConnectionOnly()
    {
        using var run = new ShimRun().Start("sleep 100");
        using (var bad = run.Connect())
        {
            bad.Send(Frame.Make((FrameType)33, "nonsense"u8));
            bad.ReadToEnd();
        }
        using (var huge = run.Connect())
        {
            huge.Send([0xff, 0xff, 0xff, 0xff, 6]);
            huge.ReadToEnd();
        }
        Assert.Equal(run.Started!.Pid, run.Engine.Hello().Pid);
    }
}
