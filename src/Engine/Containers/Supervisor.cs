using System.Globalization;
using Brig.Engine.Events;
using Brig.Engine.Metrics;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Containers;

/// <summary>Starts containers, watches them, tells how they ended, and starts them again where a policy says so.</summary>
internal sealed partial class Supervisor(
    ContainerTable table, ContainerRows rows, StateWriter states, Starter starter, Remover remover, BirthFiles births,
    Sampler sampler, CgroupHost cgroups, EnginePaths paths, EventLog events, TimeProvider time, ILogger<Supervisor> log) : IDisposable
{
    private static readonly TimeSpan SampledAfter = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();

    public async Task<Container> StartAsync(ContainerEntry entry, CancellationToken stop)
    {
        using var held = await entry.Lock.TakeAsync(stop);
        LifeCycle.Next(entry.Now.State.Status, Verb.Start, entry.Now.Name);
        CancelRestart(entry);
        entry.Failures = 0;
        await WantAsync(entry, true);
        return await RunAsync(entry, restarts: 0, "start");
    }

    /// <summary>A shim that was found running: from now on it is watched as if we had started it. Under the lock, or before anybody else is there.</summary>
    public void Adopt(ContainerEntry entry, ShimConnection shim, StatusMessage status)
    {
        var run = new ContainerRun(shim, status.Pid, status.StartTicks);
        entry.ExpectEnd();
        entry.Run = run;
        var found = cgroups.Open(paths.Cgroup(entry.Id)).IsFrozen ? ContainerStatus.Paused : ContainerStatus.Running;
        Change(entry, state => state with { Status = found, Pid = status.Pid, StartedAt = FromNanoseconds(status.StartedAt), Error = null, RestartAt = null });
        Watch(entry, run);
    }

    /// <summary>An end nobody saw: while no engine was there. Under the lock, or before anybody else is there.</summary>
    public Task EndUnseenAsync(ContainerEntry entry) => EndAsync(entry, entry.Run, null);

    /// <summary>Remembers, where a policy asks for it, whether it shall run.</summary>
    public async Task WantAsync(ContainerEntry entry, bool wanted)
    {
        if (entry.Wanted == wanted)
        {
            return;
        }
        if (entry.Now.Spec.Restart.Mode != RestartMode.No)
        {
            await rows.WantedAsync(entry.Id, wanted);
        }
        entry.Wanted = wanted;
    }

    public static void CancelRestart(ContainerEntry entry)
    {
        entry.Restart?.Cancel();
        entry.Restart?.Dispose();
        entry.Restart = null;
    }

    public Container Change(ContainerEntry entry, Func<ContainerState, ContainerState> change)
    {
        var now = table.Replace(entry, container => container with { State = change(container.State) });
        states.Changed(entry.Id);
        return now;
    }

    /// <summary>Containers go on; nothing is started any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        foreach (var entry in table.Entries())
        {
            await entry.CleanUp;
        }
        await states.StopAsync();
    }

    public void Dispose() => _stop.Dispose();

    private async Task<Container> RunAsync(ContainerEntry entry, int restarts, string action)
    {
        await entry.CleanUp;
        StartedContainer started;
        try
        {
            started = await starter.StartAsync(entry.Now);
        }
        catch (StartFailedException e)
        {
            births.Keep(entry, Task.FromResult(e.Birth));
            Change(entry, state => state with
            {
                Status = state.StartedAt is null ? ContainerStatus.Created : ContainerStatus.Exited, Error = e.Why.Message, RestartAt = null, RestartCount = restarts,
            });
            events.Add("container", "start-failed", entry.Id.Value, entry.Now.Name, ("error", e.Why.Message));
            throw e.Why;
        }
        births.Keep(entry, started.Birth);
        entry.ExpectEnd();
        entry.LogTrouble = null;
        entry.Run = started.Run;
        var now = Change(entry, state => state with
        {
            Status = ContainerStatus.Running, Pid = started.Run.Pid, StartedAt = started.StartedAt, Error = null, RestartCount = restarts, RestartAt = null,
        });
        events.Add("container", action, entry.Id.Value, now.Name, ("image", now.Spec.Image));
        Watch(entry, started.Run);
        return now;
    }

    private void Watch(ContainerEntry entry, ContainerRun run)
    {
        run.Shim.LogTold += trouble => LogTold(entry, trouble);
        _ = WatchAsync(entry, run);
    }

    private async Task WatchAsync(ContainerEntry entry, ContainerRun run)
    {
        try
        {
            // What ends at once is never sampled: opening its files would take longer than its life.
            if (await Task.WhenAny(run.Shim.Ended, Task.Delay(SampledAfter, time)) != run.Shim.Ended)
            {
                Sample(entry, run);
            }
            var status = await run.Shim.Ended;
            if (_stop.IsCancellationRequested)
            {
                return;
            }
            using var held = await entry.Lock.TakeAsync();
            if (status is null && await TryAdoptAgainAsync(entry))
            {
                return;
            }
            await EndAsync(entry, run, status?.Exit);
        }
        catch (Exception e)
        {
            WatchFailed(e, entry.Now.Name);
        }
    }

    private void Sample(ContainerEntry entry, ContainerRun run)
    {
        try
        {
            sampler.Watch(entry.Id, cgroups.Open(paths.Cgroup(entry.Id)), run.Pid);
        }
        catch (Exception e) when (e is LinuxException or IOException)
        {
            WatchFailed(e, entry.Now.Name);   // without numbers, but its end is still waited for
        }
    }

    /// <summary>The connection broke, not the shim.</summary>
    private async Task<bool> TryAdoptAgainAsync(ContainerEntry entry)
    {
        if (File.Exists(paths.Container(entry.Id) + "/exit"))
        {
            return false;
        }
        try
        {
            var shim = await ShimConnection.ConnectAsync(paths.Shim(entry.Id), _stop.Token);
            Adopt(entry, shim, await shim.HelloAsync(_stop.Token));
            return true;
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or EngineException or IOException or LinuxException)
        {
            return false;
        }
    }

    /// <summary>Under the lock: the exit is on disk, or nobody was left to write one.</summary>
    private async Task EndAsync(ContainerEntry entry, ContainerRun? run, ExitRecord? told)
    {
        var record = told ?? ExitFiles.TryRead(paths.Container(entry.Id));
        string? error = null;
        if (record is null)
        {
            error = "Its shim was killed, or the machine went down, so the container ended with it.";
            record = new(128 + Signals.SIGKILL, Signals.SIGKILL, false, 0, 0);
        }
        entry.Run = null;
        entry.CleanUp = Task.Run(() => starter.CleanUp(paths.Cgroup(entry.Id), paths.Shim(entry.Id)));
        if (error is not null)
        {
            await entry.CleanUp;   // not ended before its last process is
        }
        var exit = new ExitStatus(record.Code, record.Signal, record.OomKilled);
        var finished = record.FinishedAt > 0 ? FromNanoseconds(record.FinishedAt) : time.GetUtcNow();
        var now = Change(entry, state => state with
        {
            Status = ContainerStatus.Exited, Pid = 0, FinishedAt = finished, Exit = exit, Error = error ?? state.Error, RestartAt = null,
            StartedAt = state.StartedAt ?? (record.StartedAt > 0 ? FromNanoseconds(record.StartedAt) : null),
        });
        if (exit.OomKilled)
        {
            events.Add("container", "oom", entry.Id.Value, now.Name);
        }
        events.Add("container", "die", entry.Id.Value, now.Name, ("exitCode", exit.Code.ToString(CultureInfo.InvariantCulture)), ("signal", exit.Signal.ToString(CultureInfo.InvariantCulture)));
        if (entry.Wanted && BackOff.Wants(now.Spec.Restart, exit, now.State.RestartCount))
        {
            ScheduleRestart(entry, finished - (now.State.StartedAt ?? finished));
        }
        entry.End(exit);
        sampler.Unwatch(entry.Id);
        if (run is not null)
        {
            await run.Shim.DisposeAsync();
        }
        if (now.Spec.AutoRemove)
        {
            await remover.RemoveHeldAsync(entry);
        }
        else if (entry.Now.State.Status == ContainerStatus.Restarting)
        {
            entry.ExpectEnd();
        }
    }

    public void ScheduleRestart(ContainerEntry entry, TimeSpan ran)
    {
        CancelRestart(entry);
        (var wait, entry.Failures) = BackOff.After(ran, entry.Failures);
        Change(entry, state => state with { Status = LifeCycle.Next(ContainerStatus.Exited, Verb.AwaitRestart, entry.Now.Name), RestartAt = time.GetUtcNow() + wait });
        entry.Restart = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _ = RestartLaterAsync(entry, wait, entry.Restart.Token);
    }

    private async Task RestartLaterAsync(ContainerEntry entry, TimeSpan wait, CancellationToken cancelled)
    {
        try
        {
            await Task.Delay(wait, time, cancelled);
            using var held = await entry.Lock.TakeAsync(cancelled);
            cancelled.ThrowIfCancellationRequested();
            int restarts = entry.Now.State.RestartCount + 1;
            try
            {
                await RunAsync(entry, restarts, "restart");
            }
            catch (EngineException e)
            {
                // A start that fails is an end like another, as far as the policy goes.
                var failed = new ExitStatus(127, 0, false);
                if (entry.Wanted && BackOff.Wants(entry.Now.Spec.Restart, failed, restarts))
                {
                    ScheduleRestart(entry, TimeSpan.Zero);
                }
                else
                {
                    entry.End(entry.Now.State.Exit ?? failed);
                }
                RestartFailed(entry.Now.Name, e.Message);
            }
        }
        catch (OperationCanceledException)
        {
            // Started, stopped or removed by hand meanwhile; or the engine ends.
        }
        catch (Exception e)
        {
            WatchFailed(e, entry.Now.Name);
        }
    }

    private void LogTold(ContainerEntry entry, string? trouble)
    {
        if (entry.LogTrouble == trouble)
        {
            return;
        }
        entry.LogTrouble = trouble;
        Change(entry, state => state with { Error = trouble });
        if (trouble is not null)
        {
            events.Add("container", "log-error", entry.Id.Value, entry.Now.Name, ("error", trouble));
        }
    }

    private static DateTimeOffset FromNanoseconds(long nanoseconds) => Instant.FromMicroseconds(nanoseconds / 1000);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching container {Name} failed")]
    private partial void WatchFailed(Exception e, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Container {Name} could not be restarted: {Reason}")]
    private partial void RestartFailed(string name, string reason);
}
