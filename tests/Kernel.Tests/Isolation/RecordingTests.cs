using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Isolation;

/// <summary>What a container was seen to use, and that this is enough for it and no more.</summary>
public class RecordingTests : EngineTest
{
    /// <summary>chown needs CHOWN; it waits for a file before it does what it never did while it was recorded.</summary>
    private const string Script = "touch /a; chown 5 /a; mkdir /b; rm -rf /a /b; echo did; if [ -e /ctl/more ]; then chroot / true && echo more || echo refused; mknod /n p && echo made || echo refused; fi; sleep 0.05; echo ready; while [ ! -e /ctl/end ]; do sleep 0.05; done";

    private string Control => _engine.Folder + "/control";
    private IRecordings Recordings => _engine.Get<IRecordings>();

    [Fact]
    public async Task Record_FromNextStart_SeesTheProgramAndNotTheLaunch()
    {
        var container = await CreateAsync();
        var armed = await Recordings.StartAsync(container.Id.Value, fromNextStart: true);
        Assert.Equal(RecordingState.Armed, armed.State);
        await RunAsync(container);

        var seen = (await Recordings.FindAsync(container.Id.Value))!;
        Assert.Equal(RecordingState.Watching, seen.State);
        Assert.Contains(seen.Calls, call => call is { Name: "mkdir" or "mkdirat", Architecture: "x86_64", Count: 1 });
        Assert.DoesNotContain(seen.Calls, call => call.Name is "pivot_root" or "setns" or "clone3" or "capset" or "chroot" or "mount");
        Assert.True(seen.CapabilitiesUnknown is null, seen.CapabilitiesUnknown);
        Assert.Equal("CHOWN", Assert.Single(seen.Capabilities).Name);
        Assert.Contains("sh", seen.Programs);
        Assert.True(seen.Spans[0].FromStart);

        var ended = await Recordings.StopAsync(container.Id.Value);
        Assert.Equal((RecordingState.Ended, SpanEnd.Stopped), (ended.State, ended.Spans[^1].End));
        Assert.Equal(EngineErrorKind.NotModified, (await Assert.ThrowsAsync<EngineException>(() => Recordings.StopAsync(container.Id.Value))).Kind);
    }

    [Fact]
    public async Task Proposal_Applied_WhatWasSeenWorksAndTheRestIsRefused()
    {
        var container = await CreateAsync();
        await Recordings.StartAsync(container.Id.Value, fromNextStart: true);
        await RunAsync(container);
        await EndAsync(container);

        var proposal = await Recordings.ProposeAsync(container.Id.Value);
        Assert.Equal("ALL", Assert.Single(proposal.CapDrop));
        Assert.Equal("CHOWN", Assert.Single(proposal.CapAdd));
        Assert.Contains("chroot", proposal.CallsNeverUsed);
        Assert.Contains("MKNOD", proposal.CapabilitiesNeverUsed);
        Assert.Contains("execve", proposal.CallsSeen.Concat(proposal.CallsOfLaunch));
        Assert.Empty(proposal.CallsSeen.Intersect(proposal.CallsOfLaunch));

        await Recordings.ApplyAsync(container.Id.Value);
        Assert.Equal(SeccompChoice.Default, _engine.Containers.Get(container.Id.Value).Spec.Seccomp.Mode);
        Assert.NotNull((await _engine.Get<IIsolation>().ReportAsync(container.Id.Value)).Pending);

        await RunAsync(container);
        Assert.Equal("did", (await _engine.OutputAsync(container))[^2]);   // the same again works
        await EndAsync(container);
        var spec = _engine.Containers.Get(container.Id.Value).Spec;
        Assert.Equal((SeccompChoice.Custom, "CHOWN"), (spec.Seccomp.Mode, Assert.Single(spec.CapAdd)));
        Assert.Null((await _engine.Get<IIsolation>().ReportAsync(container.Id.Value)).Pending);

        await File.WriteAllTextAsync(Control + "/more", "");
        await RunAsync(container);
        Assert.Equal(["did", "refused", "refused"], (await _engine.OutputAsync(container)).Where(line => line is "did" or "made" or "more" or "refused").TakeLast(3));
        var actions = (await _engine.Events.ListAsync(subject: container.Id.Value)).Select(e => e.Action).ToArray();
        Assert.All((string[])["record", "privilege-pending", "privilege-apply"], action => Assert.Contains(action, actions));
    }

    [Theory]
    [InlineData(true, true, "")]
    [InlineData(true, false, "")]
    [InlineData(false, false, "1000")]
    [InlineData(true, true, "1000")]
    public async Task Proposal_OfEveryKindOfLaunch_StartsExecutesAndEnds(bool init, bool noNewPrivileges, string user)
    {
        var container = await CreateAsync(spec => spec with { Init = init, NoNewPrivileges = noNewPrivileges, User = user.Length > 0 ? user : null, Command = ["sh", "-c", "sleep 0.05; echo ready; while [ ! -e /ctl/end ]; do sleep 0.05; done"] });
        await Recordings.StartAsync(container.Id.Value, fromNextStart: true);
        await RunAsync(container);
        await EndAsync(container);
        await Recordings.ApplyAsync(container.Id.Value);
        await RunAsync(container);
        var exec = await _engine.Containers.ExecAsync(container.Id.Value, new() { Command = ["sh", "-c", "exit 7"] });
        Assert.Equal(7, (await _engine.Containers.WaitExecAsync(exec.Id)).Code);
        if (init)
        {
            Assert.Equal(143, (await _engine.Containers.StopAsync(container.Id.Value)).State.Exit!.Code);   // forwarded by the small init
        }
        else
        {
            await EndAsync(container);
        }
    }

