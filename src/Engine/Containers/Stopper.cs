using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Linux;
using Brig.Linux.Cgroups;

namespace Brig.Engine.Containers;

/// <summary>Signals, stopping, pausing.</summary>
internal sealed class Stopper(Supervisor supervisor, CgroupHost cgroups, EnginePaths paths, ImageStore images, EventLog events, TimeProvider time)
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10), KillLimit = TimeSpan.FromSeconds(30), EndLimit = TimeSpan.FromSeconds(1);

    /// <summary>Waits without the lock, so that a kill may come in between and the end can be told.</summary>
    public async Task<Container> StopAsync(ContainerEntry entry, TimeSpan? grace, CancellationToken stop, EndAsk why = EndAsk.Stop, int? signal = null, bool startsAgain = false)
    {
        var patience = grace ?? entry.Now.Spec.StopGrace ?? DefaultGrace;
        Task<ExitStatus> ended;
        ContainerRun? run;
        using (await entry.Lock.TakeAsync(stop))
        {
            var status = entry.Now.State.Status;
            LifeCycle.Next(status, Verb.Stop, entry.Now.Name);
            await supervisor.WantAsync(entry, false);
            if (status == ContainerStatus.Restarting)
            {
                return EndRestarting(entry);
            }
            ended = entry.Ended;
            run = entry.Run;
            Ask(entry, why, patience, signal, startsAgain);
            await TrySignalAsync(entry, signal ?? StopSignal(entry.Now));
            if (status == ContainerStatus.Paused)
            {
                await ThawAsync(entry);
            }
        }
        await WaitAsync(ended, patience, stop);
        if (!ended.IsCompleted)
        {
            await KillAllAsync(entry, run, ended);
        }
        events.Add(entry.Now, "stop");
        return entry.Now;
    }

    /// <summary>Ends this run as Stop does, but it is still wanted. False: it was over, or is.</summary>
    public async Task<bool> EndRunAsync(ContainerEntry entry, ContainerRun run)
    {
        Task<ExitStatus> ended;
        var patience = entry.Now.Spec.StopGrace ?? DefaultGrace;
        using (await entry.Lock.TakeAsync())
        {
            if (entry.Run != run || entry.Now.State.Status != ContainerStatus.Running)
            {
                return false;
            }
            ended = entry.Ended;
            Ask(entry, EndAsk.Unhealthy, patience);
            await TrySignalAsync(entry, StopSignal(entry.Now));
        }
        await WaitAsync(ended, patience, CancellationToken.None);
        if (!ended.IsCompleted)
        {
            await KillAllAsync(entry, run, ended);
        }
        return true;
    }

    public async Task<Container> KillAsync(ContainerEntry entry, string signal, CancellationToken stop)
    {
        int number = Signals.Parse(signal);
        using var held = await entry.Lock.TakeAsync(stop);
        LifeCycle.Next(entry.Now.State.Status, Verb.Kill, entry.Now.Name);
        if (number == Signals.SIGKILL || number == StopSignal(entry.Now))
        {
            await supervisor.WantAsync(entry, false);
        }
        entry.Asked = new(EndAsk.Kill, number, time.GetUtcNow(), TimeSpan.Zero, StartsAgain: entry.Asked is { StartsAgain: true });
        var shim = entry.Run!.Shim;
        try
        {
            await shim.SignalAsync(number, stop);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Failed)
        {
            await WaitAsync(shim.Ended, EndLimit, stop);
            throw shim.Ended.IsCompleted ? new EngineException(EngineErrorKind.Conflict, $"Container {entry.Now.Name} is not running.", e) : e;   // it has just ended
        }
        if (number == Signals.SIGKILL && entry.Now.State.Status == ContainerStatus.Paused)
        {
            await ThawAsync(entry);   // a frozen process of a v1 hierarchy dies only when it thaws
        }
        events.Add(entry.Now, "kill", ("signal", Signals.Name(number)), ("number", number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return entry.Now;
    }

    public async Task<Container> PauseAsync(ContainerEntry entry, CancellationToken stop)
    {
        using var held = await entry.Lock.TakeAsync(stop);
        var next = LifeCycle.Next(entry.Now.State.Status, Verb.Pause, entry.Now.Name);
        await CgroupAsync(entry, cgroup => cgroup.Freeze());
        entry.Pauses++;
        events.Add(entry.Now, "pause");
        return supervisor.Change(entry, state => state with { Status = next });
    }

    public async Task<Container> ResumeAsync(ContainerEntry entry, CancellationToken stop)
    {
        using var held = await entry.Lock.TakeAsync(stop);
        LifeCycle.Next(entry.Now.State.Status, Verb.Resume, entry.Now.Name);
        await ThawAsync(entry);
        events.Add(entry.Now, "resume");
        return entry.Now;
    }

    /// <summary>Kills everything in it and waits for the end. Without its lock held.</summary>
    public async Task KillAllAsync(ContainerEntry entry, ContainerRun? run, Task<ExitStatus> ended)
    {
        using (await entry.Lock.TakeAsync())
        {
            if (entry.Run == run && run is not null)
            {
                entry.Asked = entry.Asked is { } asked ? asked with { Forced = true } : new(EndAsk.Remove, Signals.SIGKILL, time.GetUtcNow(), TimeSpan.Zero);
                await TrySignalAsync(entry, Signals.SIGKILL);
                await CgroupAsync(entry, cgroup => cgroup.KillAll());
            }
        }
        await WaitAsync(ended, KillLimit, CancellationToken.None);
        if (!ended.IsCompleted)
        {
            throw EngineException.Failed($"Container {entry.Now.Name} does not end although it was killed: a process of it hangs in the kernel.");
        }
    }

    private void Ask(ContainerEntry entry, EndAsk why, TimeSpan grace, int? signal = null, bool startsAgain = false) =>
        entry.Asked = new(why, signal ?? StopSignal(entry.Now), time.GetUtcNow(), grace, Health: entry.Now.State.Health, StartsAgain: startsAgain);

    private Container EndRestarting(ContainerEntry entry)
    {
        Supervisor.CancelRestart(entry);
        var now = supervisor.Change(entry, state => state with { Status = ContainerStatus.Exited, RestartAt = null });
        entry.End(now.State.Exit ?? new ExitStatus(0, 0, false));
        events.Add(now, "stop");
        return now;
    }

    private async Task ThawAsync(ContainerEntry entry)
    {
        await CgroupAsync(entry, cgroup => cgroup.Thaw());
        supervisor.Change(entry, state => state with { Status = ContainerStatus.Running });
    }

    private async Task CgroupAsync(ContainerEntry entry, Action<Cgroup> change)
    {
        try
        {
            await Task.Run(() => change(cgroups.Open(paths.Cgroup(entry.Now))));
        }
        catch (LinuxException e)
        {
            throw EngineException.Failed($"The cgroup of container {entry.Now.Name} refused: {e.Message}.", e);
        }
    }

    private static async Task TrySignalAsync(ContainerEntry entry, int signal)
    {
        try
        {
            await entry.Run!.Shim.SignalAsync(signal);
        }
        catch (EngineException)
        {
            // It is ending by itself, or its shim is gone; killing the cgroup comes next.
        }
    }

    private int StopSignal(Container container) =>
        Signals.Parse(container.Spec.StopSignal ?? images.TryByDigest(container.ImageDigest)?.Config.StopSignal ?? "SIGTERM");

    private async Task WaitAsync(Task ended, TimeSpan limit, CancellationToken stop)
    {
        try
        {
            await ended.WaitAsync(limit, time, stop);
        }
        catch (TimeoutException)
        {
        }
    }
}
