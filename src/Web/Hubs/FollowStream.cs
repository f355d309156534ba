using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs;

namespace Brig.Web.Hubs;

/// <param name="Sources">As those of a search; empty or null: all.</param>
/// <param name="Tail">Lines of each container to begin with; null: fewer the more there are.</param>
/// <param name="After">By id, the last line of each that the page has: it comes back after a break.</param>
internal sealed record FollowQuery(string[]? Sources = null, int? Tail = null, Dictionary<string, string>? After = null);

/// <summary>The last lines of several containers and what they write from now, merged by time, through their restarts; also of those that are made meanwhile.</summary>
internal sealed class FollowStream(ILogs logs, IContainers containers, FollowQuery query, HubActivity activity, TimeProvider time)
{
    /// <summary>More than this in one batch nobody can read; they are counted instead.</summary>
    private const int MaxLines = 5_000;
    private const int MostTail = 1_000, LeastTail = 20, TailOfAll = 2_000;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100), Pause = TimeSpan.FromMilliseconds(250);

    // Their readers wait while the page is slower, and then leave out and count what is more than a batch.
    private readonly Channel<(int Source, Container? New, LogBatch? Batch)> _read = Channel.CreateBounded<(int, Container?, LogBatch?)>(
        new BoundedChannelOptions(32) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private readonly FollowSources _wanted = new(query.Sources ?? []);
    private readonly Dictionary<ContainerId, Task> _readers = [];

    public async IAsyncEnumerable<FollowPush> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = WatchAsync(ends.Token);
        try
        {
            long? sent = null;
            while (await _read.Reader.WaitToReadAsync(stop))
            {
                if (sent is { } last && Pace - time.GetElapsedTime(last) is { Ticks: > 0 } rest)
                    await Task.Delay(rest, time, stop);
                sent = time.GetTimestamp();
                var push = Take();
                activity.Told(push.Lines.Length, push.Skipped);
                yield return push;
            }
            await watch; // tells what was wrong
        }
        finally
        {
            await ends.CancelAsync();
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private FollowPush Take()
    {
        var sources = ImmutableArray.CreateBuilder<Container>();
        var lines = new List<FollowedLine>();
        long skipped = 0;
        while (lines.Count < MaxLines && _read.Reader.TryRead(out var one))
        {
            if (one.New is not null)
                sources.Add(one.New);
            foreach (var line in one.Batch?.Lines ?? [])
                lines.Add(new(one.Source, line));
            skipped += one.Batch?.Skipped ?? 0;
        }
        return new(sources.DrainToImmutable(), [.. lines.OrderBy(line => line.Line.Nanoseconds)], skipped); // stable: a container's own order stays
    }

    /// <summary>A reader for each container that is wanted, now and later. Ends when it is told to, or when one could not be read for a reason that is none of a removal.</summary>
    private async Task WatchAsync(CancellationToken stop)
    {
        int tail = query.Tail ?? Math.Clamp(TailOfAll / Math.Max(1, containers.List().Count(_wanted.Includes)), LeastTail, MostTail);
        try
        {
            while (true)
            {
                using var live = containers.Follow();
                foreach (var container in live.Snapshot)
                    await BeginAsync(container, tail, stop);
                tail = MostTail;
                while (await live.Changes.WaitToReadAsync(stop))
                    while (live.Changes.TryRead(out var change))
                        if (change.Container is { } container)
                            await BeginAsync(container, tail, stop);
                await Task.Delay(Pause, time, stop); // we were too slow for the feed: it is followed anew
            }
        }
        catch (Exception e)
        {
            await Task.WhenAll(_readers.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _read.Writer.TryComplete(e is OperationCanceledException ? null : e);
        }
    }

    private async Task BeginAsync(Container container, int tail, CancellationToken stop)
    {
        if (!_wanted.Includes(container) || _readers.ContainsKey(container.Id))
            return;
        int number = _readers.Count;
        await _read.Writer.WriteAsync((number, container, null), stop); // before its lines
        _readers.Add(container.Id, CopyAsync(number, container.Id.Value, tail, stop));
    }

    private async Task CopyAsync(int number, string id, int tail, CancellationToken stop)
    {
        var after = query.After?.GetValueOrDefault(id);
        var wanted = new LogQuery
        {
            Follow = true,
            ThroughRestarts = true,
            SkipBeyond = MaxLines,
            After = LogPosition.TryParse(after, out var position) ? position : null,
            Tail = after is null ? tail : null,
        };
        try
        {
            await foreach (var batch in logs.ReadAsync(id, wanted, stop))
                await _read.Writer.WriteAsync((number, null, batch), stop);
        }
        catch (EngineException)
        {
            // It was removed; the others go on.
        }
    }
}
