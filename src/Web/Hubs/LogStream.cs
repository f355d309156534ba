using System.Runtime.CompilerServices;
using Brig.Engine;
using Brig.Engine.Logs;

namespace Brig.Web.Hubs;

/// <summary>As it comes from the page; the meanings are those of <see cref="LogQuery"/>.</summary>
internal sealed record LogStreamQuery(
    int? Tail = null, long? SinceMs = null, long? UntilMs = null, bool Follow = false, bool Stdout = true, bool Stderr = true, string? After = null, string? Contains = null);

internal static class LogStream
{
    /// <summary>More than this in one batch nobody can read; they are counted instead.</summary>
    public const int MaxLines = 5_000;

    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Batches, at most ten a second. A stream that follows goes on through the container's restarts, until it is removed; those that follow all of a log share the reading of what is new.</summary>
    public static async IAsyncEnumerable<LogPush> Read(
        ILogs logs, SharedTails tails, string id, LogStreamQuery query, HubActivity activity, TimeProvider time, [EnumeratorCancellation] CancellationToken stop)
    {
        var asked = ToEngine(query);
        if (!IsShared(asked))
        {
            await foreach (var batch in Paced(logs, id, asked, time, stop))
                yield return Told(batch);
            yield break;
        }
        var seen = asked.After;
        while (true)
        {
            using var seat = tails.Sit(id);
            await foreach (var batch in Paced(logs, id, asked with { Follow = false, After = seen }, time, stop))
            {
                seen = LastOf(batch) ?? seen;
                yield return Told(batch);
            }
            asked = asked with { Tail = null };   // from here on all, behind what was seen
            if (!seat.Begin(seen))
                continue;
            await foreach (var shared in seat.Batches.ReadAllAsync(stop))
            {
                var batch = shared.Batch;
                bool whole = batch.Lines.IsEmpty || seen is not { } last || batch.Lines[0].Position > last;
                if (!whole)
                    batch = batch with { Lines = batch.Lines.RemoveAll(line => line.Position <= seen!.Value) };
                if (batch.Lines.IsEmpty && (!whole || batch.Skipped == 0))
                    continue;
                seen = LastOf(batch) ?? seen;
                activity.Told(batch.Lines.Length, batch.Skipped);
                yield return whole ? new(batch, shared.Lines) : new(batch);
            }
            if (!seat.WasTooSlow)
                yield break;
        }

        LogPush Told(LogBatch batch)
        {
            activity.Told(batch.Lines.Length, batch.Skipped);
            return new(batch);
        }
    }

    /// <summary>Filters are each viewer's own.</summary>
    private static bool IsShared(LogQuery query) => query is { Follow: true, Stdout: true, Stderr: true, Since: null, Until: null, Contains: null or "", Tail: not 0 };

    private static LogPosition? LastOf(LogBatch batch) => batch.Lines.IsEmpty ? null : batch.Lines[^1].Position;

    private static async IAsyncEnumerable<LogBatch> Paced(ILogs logs, string id, LogQuery query, TimeProvider time, [EnumeratorCancellation] CancellationToken stop)
    {
        long? sent = null;
        await foreach (var batch in logs.ReadAsync(id, query, stop))
        {
            if (sent is { } last && Pace - time.GetElapsedTime(last) is { Ticks: > 0 } rest)
                await Task.Delay(rest, time, stop);
            sent = time.GetTimestamp();
            yield return batch;
        }
    }

    private static LogQuery ToEngine(LogStreamQuery query) => new()
    {
        Tail = query.Tail,
        Since = Time(query.SinceMs),
        Until = Time(query.UntilMs),
        Follow = query.Follow,
        ThroughRestarts = true,
        Stdout = query.Stdout,
        Stderr = query.Stderr,
        After = query.After is null ? null : Position(query.After),
        Contains = query.Contains,
        SkipBeyond = query.Follow ? MaxLines : null, // one who does not follow asks for a part, and stops when it has it
    };

    /// <exception cref="EngineException">Invalid.</exception>
    public static LogPosition Position(string text) => LogPosition.TryParse(text, out var position) ? position
        : throw EngineException.Invalid($"\"{text}\" is no position in a log; it looks like 3:4096.");

    public static DateTimeOffset? Time(long? milliseconds)
        => milliseconds is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())) : null;
}