    [Fact]
    public async Task Record_RunningContainer_OverEndStartAndEngine_SpansAreTrue()
    {
        var container = await _engine.RunAsync("while :; do sleep 0.05; done");
        var first = await Recordings.StartAsync(container.Id.Value);
        Assert.Equal(RecordingState.Watching, first.State);
        Assert.Contains("sh", first.Programs);
        await SeenAsync(container, "clone");

        await _engine.EndAsync();
        await _engine.BeginAsync();
        var again = (await Recordings.FindAsync(container.Id.Value))!;
        Assert.Equal(RecordingState.Watching, again.State);
        Assert.Equal([SpanEnd.EngineEnded, SpanEnd.Open], again.Spans.Select(span => span.End));
        Assert.Contains(again.Calls, call => call.Name is "clone" or "fork" or "vfork");

        await _engine.Containers.RestartAsync(container.Id.Value, TimeSpan.Zero);
        var third = (await Recordings.FindAsync(container.Id.Value))!;
        Assert.Equal([SpanEnd.EngineEnded, SpanEnd.ContainerEnded, SpanEnd.Open], third.Spans.Select(span => span.End));
        Assert.Equal([false, false, true], third.Spans.Select(span => span.FromStart));

        await _engine.Containers.StopAsync(container.Id.Value, TimeSpan.Zero);
        await Wait.Until(async () => (await Recordings.FindAsync(container.Id.Value))!.State == RecordingState.Armed, "it waits for the next start");
    }

    [Fact]
    public async Task Record_Exec_ItsProgramIsSeenAndItsLaunchIsNot()
    {
        var container = await _engine.RunAsync("while :; do sleep 0.05; done");
        await Recordings.StartAsync(container.Id.Value);
        var exec = await _engine.Containers.ExecAsync(container.Id.Value, new() { Command = ["rmdir", "/nothing"] });
        await _engine.Containers.WaitExecAsync(exec.Id);
        var seen = (await Recordings.FindAsync(container.Id.Value))!;
        Assert.Contains(seen.Calls, call => call.Name == "rmdir");
        Assert.Contains("rmdir", seen.Programs);
        Assert.DoesNotContain(seen.Calls, call => call.Name is "setns" or "capset" or "seccomp");
    }

    [Fact]
    public async Task Record_OtherContainer_IsNotSeen()
    {
        var quiet = await _engine.RunAsync("sleep 1000");
        await Recordings.StartAsync(quiet.Id.Value);
        await _engine.RunAsync("mkdir /x; sleep 1000");
        Assert.DoesNotContain((await Recordings.FindAsync(quiet.Id.Value))!.Calls, call => call.Name is "mkdir" or "mkdirat" or "execve");
    }

    [Fact]
    public async Task Apply_PrivilegedContainer_IsRefused()
    {
        var container = await _engine.RunAsync("while :; do sleep 0.05; done", spec => spec with { Privileged = true });
        await Recordings.StartAsync(container.Id.Value);
        await SeenAsync(container, "clone");
        Assert.NotEmpty((await Recordings.ProposeAsync(container.Id.Value)).CapabilitiesNeverUsed);
        Assert.Equal(EngineErrorKind.Conflict, (await Assert.ThrowsAsync<EngineException>(() => Recordings.ApplyAsync(container.Id.Value))).Kind);
    }

    [Fact]
    public async Task Propose_NeverRecorded_IsRefused()
    {
        var container = await _engine.CreateAsync("true");
        Assert.Null(await Recordings.FindAsync(container.Id.Value));
        Assert.Equal(EngineErrorKind.Conflict, (await Assert.ThrowsAsync<EngineException>(() => Recordings.ProposeAsync(container.Id.Value))).Kind);
        Assert.Equal(EngineErrorKind.NotModified, (await Assert.ThrowsAsync<EngineException>(() => Recordings.DiscardAsync(container.Id.Value))).Kind);
    }

    private async Task SeenAsync(Container container, string call) => await Wait.Until(
        async () => (await Recordings.FindAsync(container.Id.Value))!.Calls.Any(seen => seen.Name == call || (call == "clone" && seen.Name is "fork" or "vfork")), call + " was seen");

    private Task<Container> CreateAsync(Func<ContainerSpec, ContainerSpec>? more = null)
    {
        Directory.CreateDirectory(Control);
        return _engine.CreateAsync(Script, spec => (more?.Invoke(spec) ?? spec) with { Mounts = [new(MountKind.Bind, Control, "/ctl", ReadOnly: true)] });
    }

    private async Task RunAsync(Container container)
    {
        File.Delete(Control + "/end");
        int before = (await _engine.OutputAsync(container)).Count(line => line == "ready");
        await _engine.Containers.StartAsync(container.Id.Value);
        await Wait.Until(async () => (await _engine.OutputAsync(container)).Count(line => line == "ready") > before, "it did its work");
    }

    private async Task EndAsync(Container container)
    {
        await File.WriteAllTextAsync(Control + "/end", "");
        await _engine.UntilAsync(container, now => now.State.Status == ContainerStatus.Exited, "it ended");
        Assert.Equal(0, _engine.Containers.Get(container.Id.Value).State.Exit!.Code);
    }
}
