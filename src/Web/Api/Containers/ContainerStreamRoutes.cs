using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Metrics;

namespace Brig.Web.Api;

/// <summary>What flows out of a container: output, samples, its standard streams.</summary>
internal static class ContainerStreamRoutes
{
    public static void MapContainerStreams(this IEndpointRouteBuilder api)
    {
        var one = api.MapGroup("/containers/{id}").WithTags("streams");

        one.MapGet("/logs", Logs).Produces<string>(contentType: "text/plain")
            .As("ContainerLogs", "Its output as plain lines. since and until: RFC 3339, seconds since 1970, or how long ago, as 10m.");
        one.MapGet("/metrics", Metrics).Produces<TimedSample>(contentType: OpenEnded.JsonLines)
            .As("ContainerMetrics", "One sample a second as JSON lines: the history that is kept, then with follow every new one.");
        one.MapGet("/attach", AttachAsync).Produces(StatusCodes.Status101SwitchingProtocols)
            .As("AttachContainer", "A web socket on the standard streams of PID 1. Binary frames: a byte for the stream (0 in, 1 out, 2 errors), then its bytes. Text frames: {\"resize\":{\"rows\":40,\"columns\":120}} and {\"closeInput\":true}; back comes {\"skipped\":bytes} to a slow client.");
    }

    private static IResult Logs(string id, IContainers all, ILogs logs, TimeProvider time, int? tail = null, TimeParameter? since = null, TimeParameter? until = null,
        bool follow = false, bool stdout = true, bool stderr = true, bool timestamps = false, string? contains = null)
    {
        var container = all.Get(id);
        var query = new LogQuery
        {
            Tail = tail is null or >= 0 ? tail : throw EngineException.Invalid("\"tail\" must be 0 or more."),
            Since = since?.Resolve(time),
            Until = until?.Resolve(time),
            Follow = follow,
            Stdout = stdout,
            Stderr = stderr,
            Contains = string.IsNullOrEmpty(contains) ? null : contains,
        };
        return OpenEnded.Answer(OpenEnded.PlainText, (to, stop) => logs.CopyAsync(container.Id.Value, query, timestamps, to, stop));
    }

    private static IResult Metrics(string id, IContainers all, IMetrics metrics, int history = 60, bool follow = false)
    {
        var container = all.Get(id);
        return OpenEnded.Answer(OpenEnded.JsonLines, (to, stop) => ContainerStats.CopyAsync(container.Id, metrics, MetricsRoutes.History(history), follow, to, stop));
    }

    private static Task AttachAsync(HttpContext http, string id, IContainers all, Stopping stopping) =>
        AttachSocket.AnswerAsync(http, stopping, stop => all.AttachAsync(id, stop));
}
