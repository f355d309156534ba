using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Health;

namespace Brig.Engine.Stacks.Applying;

/// <summary>Whether a container that was just started is well: by its health check, and by not ending.</summary>
internal sealed class ReadyWatch(IContainers containers, IHealth health, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromMinutes(10);

    /// <summary>Returns once its check says that it is well; at once without one. One that ended with code 0 and shall not be restarted has done its work.</summary>
    /// <exception cref="EngineException">Conflict: it ended, is restarted, or is not well.</exception>
    public async Task ReadyAsync(string id, CancellationToken stop)
    {
        if (health.Get(id).Check is null)
        {
            Check(id);
            return;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var waiting = health.WaitForAsync(id, WaitCondition.Healthy, limit.Token);
        try
        {
            long begin = time.GetTimestamp();
            while (!waiting.IsCompleted)
            {
                await Task.WhenAny(waiting, Task.Delay(Look, time, stop));
                stop.ThrowIfCancellationRequested();
                Check(id);
                if (time.GetElapsedTime(begin) > Longest)
                {
                    throw EngineException.Conflict($"{Name(id)} is not healthy after {Longest.TotalMinutes:0} minutes.");
                }
            }
            await waiting;
        }
        finally
        {
            await limit.CancelAsync();
            await Task.WhenAny(waiting);
        }
    }

    /// <summary>Returns when it has been well for so long.</summary>
    /// <exception cref="EngineException">Conflict.</exception>
    public async Task StaysAsync(string id, TimeSpan monitor, CancellationToken stop)
    {
        long begin = time.GetTimestamp();
        while (Check(id) && time.GetElapsedTime(begin) is var passed && passed < monitor)
        {
            await Task.Delay(monitor - passed < Look ? monitor - passed : Look, time, stop);
        }
    }

    /// <returns>False: it has done its work.</returns>
    private bool Check(string id)
    {
        var container = containers.Get(id);
        var state = container.State;
        if (state.Health?.Status == HealthStatus.Unhealthy)
        {
            throw EngineException.Conflict($"{container.Name} is unhealthy.");
        }
        if (state is { Status: ContainerStatus.Exited, Exit.Code: 0 } && container.Spec.Restart.Mode is RestartMode.No or RestartMode.OnFailure)
        {
            return false;
        }
        return state is { Status: ContainerStatus.Running or ContainerStatus.Paused, RestartCount: 0 }
            ? true
            : throw EngineException.Conflict(state.Exit is { } exit
                ? string.Create(CultureInfo.InvariantCulture, $"{container.Name} ended with code {exit.Code}{(exit.OomKilled ? ", out of memory" : "")} soon after its start.")
                : $"{container.Name} does not run{(state.Error is { } error ? $": {error}" : ".")}");
    }

    private string Name(string id) => containers.Get(id).Name;
}
