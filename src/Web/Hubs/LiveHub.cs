using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Isolation;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;
using Brig.Engine.Metrics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Brig.Web.Hubs;

/// <summary>
/// Everything that moves on a page: metrics, logs, events and terminals. The contract is in docs/architecture.md, "The live hub".
/// Each stream begins with what is, goes on with what changes, and costs nothing when its viewer leaves.
/// </summary>
[Authorize]
internal sealed class LiveHub(
    IContainers containers, IMetrics metrics, ILogs logs, ILogSearch search, IEvents events, IDenials denials, MetricsEncoder encoder, TerminalSessions terminals, EngineErrors errors,
    HubActivity activity, SharedTails tails, TimeProvider time) : Hub
{
    public const string Path = "/hubs/live";

    /// <param name="ids">Full ids; null: every container.</param>
    /// <param name="history">Frames of the past to begin with, at most 600.</param>
    public IAsyncEnumerable<MetricsPush> Metrics(string[]? ids, int history, CancellationToken stop)
        => Stream("metrics", MetricsStream.Read(metrics, encoder, ids, history, activity, time, stop));

    public IAsyncEnumerable<LogPush> Logs(string id, LogStreamQuery? query, CancellationToken stop)
        => Stream("logs", LogStream.Read(logs, tails, id, query ?? new(), activity, time, stop));

    /// <summary>Over the logs of all containers, removed ones too; ends when all is looked at.</summary>
    public IAsyncEnumerable<SearchPush> SearchLogs(SearchQuery? query, CancellationToken stop) => Stream("search", SearchStream.Read(search, query ?? new(), time, stop));

    /// <summary>The lines around one's address.</summary>
    public Task<LogPush> LogsAround(string id, string position, int before, int behind) => SearchStream.Around(search, id, position, before, behind, Context.ConnectionAborted);

    /// <summary>Several logs in one, the newest lines and what comes.</summary>
    public IAsyncEnumerable<FollowPush> FollowLogs(FollowQuery? query, CancellationToken stop)
        => Stream("logs", new FollowStream(logs, containers, query ?? new(), activity, time).ReadAsync(stop));

    public IAsyncEnumerable<ImmutableArray<EngineEvent>> Events(int tail, long after, CancellationToken stop)
        => Stream("events", EventStream.Read(events, tail, after, stop));

    public IAsyncEnumerable<DenialPush> Denied(string id, CancellationToken stop) => Stream("denials", DenialStream.Read(containers, denials, id, time, stop));

    /// <summary>What the program shows, base64; first what it showed last.</summary>
    public IAsyncEnumerable<string> Terminal(string execId, CancellationToken stop) => Stream("terminal", terminals.ReadAsync(execId, stop));

    /// <param name="command">Null: the first shell that the container has.</param>
    /// <returns>The exec's id.</returns>
    public Task<string> OpenTerminal(string containerId, string[]? command, int rows, int columns)
        => terminals.OpenAsync(containerId, command, rows, columns, Context.ConnectionAborted);

    public TerminalRow[] Terminals(string containerId)
        => [.. containers.ListExecs(containerId).Where(e => e.Spec.Tty).Select(TerminalRow.Of)];

    public Task TerminalInput(string execId, string text) => terminals.InputAsync(execId, text);

    public Task TerminalResize(string execId, int rows, int columns) => terminals.ResizeAsync(execId, rows, columns, Context.ConnectionAborted);

    public Task CloseTerminal(string execId) => terminals.CloseAsync(execId);

    public string AttachContainer(string containerId) => terminals.Attach(containerId);

    public override Task OnConnectedAsync()
    {
        activity.Connected();
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        activity.Disconnected();
        return base.OnDisconnectedAsync(exception);
    }

    private IAsyncEnumerable<T> Stream<T>(string kind, IAsyncEnumerable<T> source) => HubStreams.Limit(Context, errors, activity, kind, source);
}
