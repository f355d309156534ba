using System.Diagnostics;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Tests;

namespace Brig.Kernel.Tests.Seccomp;

/// <summary>Denied calls are told, with process and count, and cost the host next to nothing.</summary>
public sealed class DenialTests : IAsyncLifetime
{
    private SeccompScene _scene = null!;

    public async Task InitializeAsync() => _scene = await SeccompScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Denied_Calls_ToldWithCommandPidAndCount()
    {
        var before = TimeProvider.System.GetUtcNow();
        var container = await _scene.RunAsync($"/calls {SeccompScene.Call("mount")} {SeccompScene.Call("mount")} {SeccompScene.Call("bpf")} {SeccompScene.Call("clone3")} i21; sleep 1000");

        var denials = await UntilAsync(container, found => found.Count == 3);

        Assert.Equal([("mount", 2L, null), ("bpf", 1, null), ("mount", 1, "SCMP_ARCH_X86")], denials.Select(denial => (denial.Call, denial.Count, denial.Architecture)));
        Assert.All(denials, denial =>
        {
            Assert.Equal(("calls", (string?)null), (denial.Command, denial.Exec));
            Assert.True(denial.Pid > 1 && denial.OuterPid > denial.Pid, $"{denial}");
            Assert.True(denial.First > before && denial.Last >= denial.First, $"{denial}");
        });
    }

    [Fact]
    public async Task Follow_NewDenial_ComesWithTheSnapshotOrAfterIt()
    {
        var container = await _scene.RunAsync($"/calls {SeccompScene.Call("mount")}; /calls wait /go; /calls {SeccompScene.Call("bpf")}; sleep 1000");
        await UntilAsync(container, found => found.Count == 1);

        using var live = _scene.Denials.Follow(container.Id);
        await File.WriteAllTextAsync($"/proc/{container.State.Pid}/root/go", "");
        var next = await live.Changes.ReadAsync().AsTask().WaitAsync(Wait.Limit);

        Assert.Equal("mount", Assert.Single(live.Snapshot).Call);
        Assert.Equal("bpf", next.Call);
    }

    [Fact]
    public async Task Denied_InAnExec_ToldWithItsId()
    {
        var container = await _scene.RunAsync("sleep 1000");
        var exec = await _scene.Engine.Containers.ExecAsync(container.Id.Value, new() { Command = ["/calls", SeccompScene.Call("mount")] });
        await _scene.Engine.Containers.WaitExecAsync(exec.Id).WaitAsync(Wait.Limit);

        var denials = await UntilAsync(container, found => found.Count == 1);

        Assert.Equal((exec.Id, "mount"), (denials[0].Exec, denials[0].Call));
    }

    [Fact]
    public async Task Denied_ByAProgramWhoseReaderIsSlow_ToldBehindItsOutput()
    {
        var container = await _scene.RunAsync("sleep 1000");
        var (exec, streams) = await _scene.Engine.Containers.ExecAttachedAsync(
            container.Id.Value, new() { Command = ["sh", "-c", $"head -c 3000000 /dev/zero; /calls {SeccompScene.Call("mount")} > /dev/null"] });
        long bytes = 0;
        await foreach (var chunk in streams.ReadAsync())
        {
            bytes += chunk.Bytes.Length;
            await Task.Yield();
        }
        await streams.DisposeAsync();
        await _scene.Engine.Containers.WaitExecAsync(exec.Id).WaitAsync(Wait.Limit);

        Assert.Equal(3_000_000, bytes);
        Assert.Equal("mount", Assert.Single(await UntilAsync(container, found => found.Count == 1)).Call);
    }

    [Fact]
    public async Task Denied_ProgramEndsAtOnce_ToldAllTheSame()
    {
        var container = await _scene.RunAsync($"/calls {SeccompScene.Call("mount")}");
        await _scene.Engine.Containers.WaitAsync(container.Id.Value).WaitAsync(Wait.Limit);

        Assert.Equal("mount", Assert.Single(await UntilAsync(container, found => found.Count == 1)).Call);
    }

    [Fact]
    public async Task Denied_BeforeTheEngineWasRestarted_StillKnown()
    {
        var container = await _scene.RunAsync($"/calls {SeccompScene.Call("mount")}; sleep 1000");
        await UntilAsync(container, found => found.Count == 1);

        await _scene.Engine.EndAsync();
        await _scene.Engine.BeginAsync();

        Assert.Equal(("mount", 1L), (await UntilAsync(container, found => found.Count == 1)).Select(denial => (denial.Call, denial.Count)).Single());
    }

