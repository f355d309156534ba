using System.Runtime.CompilerServices;
using Brig.Engine.Metrics;

namespace Brig.Web.Hubs;

internal static class MetricsStream
{
    /// <summary>The past, then each tick. Only the newest matters: a viewer that is slower than the ticks misses some, and nobody waits for it.</summary>
    public static async IAsyncEnumerable<MetricsPush> Read(
        IMetrics metrics, MetricsEncoder encoder, string[]? ids, int history, HubActivity activity, TimeProvider time, [EnumeratorCancellation] CancellationToken stop)
    {
        using var live = metrics.Follow(Math.Clamp(history, 0, 600));
        foreach (var frame in live.Snapshot)
            yield return Push(frame);
        long last = 0;
        while (await live.Changes.WaitToReadAsync(stop))
        {
            MetricsFrame? newest = null;
            while (live.Changes.TryRead(out var frame))
                newest = frame;
            if (newest == null)
                continue;
            long missed = last == 0 ? 0 : Math.Max(0, newest.Number - last - 1);
            last = newest.Number;
            activity.Sent(frames: 1, dropped: missed);
            yield return Push(newest, missed);
        }

        MetricsPush Push(MetricsFrame frame, long missed = 0) => new(encoder.Encode(frame), ids, time.GetUtcNow().ToUnixTimeMilliseconds(), missed);
    }
}
