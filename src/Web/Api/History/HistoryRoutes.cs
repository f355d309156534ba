using System.Collections.Immutable;
using Brig.Engine.History;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

internal static class HistoryRoutes
{
    public static void MapHistory(this IEndpointRouteBuilder api)
    {
        var history = api.MapGroup("/history").WithTags("history");
        history.MapGet("/", ReadAsync).As("ReadHistory",
            "What was measured from one time to another (milliseconds since 1970), as columns of min, avg and max at from + i × step. source: machine, a container's id or name, stack:NAME, service:STACK/SERVICE, name:NAME, label:KEY=VALUE. metric: a column of the live data.");
        history.MapGet("/sources", (IHistory engine) => TypedResults.Ok(engine.Sources())).As("ListHistorySources", "Everything that has a history, removed containers too.");
        history.MapGet("/marks", MarksAsync).As("ListHistoryMarks",
            "What happened, for the time axis: create, start, restart, exit, oom, stop, kill, pause, resume, remove, limits, throttled, health, deploy, alert. Without source: of all, but for throttled.");
        history.MapGet("/state", (IHistory engine) => TypedResults.Ok(engine.State)).As("HistoryState", "How much history is kept, and why it is not, if it is not.");
    }

    private static async Task<Ok<HistoryAnswer>> ReadAsync(IHistory history, long from, long to, CancellationToken stop, [FromQuery] string[]? source = null, [FromQuery] string[]? metric = null, int points = HistoryQuery.UsualPoints) =>
        TypedResults.Ok(await history.ReadAsync(new([.. source ?? []], [.. metric ?? []], from, to, points), stop));

    private static async Task<Ok<ImmutableArray<HistoryMark>>> MarksAsync(IHistory history, long from, long to, CancellationToken stop, [FromQuery] string[]? source = null, int points = HistoryQuery.UsualPoints) =>
        TypedResults.Ok(await history.MarksAsync(new([.. source ?? []], from, to, points), stop));
}
