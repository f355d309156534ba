using System.Globalization;
using Brig.Engine.Containers.Probes;
using Brig.Engine.Events;
using Brig.Engine.Isolation;
using Brig.Engine.Metrics;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Containers;

/// <summary>Starts containers, watches them, tells how they ended, and starts them again where a policy says so.</summary>
internal sealed partial class Supervisor(
    ContainerTable table, ContainerRows rows, StateWriter states, Starter starter, StartNetwork networks, IStartWatcher watcher, Remover remover, BirthFiles births, Prober prober, IEndWatcher ends,
    Sampler sampler, DenialBook denials, CgroupHost cgroups, EnginePaths paths, EventLog events, TimeProvider time, ILogger<Supervisor> log) : IDisposable
{
    private static readonly TimeSpan SampledAfter = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();

    /// <param name="again">By the verb that ended it a moment ago.</param>
    public async Task<Container> StartAsync(ContainerEntry entry, CancellationToken stop, bool again = false)
    {
        using var root = await entry.Root.TakeAsync(time, stop);
        using var held = await entry.Lock.TakeAsync(stop);
        LifeCycle.Next(entry.Now.State.Status, Verb.Start, entry.Now.Name);
        CancelRestart(entry);
        entry.Failures = 0;
        await WantAsync(entry, true);
        return await RunAsync(entry, restarts: 0, "start", again);
    }

    /// <summary>A shim that was found running: from now on it is watched as if we had started it. Under the lock, or before anybody else is there.</summary>
    public void Adopt(ContainerEntry entry, ShimConnection shim, StatusMessage status)
    {
        var run = new ContainerRun(shim, status.Pid, status.StartTicks);
        entry.ExpectEnd();
        entry.Run = run;
        entry.Wanted |= entry.Now.Spec.Restart.Mode == RestartMode.No;   // not kept without a policy
        var found = cgroups.Open(paths.Cgroup(entry.Now)).IsFrozen ? ContainerStatus.Paused : ContainerStatus.Running;
        var startedAt = FromNanoseconds(status.StartedAt);
        var health = prober.Begin(entry, run, startedAt, adopted: true);
        Change(entry, state => state with { Status = found, Pid = status.Pid, StartedAt = startedAt, Error = null, RestartAt = null, Health = health });
        Watch(entry, run, isAdopted: true);
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

    /// <summary>After its end, whatever the policy says; unless somebody stopped it, or the policy is about to start it.</summary>
    /// <exception cref="EngineException">The start failed.</exception>
    public async Task StartAgainAsync(ContainerEntry entry)
    {
        using var root = await entry.Root.TakeAsync(time);
        using var held = await entry.Lock.TakeAsync();
        if (entry.Wanted && entry.Now.State.Status == ContainerStatus.Exited && table.TryGet(entry.Id, out _) && !_stop.IsCancellationRequested)
        {
            await RunAsync(entry, entry.Now.State.RestartCount + 1, "restart");
        }
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
        await prober.StopAsync();
        foreach (var entry in table.Entries())
        {
            await entry.CleanUp;
        }
        await states.StopAsync();
    }

    public void Dispose() => _stop.Dispose();

    private async Task<Container> RunAsync(ContainerEntry entry, int restarts, string action, bool again = false)
    {
        await entry.CleanUp;
        StartedContainer started;
        try
        {
            await StartPodAsync(entry);
            await watcher.BeforeAsync(entry);
            started = await starter.StartAsync(entry.Now, [.. entry.Joining]);
            entry.Joining.Clear();
        }
        catch (StartFailedException e)
        {
            entry.Joining.ForEach(attachment => attachment.End());
            entry.Joining.Clear();
            births.Keep(entry, Task.FromResult(e.Birth));
            string? told = ends.NotStarted(entry, e.Why.Message, restarts);
            Change(entry, state => state with
            {
                Status = state.StartedAt is null ? ContainerStatus.Created : ContainerStatus.Exited, Error = e.Why.Message, RestartAt = null, RestartCount = restarts, PostMortem = told,
            });
            events.Add(entry.Now, "start-failed", WithPostMortem(told, ("error", e.Why.Message)));
            throw e.Why;
        }
        births.Keep(entry, started.Birth);
        entry.ExpectEnd();
        entry.LogTrouble = null;
        denials.Forget(entry.Id);
        entry.Run = started.Run;
        entry.Asked = null;
        var health = prober.Begin(entry, started.Run, started.StartedAt, adopted: false);
        var now = Change(entry, state => state with
        {
            Status = ContainerStatus.Running, Pid = started.Run.Pid, StartedAt = started.StartedAt, Error = null, RestartCount = restarts, RestartAt = null, Health = health,
            PostMortem = restarts > 0 ? state.PostMortem : null,
        });
        events.Add(now, action, [("image", now.Spec.Image), .. again ? [("verb", "restart")] : Array.Empty<(string, string)>()]);
        Watch(entry, started.Run);
        return now;
    }

    /// <summary>Whoever starts a container of a pod, a policy or a hand, finds its pod running.</summary>
    /// <exception cref="StartFailedException">It could not be started.</exception>
    private async Task StartPodAsync(ContainerEntry entry)
    {
        if (entry.Now.Spec.Pod is not { } id)
        {
            return;
        }
        try
        {
            if (!table.TryGet(new(id), out var pod))
            {
                throw EngineException.Conflict($"The pod of container {entry.Now.Name} was removed; create this container anew.");
            }
            using var root = await pod.Root.TakeAsync(time);
            using var held = await pod.Lock.TakeAsync();
            if (pod.Run is null)
            {
                LifeCycle.Next(pod.Now.State.Status, Verb.Start, pod.Now.Name);
                await RunAsync(pod, restarts: 0, "start");
            }
        }
        catch (EngineException e)
        {
            throw new StartFailedException(e, new BirthRecorder(time).With([]));
        }
    }

    private void Watch(ContainerEntry entry, ContainerRun run, bool isAdopted = false)
    {
        denials.Watch(entry.Id, null, run.Shim);
        run.Shim.LogTold += trouble => LogTold(entry, trouble);
        _ = WatchAsync(entry, run, isAdopted);
    }

    private async Task WatchAsync(ContainerEntry entry, ContainerRun run, bool isAdopted)
    {
        try
        {
            // What ends at once is never sampled: opening its files would take longer than its life.
            if (await Task.WhenAny(run.Shim.Ended, Task.Delay(SampledAfter, time)) != run.Shim.Ended)
            {
                Sample(entry, run, isAdopted);
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

    private void Sample(ContainerEntry entry, ContainerRun run, bool isAdopted)
    {
        try
        {
            sampler.Watch(entry.Id, cgroups.Open(paths.Cgroup(entry.Now)), run.Pid, isAdopted);
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
        entry.Attachments.Ending();
        var record = told ?? ExitFiles.TryRead(paths.Container(entry.Id));
        string? error = null;
        string? postMortem = ends.Ended(entry, new(run?.Pid ?? entry.Now.State.Pid, StartOf(record) ?? entry.Now.State.StartedAt, FinishOf(record), StatusOf(record), Seen: run is not null));
        if (record is null)
        {
            error = "Its shim was killed, or the machine went down, so the container ended with it.";
            record = new(128 + Signals.SIGKILL, Signals.SIGKILL, false, 0, 0);
        }
        entry.Run = null;
        prober.Cancel(entry.Id);
        entry.CleanUp = Task.Run(() => starter.CleanUp(entry.Now, paths.Cgroup(entry.Now), paths.Shim(entry.Id)));
        if (error is not null)
        {
            await entry.CleanUp;   // not ended before its last process is
        }
        var exit = StatusOf(record)!;
        var finished = FinishOf(record);
        var now = Change(entry, state => state with
        {
            Status = ContainerStatus.Exited, Pid = 0, FinishedAt = finished, Exit = exit, Error = error ?? state.Error, RestartAt = null, Health = null,
            StartedAt = state.StartedAt ?? StartOf(record), PostMortem = postMortem,
        });
        if (exit.OomKilled)
        {
            events.Add(now, "oom");
        }
        events.Add(now, "die", WithPostMortem(postMortem, [("exitCode", Text(exit.Code)), ("signal", Text(exit.Signal)), .. entry.Asked is { Ask: not EndAsk.Kill } asked ? [("asked", Text(asked.Signal))] : Array.Empty<(string, string)>()]));
        bool again = entry.Wanted && BackOff.Wants(now.Spec.Restart, exit, now.State.RestartCount);
        await networks.EndAsync(now, again);   // whoever sees it ended finds its ports free
        if (again)
        {
            ScheduleRestart(entry, finished - (now.State.StartedAt ?? finished));
        }
        entry.End(exit);
        sampler.Unwatch(entry.Id);
        if (run is not null)
        {
            await run.Shim.DisposeAsync();
        }
        if (now.Spec.AutoRemove && entry.Asked is not { StartsAgain: true })
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
            using var root = await entry.Root.TakeAsync(time, cancelled);
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
            events.Add(entry.Now, "log-error", ("error", trouble));
        }
    }

    private static (string Key, string Value)[] WithPostMortem(string? id, params ReadOnlySpan<(string Key, string Value)> attributes) =>
        id is null ? [.. attributes] : [.. attributes, ("postMortem", id)];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static ExitStatus? StatusOf(ExitRecord? record) => record is null ? null : new(record.Code, record.Signal, record.OomKilled);

    private static DateTimeOffset? StartOf(ExitRecord? record) => record is { StartedAt: > 0 } ? FromNanoseconds(record.StartedAt) : null;

    private DateTimeOffset FinishOf(ExitRecord? record) => record is { FinishedAt: > 0 } ? FromNanoseconds(record.FinishedAt) : time.GetUtcNow();

    private static DateTimeOffset FromNanoseconds(long nanoseconds) => Instant.FromMicroseconds(nanoseconds / 1000);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching container {Name} failed")]
    private partial void WatchFailed(Exception e, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Container {Name} could not be restarted: {Reason}")]
    private partial void RestartFailed(string name, string reason);
}
