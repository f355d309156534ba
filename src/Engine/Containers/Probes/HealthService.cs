using Brig.Engine.Health;

namespace Brig.Engine.Containers.Probes;

internal sealed class HealthService(ContainerTable table, Prober prober) : IHealth
{
    public HealthReport Get(string container)
    {
        var now = table.Find(container).Now;
        return new(prober.CheckOf(now), now.State.Health, prober.Of(now.Id)?.Probing, prober.Results(now));
    }

    public async Task<ProbeResult> RunNowAsync(string container, CancellationToken stop = default)
    {
        var entry = table.Find(container);
        LifeCycle.Next(entry.Now.State.Status, Verb.Exec, entry.Now.Name);
        var loop = prober.Of(entry.Id) ?? throw EngineException.Conflict(
            prober.CheckOf(entry.Now) is null ? $"Container {entry.Now.Name} has no health check." : $"Container {entry.Now.Name} has just ended.");
        try
        {
            return await loop.ProbeAsync().WaitAsync(stop) ?? throw Interrupted(entry);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Interrupted(entry);
        }
    }

    public async Task WaitForAsync(string container, WaitCondition condition, CancellationToken stop = default)
    {
        var entry = table.Find(container);
        if (condition == WaitCondition.Healthy && prober.CheckOf(entry.Now) is null)
        {
            throw EngineException.Invalid($"Container {entry.Now.Name} has no health check, so it is never told to be healthy; wait for it to be started, or give it a check.");
        }
        while (true)
        {
            using var live = table.Follow();
            if (Holds(entry, condition))
            {
                return;
            }
            await foreach (var change in live.Changes.ReadAllAsync(stop))   // ends when we were too slow: then anew
            {
                if (change.Id == entry.Id && Holds(entry, condition))
                {
                    return;
                }
            }
        }
    }

    private bool Holds(ContainerEntry entry, WaitCondition condition)
    {
        if (!table.TryGet(entry.Id, out _))
        {
            throw EngineException.NotFound($"Container {entry.Now.Name} was removed while somebody waited for it.");
        }
        var now = entry.Now;
        bool comesAgain = now.State.Status == ContainerStatus.Restarting
            || (entry.Wanted && now.State.Exit is { } exit && BackOff.Wants(now.Spec.Restart, exit, now.State.RestartCount));
        return Conditions.Holds(condition, now, comesAgain);
    }

    private static EngineException Interrupted(ContainerEntry entry) =>
        EngineException.Conflict($"Container {entry.Now.Name} was paused or ended while it was probed, so the probe says nothing.");
}
