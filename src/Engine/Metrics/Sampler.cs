using System.Collections.Concurrent;
using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Linux.Cgroups;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Metrics;

/// <summary>
/// Reads every watched container and the machine once a second, for all who look, the history first of all. One timer for everything. While no
/// container is watched and nobody follows, it reads nothing.
/// </summary>
public sealed partial class Sampler(EngineOptions options, TimeProvider time, ILogger<Sampler> log) : BackgroundService, IMetrics, ICounters
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>After an engine that was killed every tenth of a second more is one that history has not; rates over less than this say little.</summary>
    private static readonly TimeSpan FirstPeriod = TimeSpan.FromMilliseconds(150);

    /// <summary>Then those are read that are there: one shim that hangs is not to leave a gap in the history of all.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<ContainerId, Watched> _watched = new();
    private readonly FrameRing _ring = new();
    private readonly Machine _machine = new(options.Root, time);
    private long _frames;

    /// <summary>All containers that ran are watched again: the first tick comes at once, and then one each second.</summary>
    internal void Begin() => _begun.TrySetResult();

    public MetricsFrame? Latest => _ring.Latest;

    /// <summary>Its cgroup counted a kill for memory since the tick before; true: at its first tick, so that nobody knows when. Called by the sampler's one loop: return at once.</summary>
    internal event Action<ContainerId, bool>? OomKilled;

    public Live<MetricsFrame, MetricsFrame> Follow(int history = 60) => _ring.Follow(history);

    /// <summary>All that the ring has, and every tick from now also for a reader that is minutes behind: for the history, which has no gaps.</summary>
    internal Live<MetricsFrame, MetricsFrame> FollowAll() => _ring.Follow(FrameRing.Capacity, FrameRing.Capacity);

    /// <summary>From now on this container is in every frame. Call it anew when it was started anew. Never throws.</summary>
    /// <param name="pid">Of PID 1 as the host sees it: whose network interfaces are read.</param>
    /// <param name="isAdopted">It ran before: what it has used until now is read at once, so that the next tick knows rates.</param>
    public void Watch(ContainerId id, Cgroup cgroup, int pid, bool isAdopted = false)
    {
        Unwatch(id);
        var watched = new Watched(id, cgroup, pid);
        if (isAdopted)
        {
            Read(watched);
        }
        _watched[id] = watched;
    }

    /// <summary>Lets go of its files. Call it before the cgroup is removed.</summary>
    public void Unwatch(ContainerId id)
    {
        if (_watched.TryRemove(id, out Watched? watched))
        {
            watched.Dispose();
        }
    }

    /// <summary>Its limits were changed: they are read anew at the next tick.</summary>
    public void Refresh(ContainerId id)
    {
        if (_watched.TryGetValue(id, out Watched? watched))
        {
            watched.Refresh();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAny(_begun.Task, Task.Delay(LongestStart, time, stoppingToken));
            _machine.Read();   // what its first rates are counted from
            using PeriodicTimer timer = new(FirstPeriod, time);
            await timer.WaitForNextTickAsync(stoppingToken);
            timer.Period = Period;
            do
            {
                Tick();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            _ring.Complete();
        }
    }

    /// <summary>One frame, or nothing when nobody needs it.</summary>
    internal void Tick()
    {
        if (_watched.IsEmpty && !_ring.HasFollowers)
        {
            _machine.Forget();
            return;
        }
        try
        {
            long began = time.GetTimestamp();
            DateTimeOffset at = time.GetUtcNow();
            var samples = ImmutableArray.CreateBuilder<ContainerSample>(_watched.Count);
            foreach (KeyValuePair<ContainerId, Watched> each in _watched)
            {
                if (Read(each.Value) is { } sample)
                {
                    samples.Add(sample);
                }
                else if (_watched.TryRemove(each))
                {
                    each.Value.Dispose();   // its cgroup is gone
                }
            }
            _ring.Add(new(at, _machine.Read(), samples.DrainToImmutable()) { Number = ++_frames });
            Worked(time.GetElapsedTime(began));
        }
        catch (Exception e)
        {
            TickFailed(e);
        }
    }

    private ContainerSample? Read(Watched watched)
    {
        try
        {
            var sample = watched.Read(time);
            if (sample is not null && watched.TakeOom() is { } first)
            {
                OomKilled?.Invoke(sample.Id, first);
            }
            return sample;
        }
        catch (Exception e)
        {
            ReadFailed(e);
            return null;
        }
    }

    public override void Dispose()
    {
        foreach (ContainerId id in _watched.Keys)
        {
            Unwatch(id);
        }
        _machine.Dispose();
        _machineTotals.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A tick of the sampler failed; the next one comes in a second")]
    private partial void TickFailed(Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "A container could not be read and is no longer watched")]
    private partial void ReadFailed(Exception e);
}
