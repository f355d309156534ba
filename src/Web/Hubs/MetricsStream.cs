using System.Runtime.CompilerServices;
using Brig.Engine.Metrics;

namespace Brig.Web.Hubs;

internal static class MetricsStream
{
    /// <summary>The past, then each tick. Only the newest matters: a viewer that is slower than the ticks misses some, and nobody waits for it.</summary>
    public static async IAsyncEnumerable<MetricsPush> Read(
        IMetrics metrics, MetricsEncoder encoder, string[]? ids, int history, TimeProvider time, [EnumeratorCancellation] CancellationToken stop)
    {
        using var live = metrics.Follow(Math.Clamp(history, 0, 600));
        foreach (var frame in live.Snapshot)
            yield return Push(frame);
        while (await live.Changes.WaitToReadAsync(stop))
        {
            MetricsFrame? newest = null;
            while (live.Changes.TryRead(out var frame))
                newest = frame;
            if (newest != null)
                yield return Push(newest);
        }

        MetricsPush Push(MetricsFrame frame) => new(encoder.Encode(frame), ids, time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
