using System.Collections.Concurrent;
using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Linux.Cgroups;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Metrics;

/// <summary>
/// Reads every watched container and the machine once a second, for all who look. One timer for everything. While no
/// container is watched and nobody follows, it reads nothing.
/// </summary>
public sealed partial class Sampler(EngineOptions options, TimeProvider time, ILogger<Sampler> log) : BackgroundService, IMetrics
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ContainerId, Watched> _watched = new();
    private readonly FrameRing _ring = new();
    private readonly Machine _machine = new(options.Root);

    public MetricsFrame? Latest => _ring.Latest;

    public Live<MetricsFrame, MetricsFrame> Follow(int history = 60) => _ring.Follow(history);

    /// <summary>From now on this container is in every frame. Call it anew when it was started anew. Never throws.</summary>
    /// <param name="pid">Of PID 1 as the host sees it: whose network interfaces are read.</param>
    public void Watch(ContainerId id, Cgroup cgroup, int pid)
    {
        Unwatch(id);
        _watched[id] = new Watched(id, cgroup, pid);
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
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Tick();
            }
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
            _ring.Add(new(at, _machine.Read(), samples.DrainToImmutable()));
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
            return watched.Read(time);
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
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A tick of the sampler failed; the next one comes in a second")]
    private partial void TickFailed(Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "A container could not be read and is no longer watched")]
    private partial void ReadFailed(Exception e);
}
