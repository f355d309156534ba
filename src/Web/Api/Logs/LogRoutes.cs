using System.IO.Compression;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs.Search;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

/// <summary>The logs of all containers at once.</summary>
internal static class LogRoutes
{
    private const string Narrowing =
        " source: a container's name or id, stack:NAME, service:STACK/NAME, label:KEY or label:KEY=VALUE; field: status=500, duration>100, path~/api; both as often as you like. "
        + "from and to: RFC 3339, seconds or milliseconds since 1970, or how long ago, as 10m. level: error,fatal. output: 1 or 2.";

    /// <summary>Both hold one of the few places: a client that takes nothing for so long gives it back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly ProducesResponseTypeMetadata Busy = new(StatusCodes.Status429TooManyRequests, typeof(Problem), ["application/problem+json"]);

    public static void MapLogs(this IEndpointRouteBuilder api)
    {
        var logs = api.MapGroup("/logs").WithTags("logs");
        logs.MapGet("/", Search).Produces<FoundLineAnswer>(contentType: OpenEnded.JsonLines).WithMetadata(Busy)
            .As("SearchLogs", "Lines of all containers, removed ones too, as JSON lines; they come while it searches." + Narrowing);
        logs.MapGet("/download", Download).Produces<string>(contentType: "text/plain").WithMetadata(Busy)
            .As("DownloadLogs", "All lines that a search finds, oldest first, as text or jsonl, packed with gz=true." + Narrowing);
        logs.MapGet("/sources", (ILogSearch search) => TypedResults.Ok(search.Sources()))
            .As("ListLogSources", "Whose logs there are: containers, and removed ones whose logs are kept.");
        logs.MapDelete("/{id}", ForgetAsync).Produces(StatusCodes.Status204NoContent)
            .As("ForgetLog", "Throws the kept log of a removed container away.");
    }

    private static async Task<IResult> ForgetAsync(string id, ILogSearch search)
    {
        await search.ForgetAsync(id);
        return TypedResults.NoContent();
    }

    private static IResult Search(HttpContext http, [AsParameters] LogParameters query, ILogSearch search, TimeProvider time,
        string order = "newest", int limit = 500, string? after = null)
    {
        var wanted = query.Read(time) with
        {
            Order = order switch { "newest" => SearchOrder.Newest, "oldest" => SearchOrder.Oldest, _ => throw EngineException.Invalid("\"order\" must be newest or oldest.") },
            Limit = limit,
            Count = false,
            After = after,
        };
        var searching = search.Begin(wanted);
        http.Response.RegisterForDispose(searching);
        return OpenEnded.Answer(OpenEnded.JsonLines, (to, stop) => FoundLineAnswer.CopyAsync(searching, to, stop), Patience);
    }

    private static IResult Download(HttpContext http, [AsParameters] LogParameters query, ILogSearch search, TimeProvider time, string format = "text", bool gz = false)
    {
        var kind = format switch { "text" => LogDownload.Text, "jsonl" => LogDownload.JsonLines, _ => throw EngineException.Invalid("\"format\" must be text or jsonl.") };
        var searching = search.Begin(query.Read(time), isDownload: true);
        http.Response.RegisterForDispose(searching);
        string name = $"logs-{time.GetUtcNow():yyyyMMdd-HHmmss}.{(kind == LogDownload.Text ? "log" : "jsonl")}{(gz ? ".gz" : "")}";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return OpenEnded.Answer(gz ? "application/gzip" : kind == LogDownload.Text ? OpenEnded.PlainText : OpenEnded.JsonLines, async (to, stop) =>
        {
            if (!gz)
            {
                await searching.CopyAsync(kind, to, stop);
                return;
            }
            await using var packed = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
            await searching.CopyAsync(kind, packed, stop);
        }, Patience);
    }
}

/// <summary>How a search is said in an address.</summary>
internal sealed class LogParameters
{
    [FromQuery(Name = "text")]
    public string? Text { get; init; }

    [FromQuery(Name = "regex")]
    public string? Regex { get; init; }

    [FromQuery(Name = "matchCase")]
    public bool? MatchCase { get; init; }

    [FromQuery(Name = "not")]
    public string? Not { get; init; }

    [FromQuery(Name = "invert")]
    public bool? Invert { get; init; }

    [FromQuery(Name = "source")]
    public string[]? Source { get; init; }

    [FromQuery(Name = "from")]
    public TimeParameter? From { get; init; }

    [FromQuery(Name = "to")]
    public TimeParameter? To { get; init; }

    [FromQuery(Name = "level")]
    public string? Level { get; init; }

    [FromQuery(Name = "output")]
    public int? Output { get; init; }

    [FromQuery(Name = "field")]
    public string[]? Field { get; init; }


    public LogSearch Read(TimeProvider time) => new()
    {
        Text = Text,
        Regex = Regex,
        MatchCase = MatchCase ?? false,
        Not = Not,
        Invert = Invert ?? false,
        Sources = [.. Source ?? []],
        From = From?.Resolve(time),
        To = To?.Resolve(time),
        Levels = [.. (Level ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(LevelWords.Parse)],
        Output = OutputOf(Output),
        Fields = [.. Field ?? []],
    };

    public static OutputStream? OutputOf(int? number) => number switch
    {
        null => null,
        1 => OutputStream.Stdout,
        2 => OutputStream.Stderr,
        _ => throw EngineException.Invalid("\"output\" must be 1 (stdout) or 2 (stderr)."),
    };
}
