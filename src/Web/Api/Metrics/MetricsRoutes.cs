using Brig.Engine;
using Brig.Engine.Metrics;

namespace Brig.Web.Api;

internal static class MetricsRoutes
{
    /// <summary>Seconds, as many as the engine keeps.</summary>
    private const int LongestHistory = 600;

    public static void MapMetrics(this IEndpointRouteBuilder api) =>
        api.MapGet("/metrics", Metrics).WithTags("metrics").Produces<MetricsFrame>(contentType: OpenEnded.JsonLines)
            .As("Metrics", "The machine and all containers, one frame a second as JSON lines: the history that is kept, then with follow every new one.");

    public static int History(int seconds) => seconds is >= 0 and <= LongestHistory
        ? seconds
        : throw EngineException.Invalid($"\"history\" must be between 0 and {LongestHistory} seconds.");

    private static IResult Metrics(IMetrics metrics, int history = 1, bool follow = false)
    {
        int seconds = History(history);
        return OpenEnded.Answer(OpenEnded.JsonLines, (to, stop) => CopyAsync(metrics, seconds, follow, to, stop));
    }

    private static async Task CopyAsync(IMetrics metrics, int history, bool follow, Stream to, CancellationToken stop)
    {
        var lines = new JsonLines<MetricsFrame>(to);
        using var live = metrics.Follow(history);
        foreach (var frame in live.Snapshot)
        {
            await lines.WriteAsync(frame, stop);
        }
        await lines.FlushAsync(stop);
        while (follow && await live.Changes.WaitToReadAsync(stop))
        {
            while (live.Changes.TryRead(out var frame))
            {
                await lines.WriteAsync(frame, stop);
            }
            await lines.FlushAsync(stop);
        }
    }
}
