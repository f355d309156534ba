using System.Collections.Concurrent;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Linux;
using Brig.Linux.Bpf;
using Brig.Linux.Cgroups;
using Brig.Linux.Proc;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Isolation;

/// <summary>
/// Which containers are being watched. A recording that is on follows its container over ends and starts; the counts live in the kernel, and are
/// brought to disk every ten seconds, so that a killed engine loses no more.
/// </summary>
internal sealed partial class Recorders(
    ContainerTable table, CgroupHost cgroups, EnginePaths paths, RecordingFiles files, EventLog events, TimeProvider time, ILogger<Recorders> log) : IDisposable
{
    /// <summary>Each adds its programs to every system call of the machine.</summary>
    private const int Most = 8;
    private static readonly TimeSpan Save = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ContainerId, ActiveRecording> _on = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _following = Task.CompletedTask, _saving = Task.CompletedTask;

    /// <summary>Before any container is started: those that are on. What a killed engine left open ended when it was last saved.</summary>
    public void Open()
    {
        foreach (var id in files.Having(RecordingFiles.Recording))
        {
            if (files.Read<KeptRecording>(id, RecordingFiles.Recording) is { } kept)
            {
                kept = kept.End(kept.SavedAt, SpanEnd.EngineEnded);
                if (kept.On)
                {
                    _on[id] = new(kept);
                }
                TryKeep(id, new(kept));
            }
        }
    }

    /// <summary>After the containers were adopted: those that run are watched again.</summary>
    public void Resume()
    {
        foreach (var (id, active) in _on)
        {
            if (table.TryGet(id, out var entry) && entry.Now.State.Pid > 0)
            {
                Try(entry.Now, () => Watch(active, entry.Now, cgroups.Open(paths.Cgroup(entry.Now)), fromStart: false));
            }
        }
        _following = Task.Run(FollowAsync);
        _saving = Task.Run(SaveAsync);
    }

    public Recording? Find(ContainerId id)
    {
        if (_on.TryGetValue(id, out var active))
        {
            lock (active.Gate)
            {
                return active.Now().Show(time.GetUtcNow(), active.Live is not null);
            }
        }
        return files.Read<KeptRecording>(id, RecordingFiles.Recording)?.Show(time.GetUtcNow(), watching: false);
    }

    public Recording Start(Container container, bool fromNextStart, bool keep)
    {
        var cgroup = cgroups.Open(paths.Cgroup(container));
        Check(cgroup);
        var before = keep ? files.Read<KeptRecording>(container.Id, RecordingFiles.Recording) ?? KeptRecording.Empty : KeptRecording.Empty;
        var active = new ActiveRecording(before with { On = true });
        lock (active.Gate)
        {
            if (_on.Count >= Most)
            {
                throw EngineException.Conflict($"{_on.Count} containers are being recorded, and each slows every system call of the machine a little; end one of these recordings first.");
            }
            if (!_on.TryAdd(container.Id, active))
            {
                throw EngineException.NotModified($"Container {container.Name} is already being recorded.");
            }
            try
            {
                if (container.State.Pid > 0 && !fromNextStart)
                {
                    Watch(active, container, cgroup, fromStart: false);
                }
                Keep(container.Id, active);
            }
            catch
            {
                _on.TryRemove(container.Id, out _);
                active.Live?.Dispose();
                throw;
            }
            events.Add(container, "record", ("from", active.Live is null ? "its next start" : "now"));
            return active.Now().Show(time.GetUtcNow(), active.Live is not null);
        }
    }

    public Recording Stop(Container container)
    {
        if (!_on.TryRemove(container.Id, out var active))
        {
            throw EngineException.NotModified($"Container {container.Name} is not being recorded.");
        }
        lock (active.Gate)
        {
            End(active, SpanEnd.Stopped);
            active.Kept = active.Kept with { On = false };
            Keep(container.Id, active);
            events.Add(container, "record-end");
            return active.Kept.Show(time.GetUtcNow(), watching: false);
        }
    }

    /// <summary>A start: from the first instruction of its program on. Costs a look into a table where nobody records it.</summary>
    public void Starting(Container container, Cgroup cgroup)
    {
        if (_on.TryGetValue(container.Id, out var active))
        {
            Try(container, () => Watch(active, container, cgroup, fromStart: true));
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_following, _saving);
        foreach (var (id, active) in _on)
        {
            lock (active.Gate)
            {
                End(active, SpanEnd.EngineEnded);
                TryKeep(id, active);
            }
        }
        _on.Clear();
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Also ends what was watched before: a start may be quicker than the word of the end.</summary>
    private void Watch(ActiveRecording active, Container container, Cgroup cgroup, bool fromStart)
    {
        lock (active.Gate)
        {
            End(active, SpanEnd.ContainerEnded);
            try
            {
                active.Live = UseRecorder.Start(cgroup.Entry.V2Directory!);
            }
            catch (LinuxException e)
            {
                throw EngineException.Unavailable($"This kernel does not let Brig watch system calls: {e.Message}.", e);
            }
            active.Since = container.Version;
            active.Kept = active.Kept.Begin(time.GetUtcNow(), fromStart);
            if (!fromStart)
            {
                active.Kept = active.Kept.WithPrograms(cgroup.Pids().Select(Name).OfType<string>());
            }
        }
    }

    private void End(ActiveRecording active, SpanEnd why)
    {
        if (active.Live is null)
        {
            return;
        }
        active.Kept = active.Now().End(time.GetUtcNow(), why);
        active.Live.Dispose();
        active.Live = null;
    }

    private static void Check(Cgroup cgroup)
    {
        if (cgroup.Entry.V2Directory is null)
        {
            throw EngineException.Unavailable("This machine has no cgroup v2 tree, by which the kernel knows the container's processes; mount one to record.");
        }
    }

    private async Task FollowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            using var live = table.Follow();
            foreach (var container in live.Snapshot)
            {
                Changed(container.Id, container);
            }
            try
            {
                await foreach (var change in live.Changes.ReadAllAsync(_stop.Token))
                {
                    Changed(change.Id, change.Container);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Changed(ContainerId id, Container? container)
    {
        if (!_on.TryGetValue(id, out var active) || container is { State.Pid: > 0 })
        {
            return;
        }
        lock (active.Gate)
        {
            if (container is null)
            {
                _on.TryRemove(id, out _);
                active.Live?.Dispose();
                active.Live = null;
            }
            else if (container.Version > active.Since && active.Live is not null)
            {
                End(active, SpanEnd.ContainerEnded);
                TryKeep(id, active);
            }
        }
    }

    private async Task SaveAsync()
    {
        using var timer = new PeriodicTimer(Save, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                foreach (var (id, active) in _on)
                {
                    lock (active.Gate)
                    {
                        if (active.Live is not null)
                        {
                            TryKeep(id, active);
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The engine ends; what is left is saved by who ends it.
        }
    }

    private void Keep(ContainerId id, ActiveRecording active) => files.Write(id, RecordingFiles.Recording, active.Now() with { SavedAt = time.GetUtcNow() });

    private void TryKeep(ContainerId id, ActiveRecording active)
    {
        try
        {
            Keep(id, active);
        }
        catch (EngineException e)
        {
            NotKept(id.Short, e.Message);
        }
    }

    private void Try(Container container, Action watch)
    {
        try
        {
            watch();
        }
        catch (EngineException e)
        {
            events.Add(container, "record-failed", ("error", e.Message));
        }
    }

    private static string? Name(int pid) => ProcFile.Read(pid, "comm");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The recording of container {Id} could not be saved: {Reason}")]
    private partial void NotKept(string id, string reason);
}
