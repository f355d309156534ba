using System.Collections.Immutable;
using Brig.Engine.Alerts.Watching;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.History;
using Brig.Engine.Logs;

namespace Brig.Engine.Alerts;

/// <summary>When a rule would have fired: the same <see cref="AlertState"/>, over what history, events and logs remember.</summary>
internal sealed class AlertPreviewer(IHistory history, IEvents events, ILogs logs, IContainers containers, TimeProvider time)
{
    private const int MostPoints = 20_000, SourcesAtOnce = 20, MostSpans = 500, MostLogSources = 50;
    private const long MostLines = 2_000_000;
    private static readonly TimeSpan s_farthest = TimeSpan.FromDays(32);

    /// <exception cref="EngineException">Invalid: the range makes no sense.</exception>
    public async Task<AlertPreview> LookAsync(AlertSpec spec, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        to = to > now ? now : to;
        if (from >= to || to - from > s_farthest)
        {
            throw EngineException.Invalid("A preview looks at a time that has been, begins before it ends, and is 32 days at most.");
        }
        return spec switch
        {
            { Metric: { } metric } => await LookAtMetricAsync(spec, metric, from, to, stop),
            { Event: not null } => await LookAtEventsAsync(spec, from, to, stop),
            _ => await LookAtLogsAsync(spec, from, to, stop),
        };
    }

    private async Task<AlertPreview> LookAtMetricAsync(AlertSpec spec, MetricCondition metric, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        var measure = Measure.Of(metric, spec.Scope.Machine);
        long begin = from.ToUnixTimeMilliseconds(), end = to.ToUnixTimeMilliseconds();
        AlertSource[] sources = [.. history.Sources()
            .Where(source => source.To is null || (source.To >= begin && source.From <= end))
            .Select(source => source.Id == HistorySource.Machine ? AlertSource.Machine : new AlertSource(source.Id, source.Name, source.Image ?? "", source.Labels))
            .Where(source => source.IsIn(spec.Scope))];
        var spans = new List<AlertPreviewSpan>();
        double whole = double.NaN;
        double step = 0;
        ImmutableArray<string> metrics = [metric.Metric, .. measure.Limit is { } limit ? [limit] : Array.Empty<string>()];
        if (measure.Whole is { } machine)
        {
            var of = await history.ReadAsync(new([HistorySource.Machine], [machine], begin, end, 1), stop);
            whole = of.Series.Length > 0 ? of.Series[0].Max.LastOrDefault(double.IsFinite, double.NaN) : double.NaN;
        }
        foreach (var some in sources.Chunk(SourcesAtOnce))
        {
            var answer = await history.ReadAsync(new([.. some.Select(source => source.Id)], metrics, begin, end, Math.Min(MostPoints, HistoryQuery.MostNumbers / 3 / SourcesAtOnce / metrics.Length)), stop);
            step = Math.Max(step, answer.Step / 1000.0);
            foreach (var source in some)
            {
                if (spans.Count >= MostSpans || answer.Series.FirstOrDefault(one => one.Source == source.Id && one.Metric == metric.Metric) is not { } values)
                {
                    continue;
                }
                var limits = measure.Limit is null ? null : answer.Series.FirstOrDefault(one => one.Source == source.Id && one.Metric == measure.Limit);
                spans.AddRange(Spans(spec, metric, measure, source, answer, values, limits, whole));
            }
        }
        return new(from, to, step > 0 ? step : null, [.. spans.Take(MostSpans)], sources.Length == 0 ? "Nothing the rule is about has a history in that time." : spans.Count > MostSpans ? $"The first {MostSpans} are told." : null);
    }

    private static IEnumerable<AlertPreviewSpan> Spans(AlertSpec spec, MetricCondition metric, Measure measure, AlertSource source, HistoryAnswer answer, HistorySeries values, HistorySeries? limits, double whole)
    {
        // A rolled up value that must hold for longer than its step is its average; one that may be a moment is its extreme.
        double[] chosen = spec.For.TotalMilliseconds > answer.Step ? values.Avg : metric.Side == AlertSide.Above ? values.Max : values.Min;
        var points = Enumerable.Range(0, chosen.Length).Select(i =>
        {
            double value = measure.Of(chosen[i], limits?.Avg[i] ?? double.NaN, whole);
            return (At: DateTimeOffset.FromUnixTimeMilliseconds(answer.From + (i * answer.Step)), IsSo: double.IsNaN(value) ? (bool?)null : metric.Side == AlertSide.Above ? value > metric.Threshold : value < metric.Threshold, Value: value);
        });
        return Spans(spec, source, points);
    }

    private async Task<AlertPreview> LookAtEventsAsync(AlertSpec spec, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        var wanted = spec.Event!;
        var all = await events.ListAsync(since: from - wanted.Within, until: to, limit: int.MaxValue, stop: stop);
        var spans = new List<AlertPreviewSpan>();
        foreach (var ofOne in all.Where(happened => happened.Kind is "container" or "pod").GroupBy(happened => happened.Subject))
        {
            var source = Source(ofOne.Key, ofOne.Last().Name);
            if (!source.IsIn(spec.Scope))
            {
                continue;
            }
            spans.AddRange(wanted.What == AlertEvent.Unhealthy
                ? Spans(spec, source, Seconds(ofOne.Where(happened => happened.Action is "health_status" or "die").Select(happened => (happened.At, (bool?)(EventWatch.Kind(happened) == AlertEvent.Unhealthy), 1.0)), to))
                : Spans(spec, source, Counted([.. ofOne.Where(happened => EventWatch.Kind(happened) == wanted.What).Select(happened => happened.At)], wanted.Count, wanted.Within, to)));
        }
        var oldest = all.IsEmpty ? (DateTimeOffset?)null : all[0].At;
        return new(from, to, null, [.. spans.Where(span => span.To is null || span.To >= from).OrderBy(span => span.From).Take(MostSpans)],
            oldest > from && all.Length >= EventLog.Kept ? $"Events are kept back to {oldest:u}." : null);
    }