    [Fact]
    public async Task Start_Anew_Forgotten()
    {
        var container = await _scene.RunAsync($"[ -e /again ] || {{ touch /again; /calls {SeccompScene.Call("mount")}; }}; sleep 1000");
        await UntilAsync(container, found => found.Count == 1);

        await _scene.Engine.Containers.RestartAsync(container.Id.Value, TimeSpan.Zero);

        Assert.Empty(_scene.Denials.Of(container.Id));
    }

    [Fact]
    public async Task Tell_Off_DeniedAndNotTold()
    {
        var container = await _scene.RunAsync($"/calls {SeccompScene.Call("mount")}", spec => spec with { Seccomp = new(Tell: false) });
        await _scene.Engine.Containers.WaitAsync(container.Id.Value).WaitAsync(Wait.Limit);

        Assert.Equal(["1"], await _scene.Engine.OutputAsync(container));
        Assert.Empty(_scene.Denials.Of(container.Id));
    }

    [Fact]
    public async Task Hammer_ManyProcesses_HostPaysLittleAndContainerPausesAndStops()
    {
        string script = string.Concat(Enumerable.Range(0, 8).Select(_ => $"/calls hammer {SeccompScene.Number("mount")} 1000 & "));
        var container = await _scene.RunAsync($"{script} wait", spec => spec with { Init = true });
        await UntilAsync(container, found => found.Sum(denial => denial.Count) > 1000);
        long shim = int.Parse(await File.ReadAllTextAsync(_scene.Engine.Paths.Shim(container.Id) + "/shim.pid"), CultureInfo.InvariantCulture);

        var clock = Stopwatch.StartNew();
        double before = CpuSeconds(shim);
        await Wait.Until(() => clock.Elapsed > TimeSpan.FromSeconds(2), "two seconds");
        double share = (CpuSeconds(shim) - before) / clock.Elapsed.TotalSeconds;
        await _scene.Engine.Containers.PauseAsync(container.Id.Value).WaitAsync(Wait.Limit);
        await _scene.Engine.Containers.ResumeAsync(container.Id.Value).WaitAsync(Wait.Limit);
        await _scene.Engine.Containers.StopAsync(container.Id.Value, TimeSpan.Zero).WaitAsync(Wait.Limit);

        Assert.True(share < 0.1 * Wait.Scale(TimeSpan.FromSeconds(1)).TotalSeconds, $"the shim takes {share:P0} of a core");
        Assert.InRange(_scene.Denials.Of(container.Id).Sum(denial => denial.Count), 1001, 1000 + 500 * (long)(clock.Elapsed + Wait.Scale(TimeSpan.FromSeconds(30))).TotalSeconds);
    }

    [Fact]
    public async Task Throttled_Process_EndsBySignal()
    {
        var container = await _scene.RunAsync($"/calls hammer {SeccompScene.Number("mount")} 1000 & sleep 1; exec 2>/dev/null; kill -TERM $!; wait $!; echo ended $?");

        await _scene.Engine.Containers.WaitAsync(container.Id.Value).WaitAsync(Wait.Limit);

        Assert.Equal(["ended 143"], await _scene.Engine.OutputAsync(container));
    }

    [Fact]
    public async Task ManyNames_TableStaysSmallAndFirstStays()
    {
        var container = await _scene.RunAsync(
            $"/calls {SeccompScene.Call("mount")}; cp /calls /c; for i in $(seq 1 150); do ln -f /c /tmp/n$i; /tmp/n$i {SeccompScene.Call("bpf")} {SeccompScene.Call("swapon")} >/dev/null; done; echo done; sleep 1000");

        var denials = await UntilAsync(container, found => found.Sum(denial => denial.Count) == 301);

        Assert.InRange(denials.Count, 90, 128);
        Assert.Equal("mount", denials[0].Call);
        Assert.Contains(denials, denial => denial is { Call: "bpf", Command: "", Count: > 50 });
    }

    private static double CpuSeconds(long pid)
    {
        string[] fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }

    private async Task<IReadOnlyList<Denial>> UntilAsync(Container container, Func<IReadOnlyList<Denial>, bool> condition)
    {
        await Wait.Until(() => condition(_scene.Denials.Of(container.Id)), () => $"denials; they are {string.Join("; ", _scene.Denials.Of(container.Id))}");
        return _scene.Denials.Of(container.Id);
    }
}
