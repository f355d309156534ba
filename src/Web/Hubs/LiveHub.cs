using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Logs;
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
    IContainers containers, IMetrics metrics, ILogs logs, IEvents events, MetricsEncoder encoder, TerminalSessions terminals, EngineErrors errors,
    TimeProvider time) : Hub
{
    public const string Path = "/hubs/live";

    /// <param name="ids">Full ids; null: every container.</param>
    /// <param name="history">Frames of the past to begin with, at most 600.</param>
    public IAsyncEnumerable<MetricsPush> Metrics(string[]? ids, int history, CancellationToken stop)
        => Stream(MetricsStream.Read(metrics, encoder, ids, history, time, stop));

    public IAsyncEnumerable<LogPush> Logs(string id, LogStreamQuery? query, CancellationToken stop)
        => Stream(LogStream.Read(logs, id, query ?? new(), time, stop));

    public IAsyncEnumerable<ImmutableArray<EngineEvent>> Events(int tail, long after, CancellationToken stop)
        => Stream(EventStream.Read(events, tail, after, stop));

    /// <summary>What the program shows, base64; first what it showed last.</summary>
    public IAsyncEnumerable<string> Terminal(string execId, CancellationToken stop) => Stream(terminals.ReadAsync(execId, stop));

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

    private IAsyncEnumerable<T> Stream<T>(IAsyncEnumerable<T> source) => HubStreams.Limit(Context, errors, source);
}
