using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Brig.Engine.Logs.Search;

/// <summary>
/// One search under way.
/// <code>
/// 1. containers wait in a queue, by the newest (oldest) time they can hold; one whose turn it is, is divided into pieces, which wait in the same queue
/// 2. pieces are looked through by as many threads as there are cores, which all searches share
/// 3. what was found is told when nothing that comes before it can be found any more
/// </code>
/// So the first lines come at once, in order, and memory holds no more lines than were asked for. It works while its reader reads, and ends with it.
/// </summary>
internal sealed class SearchRun(LogSearch search, ImmutableArray<LogSource> sources, LogFolders folders, SemaphoreSlim cores, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100), FirstPace = TimeSpan.FromMilliseconds(20);

    /// <summary>An expression may be slow at every line, and a reader may stop reading: neither shall hold its place for ever.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Characters of lines that wait to be told.</summary>
    private const long MostText = 8 * 1024 * 1024;

    /// <summary>How far a clock may have been set back while lines beyond the end are still looked for.</summary>
    private const long ClockStep = 60_000_000_000;

    private readonly bool _oldestFirst = search.Order == SearchOrder.Oldest;
    private readonly long _from = Nanoseconds(search.From) ?? long.MinValue, _to = Nanoseconds(search.To) ?? long.MaxValue;
    private readonly FoundPlace? _behind = search.After is { Length: > 0 } after ? FoundPlace.Parse(after) : null;
    private readonly FoundOrder _order = new(sources, search.Order == SearchOrder.Oldest);
    private readonly PriorityQueue<Work, long> _queue = new();
    private readonly ConcurrentBag<UnitScanner> _scanners = [];
    private readonly Dictionary<Task<Outcome>, long> _running = [];
    private readonly FoundTeller _teller = new(sources, folders);
    private readonly Histogram _histogram = new(search is { From: { } from, To: { } to } ? Math.Max(0, (to - from).Ticks) * 100 : 0);
    private readonly List<Hit> _waiting = [];
    private int _left = search.Limit;
    private bool _cut;
    private long _looked, _total, _found, _gone, _foundTold = -1;
    private FoundPlace? _last;

    /// <summary>A container to divide, or a piece to look through.</summary>
    private readonly record struct Work(int Source, SearchUnit? Unit);

    private sealed record Outcome(int Source, List<SearchUnit>? Units, SearchUnit? Unit, UnitFindings? Findings);

    public async IAsyncEnumerable<LogSearchBatch> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        using var late = new CancellationTokenSource(Longest, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            for (int source = 0; source < sources.Length; source++)
                Enqueue(source);
            long told = time.GetTimestamp();
            bool isFirst = true;
            while (_running.Count > 0 || (_queue.Count > 0 && !HasEnough))
            {
                while (_running.Count < Environment.ProcessorCount && !HasEnough && _queue.TryDequeue(out var work, out long bound))
                    _running.Add(Task.Run(() => DoAsync(work, ended.Token), ended.Token), bound);
                var done = await Task.WhenAny(_running.Keys);
                _running.Remove(done);
                if (late.IsCancellationRequested)
                    throw EngineException.Unavailable($"The search ran for {Longest.TotalMinutes:0} minutes without coming to its end; narrow it by time or containers, or make its expression simpler.");
                Take(await done);
                var since = time.GetElapsedTime(told);
                if (since < Pace && !(isFirst && since > FirstPace && Ready() > 0))
                    continue;
                yield return Batch(done: false);
                told = time.GetTimestamp();
                isFirst = false;
                stop.ThrowIfCancellationRequested();
            }
            yield return Batch(done: true);
        }
        finally
        {
            await ended.CancelAsync();
            await ((Task)Task.WhenAll(_running.Keys)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal static long? Nanoseconds(DateTimeOffset? at)
        => at is { } when ? Math.Clamp((when - DateTimeOffset.UnixEpoch).Ticks, 0, (long.MaxValue - 2 * ClockStep) / 100) * 100 : null;

    private bool HasEnough => _left == 0 && !search.Count;

    private void Enqueue(int source)
    {
        long oldest = Nanoseconds(sources[source].CreatedAt)!.Value, newest = Nanoseconds(sources[source].RemovedAt) ?? long.MaxValue - ClockStep;
        if (sources[source].RemovedAt is not null && (oldest - ClockStep > _to || newest + ClockStep < _from))
            return;
        _total += sources[source].Bytes;
        _queue.Enqueue(new(source, null), Priority(oldest, newest));
    }

    /// <summary>The queue gives the least first.</summary>
    private long Priority(long low, long high) => _oldestFirst ? low : ~high;

    private async Task<Outcome> DoAsync(Work work, CancellationToken stop)
    {
        await cores.WaitAsync(stop);
        try
        {
            var id = sources[work.Source].Id;
            if (work.Unit is not { } unit)
                return new(work.Source, UnitPlanner.Plan(folders.Of(id), work.Source, _from, _to, Nanoseconds(sources[work.Source].RemovedAt ?? time.GetUtcNow())!.Value, _oldestFirst), null, null);
            using var segment = Open(id, unit.File);
            if (segment is null)
                return new(work.Source, null, unit, null);
            if (!_scanners.TryTake(out var scanner))
                scanner = new(new(search), search, _from, _to);
            var findings = scanner.Scan(segment, unit, new(_left, _oldestFirst, _behind, _order, _histogram.Step), stop);
            _scanners.Add(scanner);
            return new(work.Source, null, unit, findings);
        }
        finally
        {
            cores.Release();
        }
    }

    /// <summary>Null: rotated or thrown away. A container may be removed between two pieces: then its files are elsewhere.</summary>
    private LogSegment? Open(Brig.Engine.Containers.ContainerId id, int file)
        => LogSegment.TryOpen(LogFiles.PathOf(folders.Of(id), file), file) ?? LogSegment.TryOpen(LogFiles.PathOf(folders.Of(id), file), file);

    private void Take(Outcome outcome)
    {
        if (outcome.Units is { } units)
        {
            _total -= sources[outcome.Source].Bytes; // that was a guess
            foreach (var each in units)
                if (_behind is not { } place || (_oldestFirst ? each.High >= place.Key : each.Low <= place.Key))
                {
                    _queue.Enqueue(new(each.Source, each), Priority(each.Low, each.High));
                    _total += each.Length;
                }
            return;
        }
        if (outcome.Findings is not { } findings)
        {
            _gone += outcome.Unit!.Value.Length;
            return;
        }
        _looked += findings.Looked;
        _found += findings.Found;
        if (findings.Histogram is { } histogram)
            _histogram.Add(histogram);
        _waiting.AddRange(findings.Hits);
        if (_waiting.Count > 2 * _left + 256)
            Prune();
    }

    /// <summary>Lines that will never be told need not wait.</summary>
    private void Prune()
    {
        _waiting.Sort(_order);
        long text = 0;
        int keep = 0;
        while (keep < _waiting.Count && keep < _left && text < MostText)
            text += _waiting[keep++].Text!.Length;
        if (text >= MostText)
            _left = keep; // what has no room is not told; the next search goes on there
        _cut |= keep < _waiting.Count;
        _waiting.RemoveRange(keep, _waiting.Count - keep);
    }

    private LogSearchBatch Batch(bool done)
    {
        int ready = Ready(); // all of them when it is done
        var hits = _waiting.GetRange(0, ready);
        _waiting.RemoveRange(0, ready);
        _left -= ready;
        _last = ready > 0 ? _order.Place(hits[^1]) : _last;
        bool isNew = _foundTold != _found;
        _foundTold = _found;
        var (told, lines) = _teller.Tell(hits);
        bool more = done && _left == 0 && (_cut || _found > search.Limit || !search.Count);
        return new(told, lines, new(_looked, Math.Max(_total, _looked + _gone), _found, _gone), isNew ? _histogram.Told() : null, done, more ? _last?.ToString() : null);
    }

    /// <summary>How many of those that wait come before all that may still be found.</summary>
    private int Ready()
    {
        Prune();
        long next = _queue.TryPeek(out _, out long bound) ? bound : long.MaxValue;
        foreach (long running in _running.Values)
            next = Math.Min(next, running);
        int ready = 0;
        while (ready < _waiting.Count && Priority(_waiting[ready].Key, _waiting[ready].Key) < next)
            ready++;
        return ready;
    }
}
