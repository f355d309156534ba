using Brig.Engine;
using Brig.Engine.Sizing;

namespace Brig.Web.Api;

/// <summary>What containers need.</summary>
internal static class SizingRoutes
{
    public static void MapSizing(this IEndpointRouteBuilder api) =>
        api.MapGroup("/sizing").WithTags("sizing")
            .MapGet("/", (ISizing sizing, CancellationToken stop, string range = "day") => sizing.ReadAsync(Range(range), stop))
            .As("ReadSizing", "What each container really needed over the last hour, day, week or month (p50, p99, peak), what it is given, a proposal with its reasons, and how many more of it would fit on this machine.");

    private static SizingRange Range(string word) => word switch
    {
        "hour" => SizingRange.Hour,
        "day" => SizingRange.Day,
        "week" => SizingRange.Week,
        "month" => SizingRange.Month,
        _ => throw EngineException.Invalid("\"range\" must be hour, day, week or month."),
    };
}
