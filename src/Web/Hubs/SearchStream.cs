using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;

namespace Brig.Web.Hubs;

/// <summary>As it comes from the page; the meanings are those of <see cref="LogSearch"/>.</summary>
internal sealed record SearchQuery(
    string? Text = null, string? Regex = null, bool MatchCase = false, string? Not = null, bool Invert = false, string[]? Sources = null, long? FromMs = null, long? ToMs = null,
    string[]? Levels = null, int? Output = null, string[]? Fields = null, string? Order = null, int? Limit = null, bool? Count = null, string? After = null);

internal static class SearchStream
{
    /// <summary>Few searches run at once; a page that does not read would keep its place from the others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async IAsyncEnumerable<SearchPush> Read(
        ILogSearch logs, SearchQuery query, TimeProvider time, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var batch in Impatient.Read(logs.SearchAsync(ToEngine(query), stop), Patience, time, stop))
            yield return new(batch);
    }

    public static async Task<LogPush> Around(ILogSearch logs, string id, string position, int before, int behind, CancellationToken stop)
        => new(new LogBatch(await logs.AroundAsync(id, LogStream.Position(position), before, behind, stop), 0));

    private static LogSearch ToEngine(SearchQuery query) => new()
    {
        Text = query.Text,
        Regex = query.Regex,
        MatchCase = query.MatchCase,
        Not = query.Not,
        Invert = query.Invert,
        Sources = [.. query.Sources ?? []],
        From = LogStream.Time(query.FromMs),
        To = LogStream.Time(query.ToMs),
        Levels = [.. (query.Levels ?? []).Select(LevelWords.Parse)],
        Output = query.Output switch { null => null, 1 => OutputStream.Stdout, 2 => OutputStream.Stderr, _ => throw EngineException.Invalid("\"output\" must be 1 (stdout) or 2 (stderr).") },
        Fields = [.. query.Fields ?? []],
        Order = query.Order switch { null or "newest" => SearchOrder.Newest, "oldest" => SearchOrder.Oldest, _ => throw EngineException.Invalid("\"order\" must be newest or oldest.") },
        Limit = query.Limit ?? 500,
        Count = query.Count ?? true,
        After = query.After,
    };
}
