using System.Diagnostics;
using System.Text.Json.Nodes;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>What a restart policy does when the engine is gone for a moment, and when the whole machine was.</summary>
public sealed class RestartPolicyTests : IAsyncLifetime
{
    private EngineScene _scene = null!;

    public Task InitializeAsync()
    {
        _scene = EngineScene.Over(null);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task EngineRestarts_ThenTheMachine_EachPolicyDoesWhatItSays()
    {
        var scene = _scene;
        string always, unlessStopped, stopped, alwaysStopped, none;
        using (var brig = await BrigProcess.StartAsync(scene))
        {
            always = await RunAsync(brig, "always");
            unlessStopped = await RunAsync(brig, "unlessStopped");
            stopped = await RunAsync(brig, "unlessStopped");
            alwaysStopped = await RunAsync(brig, "always");
            none = await RunAsync(brig, "no");
            await brig.PostAsync($"containers/{stopped}/stop?grace=0");
            await brig.PostAsync($"containers/{alwaysStopped}/stop?grace=0");
            await brig.KillAsync();
        }
        await scene.BeginAsync();

        // They never noticed; what was stopped by hand stays so, but where always is asked (Docker's rule).
        Assert.All((string[])[always, unlessStopped, none], id => Assert.Equal((ContainerStatus.Running, 0), (Now(id).Status, Now(id).RestartCount)));
        Assert.Equal(ContainerStatus.Exited, Now(stopped).Status);
        await RunsAsync(alwaysStopped);
        await scene.EndAsync();

        await GoDownAsync();
        await scene.BeginAsync();

        await RunsAsync(always);
        await RunsAsync(unlessStopped);
        await RunsAsync(alwaysStopped);
        Assert.Equal(ContainerStatus.Exited, Now(stopped).Status);
        Assert.Equal((ContainerStatus.Exited, 137), (Now(none).Status, Now(none).Exit!.Code));
        Assert.Contains("the machine went down", Now(none).Error, StringComparison.Ordinal);
        await Wait.Until(async () => (await scene.OutputAsync(scene.Containers.Get(unlessStopped))).SequenceEqual(["up", "up"]), "it says for the second time that it is up");
    }

    /// <summary>The state of a start reaches the disk a moment after it was answered: what was wanted is there already.</summary>
    [Fact]
    public async Task PowerCut_RightAfterASecondStart_UnlessStoppedRunsAgain()
    {
        var scene = _scene;
        await scene.BeginAsync();
        string id = (await scene.RunAsync("exec sleep 1000", spec => spec with { Restart = new(RestartMode.UnlessStopped) })).Id.Value;
        await scene.Containers.StopAsync(id, TimeSpan.Zero);
        await scene.EndAsync();   // that it is stopped is on the disk
        using (var brig = await BrigProcess.StartAsync(scene))
        {
            await brig.PostAsync($"containers/{id}/start");
            await brig.KillAsync();
        }
        await GoDownAsync();
        await scene.BeginAsync();

        await RunsAsync(id);
    }

    private ContainerState Now(string id) => _scene.Containers.Get(id).State;

    private Task RunsAsync(string id) => _scene.UntilAsync(_scene.Containers.Get(id), container => container.State is { Status: ContainerStatus.Running, Pid: > 0 }, "its policy starts it");

    private static Task<string> RunAsync(BrigProcess brig, string policy) =>
        brig.RunAsync(new { image = "brig/busybox", command = (string[])["sh", "-c", "echo up; exec sleep 1000"], restart = new JsonObject { ["mode"] = policy } });

    /// <summary>What a reboot leaves of it all: BRIG_ROOT. No process, no cgroup, no mount, and BRIG_RUN, a tmpfs, empty.</summary>
    private async Task GoDownAsync()
    {
        foreach (string shim in Directory.GetDirectories(_scene.Run + "/shims"))
        {
            using var process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(shim + "/shim.pid"), System.Globalization.CultureInfo.InvariantCulture));
            process.Kill();
        }
        await CgroupFolders.RemoveAsync(_scene.Paths.Instance, recursive: true);
        foreach (string mount in _scene.Mounts().Select(line => line.Split(' ')[4]).Reverse())
        {
            using var umount = Process.Start("umount", ["-l", mount]);
            await umount.WaitForExitAsync();
        }
        await TempFolder.RemoveAsync(_scene.Run);
    }
}
