using System.Collections.Immutable;
using Brig.Engine.Logs;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Alerts.Watching;

/// <summary>
/// Once a second, what those wrote whose lines a rule wants: each is read once, however many rules. Of one that wrote more than <see cref="Most"/> lines since the last time the rest is
/// skipped, and its rules say so, so that one that babbles costs no more than another. Used by one at a time.
/// </summary>
internal sealed partial class LogWatch(AlertDesk desk, ILogs logs, TimeProvider time, ILogger<LogWatch> log)
{
    private const int Most = 5_000, MostBatches = 4;

    private readonly Dictionary<string, LogPosition> _behind = [];

    /// <param name="sources">Those that run, and those that ended since the last time.</param>
    public async Task ReadAsync(ImmutableArray<Watch> watches, IReadOnlyCollection<AlertSource> sources, CancellationToken stop)
    {
        Watch[] wanting = [.. watches.Where(watch => watch.Matches is not null)];
        foreach (string gone in _behind.Keys.Except(wanting.Length == 0 ? [] : sources.Select(source => source.Id)).ToArray())
        {
            _behind.Remove(gone);
        }
        foreach (var source in wanting.Length == 0 ? [] : sources)
        {
            Watch[] readers = [.. wanting.Where(watch => source.IsIn(watch.Spec.Scope))];
            if (readers.Length == 0)
            {
                _behind.Remove(source.Id);
                continue;
            }
            try
            {
                await ReadAsync(source, readers, stop);
            }
            catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
            {
                _behind.Remove(source.Id);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                NotRead(source.Name, e.Message);    // begun anew the next time
            }
        }
    }

    /// <summary>From where it was left; one that was not read yet as far back as a rule counts, so that what was written while no engine was there counts too.</summary>
    private async Task ReadAsync(AlertSource source, Watch[] readers, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var query = _behind.TryGetValue(source.Id, out var after)
            ? new LogQuery { After = after, SkipBeyond = Most }
            : new LogQuery { Since = now - readers.Max(watch => watch.Spec.Log!.Within), SkipBeyond = Most };
        int batches = 0;
        await foreach (var batch in logs.ReadAsync(source.Id, query, stop))
        {
            Match(source, readers, batch, now);
            if (++batches == MostBatches)
            {
                break;      // the next second goes on here
            }
        }
    }

    private void Match(AlertSource source, Watch[] readers, LogBatch batch, DateTimeOffset now)
    {
        foreach (var line in batch.Lines)
        {
            var at = DateTimeOffset.UnixEpoch.AddTicks(line.Nanoseconds / 100);
            var age = now > at ? now - at : TimeSpan.Zero;
            foreach (var watch in readers)
            {
                // What was there before the rule was is not its business.
                if (at >= watch.Since && age <= watch.Spec.Log!.Within && (watch.Spec.Log.Output is not { } output || output == line.Stream) && watch.Matches!(line.Text))
                {
                    desk.Count(watch, source, line.Text, desk.Now - age);
                }
            }
        }
        if (batch.Skipped > 0 && _behind.ContainsKey(source.Id))
        {
            desk.Skipped(readers, source, batch.Skipped);
        }
        if (batch.Lines.Length > 0)
        {
            _behind[source.Id] = batch.Lines[^1].Position;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alerts could not read what {Name} wrote: {Reason}")]
    private partial void NotRead(string name, string reason);
}