    private async Task<AlertPreview> LookAtLogsAsync(AlertSpec spec, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        var wanted = spec.Log!;
        var matches = AlertChecks.Matcher(wanted);
        AlertSource[] sources = [.. containers.List().Select(AlertSource.Of).Where(source => source.IsIn(spec.Scope))];
        var spans = new List<AlertPreviewSpan>();
        long lines = 0;
        string? note = sources.Length > MostLogSources ? $"The output of the first {MostLogSources} of {sources.Length} containers was looked at." : null;
        foreach (var source in sources.Take(MostLogSources))
        {
            var found = new List<DateTimeOffset>();
            var query = new LogQuery { Since = from - wanted.Within, Until = to, Stdout = wanted.Output is null or OutputStream.Stdout, Stderr = wanted.Output is null or OutputStream.Stderr };
            await foreach (var batch in logs.ReadAsync(source.Id, query, stop))
            {
                lines += batch.Lines.Length;
                found.AddRange(batch.Lines.Where(line => matches(line.Text)).Select(line => DateTimeOffset.UnixEpoch.AddTicks(line.Nanoseconds / 100)));
                if (lines > MostLines)
                {
                    note = $"The first {MostLines} lines were looked at.";
                    break;
                }
            }
            spans.AddRange(Spans(spec, source, Counted(found, wanted.Count, wanted.Within, to)));
            if (lines > MostLines)
            {
                break;
            }
        }
        return new(from, to, null, [.. spans.Where(span => span.To is null || span.To >= from).OrderBy(span => span.From).Take(MostSpans)], note);
    }

    /// <summary>From when so many were within the time, and until when.</summary>
    private static IEnumerable<(DateTimeOffset At, bool? IsSo, double Value)> Counted(List<DateTimeOffset> times, int count, TimeSpan within, DateTimeOffset to)
    {
        var changes = new List<(DateTimeOffset At, bool? IsSo, double Value)>();
        for (int i = count - 1; i < times.Count; i++)
        {
            if (times[i] - times[i - count + 1] <= within)
            {
                var end = times[i - count + 1] + within;
                if (changes.Count > 0 && changes[^1].At >= times[i])
                {
                    changes.RemoveAt(changes.Count - 1);    // the time of the one before is not over
                }
                else
                {
                    changes.Add((times[i], true, count));
                }
                changes.Add((end, false, 0));
            }
        }
        return Seconds(changes, to);
    }

    /// <summary>What changed, as one point a second around every change: a state machine that waits for time to pass needs no more of them.</summary>
    private static IEnumerable<(DateTimeOffset At, bool? IsSo, double Value)> Seconds(IEnumerable<(DateTimeOffset At, bool? IsSo, double Value)> changes, DateTimeOffset to)
    {
        (DateTimeOffset At, bool? IsSo, double Value)? last = null;
        foreach (var change in changes.Append((to, (bool?)null, 0)))
        {
            if (last is { } before)
            {
                for (int second = 1; second <= AlertState.Clear.TotalSeconds + 1 && before.At.AddSeconds(second) < change.At; second++)
                {
                    yield return (before.At.AddSeconds(second), before.IsSo, before.Value);
                }
                if (change.At > before.At)
                {
                    yield return (change.At.AddTicks(-1), before.IsSo, before.Value);
                }
            }
            if (change.IsSo is not null)
            {
                yield return change;
            }
            last = change;
        }
    }

    private static IEnumerable<AlertPreviewSpan> Spans(AlertSpec spec, AlertSource source, IEnumerable<(DateTimeOffset At, bool? IsSo, double Value)> points)
    {
        var side = spec.Metric?.Side ?? AlertSide.Above;
        var state = AlertState.Quiet(TimeSpan.Zero);
        DateTimeOffset? begin = null;
        double worst = double.NaN;
        foreach (var (at, isSo, value) in points)
        {
            var next = state.Step(isSo, value, side, spec.For, at - DateTimeOffset.UnixEpoch);
            if (next.IsTold && !state.IsTold)
            {
                begin = at;
            }
            if (next.IsTold)
            {
                worst = next.Worst;
            }
            if (!next.IsTold && begin is { } from)
            {
                yield return new(source.Id, source.Name, from, at, worst);
                begin = null;
            }
            state = next;
        }
        if (begin is { } open)
        {
            yield return new(source.Id, source.Name, open, null, worst);
        }
    }

    private AlertSource Source(string id, string name)
    {
        try
        {
            return AlertSource.Of(containers.Get(id));
        }
        catch (EngineException)
        {
            return new(id, name, "", ImmutableDictionary<string, string>.Empty);
        }
    }
}
