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
    private const int MaxLines = 5_000;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Batches, at most ten a second. A stream that follows goes on through the container's restarts, until it is removed.</summary>
    public static async IAsyncEnumerable<LogPush> Read(ILogs logs, string id, LogStreamQuery query, TimeProvider time, [EnumeratorCancellation] CancellationToken stop)
    {
        long? sent = null;
        await foreach (var batch in logs.ReadAsync(id, ToEngine(query), stop))
        {
            if (sent is { } last && Pace - time.GetElapsedTime(last) is { Ticks: > 0 } rest)
                await Task.Delay(rest, time, stop);
            sent = time.GetTimestamp();
            yield return new(batch);
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
        After = query.After is null ? null
            : LogPosition.TryParse(query.After, out var position) ? position
            : throw EngineException.Invalid($"\"{query.After}\" is no position in a log; it looks like 3:4096."),
        Contains = query.Contains,
        SkipBeyond = query.Follow ? MaxLines : null, // one who does not follow asks for a part, and stops when it has it
    };

    private static DateTimeOffset? Time(long? milliseconds)
        => milliseconds is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())) : null;
}
