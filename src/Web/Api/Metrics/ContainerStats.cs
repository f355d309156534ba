using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Web.Api;

/// <summary>One container's sample and when it was read.</summary>
internal sealed record TimedSample(DateTimeOffset At, ContainerSample Sample);

/// <summary>One container out of everybody's frames.</summary>
internal static class ContainerStats
{
    /// <summary>Sampling is a second apart; a new container is in the second frame at the latest.</summary>
    private const int FramesToTry = 3;

    /// <summary>From a frame read after it was asked for, because with nobody following the newest may be old.</summary>
    /// <exception cref="EngineException">Conflict: it does not run, so there is nothing to read.</exception>
    public static async Task<TimedSample> NewestAsync(Container container, IMetrics metrics, CancellationToken stop)
    {
        if (container.State.Status is ContainerStatus.Running or ContainerStatus.Paused)
        {
            using var live = metrics.Follow(0);
            for (int i = 0; i < FramesToTry; i++)
            {
                if (Of(container.Id, await live.Changes.ReadAsync(stop)) is { } sample)
                {
                    return sample;
                }
            }
        }
        throw EngineException.Conflict($"{container.Name} does not run, so it uses nothing that could be measured.");
    }

    public static async Task CopyAsync(ContainerId id, IMetrics metrics, int history, bool follow, Stream to, CancellationToken stop)
    {
        var lines = new JsonLines<TimedSample>(to);
        using var live = metrics.Follow(history);
        foreach (var frame in live.Snapshot)
        {
            await WriteAsync(frame);
        }
        await lines.FlushAsync(stop);
        while (follow && await live.Changes.WaitToReadAsync(stop))
        {
            while (live.Changes.TryRead(out var frame))
            {
                await WriteAsync(frame);
            }
            await lines.FlushAsync(stop);
        }

        async Task WriteAsync(MetricsFrame frame)
        {
            if (Of(id, frame) is { } sample)
            {
                await lines.WriteAsync(sample, stop);
            }
        }
    }

    private static TimedSample? Of(ContainerId id, MetricsFrame frame) =>
        frame.Containers.FirstOrDefault(sample => sample.Id == id) is { } found ? new TimedSample(frame.At, found) : null;
}
