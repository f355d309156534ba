using System.Collections.Concurrent;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Metrics;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.PostMortems;

/// <summary>Tells when the kernel killed a process of a container whose first process lives on: the sampler sees the cgroup's counter grow.</summary>
internal sealed partial class ProcessWatch(ContainerTable table, StateWriter states, Recorder recorder, OomFinder oom, PostMortemTable kept, Sampler sampler, EventLog events, TimeProvider time, ILogger<ProcessWatch> log)
{
    /// <summary>So long an end may take to be told: then the kill was of the first process, and its end tells it.</summary>
    private static readonly TimeSpan EndIsTold = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan SameKill = TimeSpan.FromSeconds(3), Quiet = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<ContainerId, (long Sequence, DateTimeOffset ToldAt)> _told = new();

    public void Open() => sampler.OomKilled += (id, first) => _ = TellAsync(id, first);

    /// <param name="first">The counter was above zero when it was first read: perhaps long ago.</param>
    private async Task TellAsync(ContainerId id, bool first)
    {
        try
        {
            await Task.Delay(EndIsTold, time);
            if (!table.TryGet(id, out var entry))
            {
                return;
            }
            using var held = await entry.Lock.TakeAsync();
            if (entry.Run is { Shim.Ended.IsCompleted: false } run && IsNews(entry, run, first))
            {
                Tell(entry);
            }
        }
        catch (Exception e)
        {
            NotTold(e, id.Short);
        }
    }

    private bool IsNews(ContainerEntry entry, ContainerRun run, bool first)
    {
        var since = entry.Now.State.StartedAt ?? time.GetUtcNow();
        var last = oom.Of(entry.Now, oom.SinceOf(new(run.Pid, since, since, null, true))).LastOrDefault();
        if (last is null)
        {
            return !first;
        }
        if (last.Victim.Pid == run.Pid || (_told.TryGetValue(entry.Id, out var told) && told.Sequence >= last.Sequence))
        {
            return false;
        }
        _told[entry.Id] = (last.Sequence, told.ToldAt);
        var at = oom.TimeOf(last);
        return !first || kept.List(one => one.Container == entry.Id && (one.At - at).Duration() < SameKill, 1).IsEmpty;
    }

    private void Tell(ContainerEntry entry)
    {
        string id = recorder.ProcessKilled(entry);
        var now = table.Replace(entry, container => container with { State = container.State with { PostMortem = id } });
        states.Changed(entry.Id);
        var told = _told.GetValueOrDefault(entry.Id);
        if (time.GetUtcNow() - told.ToldAt > Quiet)   // a pool of workers that are killed all the time is told once a minute
        {
            _told[entry.Id] = (told.Sequence, time.GetUtcNow());
            events.Add(now, "oom-kill", ("postMortem", id));
        }
        if (_told.Count > 4096)
        {
            foreach (var gone in _told.Keys.Where(one => !table.TryGet(one, out _)))
            {
                _told.TryRemove(gone, out _);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "That a process of container {Id} was killed for memory could not be told")]
    private partial void NotTold(Exception e, string id);
}
