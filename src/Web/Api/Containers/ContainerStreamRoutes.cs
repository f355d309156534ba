using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;
using Brig.Engine.Metrics;

namespace Brig.Web.Api;

/// <summary>What flows out of a container: output, samples, its standard streams.</summary>
internal static class ContainerStreamRoutes
{
    public static void MapContainerStreams(this IEndpointRouteBuilder api)
    {
        var one = api.MapGroup("/containers/{id}").WithTags("streams");

        one.MapGet("/logs", LogsAsync).Produces<string>(contentType: "text/plain")
            .As("ContainerLogs", "Its output as plain lines. since and until: RFC 3339, seconds or milliseconds since 1970, or how long ago, as 10m. around: a line's position; then as JSON lines that one, before lines above it and behind lines below it.");
        one.MapGet("/metrics", Metrics).Produces<TimedSample>(contentType: OpenEnded.JsonLines)
            .As("ContainerMetrics", "One sample a second as JSON lines: the history that is kept, then with follow every new one.");
        one.MapGet("/attach", AttachAsync).Produces(StatusCodes.Status101SwitchingProtocols)
            .As("AttachContainer", "A web socket on the standard streams of PID 1. Binary frames: a byte for the stream (0 in, 1 out, 2 errors), then its bytes. Text frames: {\"resize\":{\"rows\":40,\"columns\":120}} and {\"closeInput\":true}; back comes {\"skipped\":bytes} to a slow client.");
    }

    private static async Task<IResult> LogsAsync(HttpContext http, string id, IContainers all, ILogs logs, ILogSearch search, TimeProvider time, CancellationToken aborted, int? tail = null, TimeParameter? since = null, TimeParameter? until = null,
        bool follow = false, bool stdout = true, bool stderr = true, bool timestamps = false, string? contains = null,
        string? around = null, int before = 50, int behind = 50)
    {
        if (around is not null)
            return await AroundAsync(id, search, around, before, behind, aborted);
        var (container, name) = Find(id, all, search);
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
        http.Response.Headers.ContentDisposition = $"inline; filename=\"{name}.log\"";
        return OpenEnded.Answer(OpenEnded.PlainText, (to, stop) => logs.CopyAsync(container, query, timestamps, to, stop));
    }

    /// <summary>Of one that is removed too, while its log is kept.</summary>
    private static (string Id, string Name) Find(string idOrName, IContainers all, ILogSearch search)
    {
        try
        {
            var container = all.Get(idOrName);
            return (container.Id.Value, container.Name);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound && search.Removed(idOrName) is not null)
        {
            var removed = search.Removed(idOrName)!;
            return (removed.Id.Value, removed.Name);
        }
    }

    private static async Task<IResult> AroundAsync(string id, ILogSearch search, string around, int before, int behind, CancellationToken aborted)
    {
        if (!LogPosition.TryParse(around, out var position))
            throw EngineException.Invalid($"\"{around}\" is no position in a log; it looks like 3:4096.");
        var found = await search.AroundAsync(id, position, before, behind, aborted);
        return OpenEnded.Answer(OpenEnded.JsonLines, async (to, stop) =>
        {
            var lines = new JsonLines<LogLineAnswer>(to);
            foreach (var line in found)
                await lines.WriteAsync(LogLineAnswer.Of(line), stop);
        });
    }

    private static IResult Metrics(string id, IContainers all, IMetrics metrics, int history = 60, bool follow = false)
    {
        var container = all.Get(id);
        return OpenEnded.Answer(OpenEnded.JsonLines, (to, stop) => ContainerStats.CopyAsync(container.Id, metrics, MetricsRoutes.History(history), follow, to, stop));
    }

    private static Task AttachAsync(HttpContext http, string id, IContainers all, Stopping stopping) =>
        AttachSocket.AnswerAsync(http, stopping, stop => all.AttachAsync(id, stop));
}
