using System.Collections.Immutable;
using Brig.Engine.State;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Events;

/// <summary>
/// What happened: the newest 10,000 in memory, from where they are read; written to the database in batches a few
/// milliseconds later, so that no verb waits for them.
/// </summary>
internal sealed partial class EventLog : IEvents, IDisposable
{
    public const int Kept = 10_000;
    private const int Unwritten = 1_000;
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(50), AfterFailure = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Queue<EngineEvent> _kept = new();
    private readonly Feed<EngineEvent> _feed;
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Store _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private long _sequence, _written;
    private Task _writer = Task.CompletedTask;

    public EventLog(Store store, TimeProvider time, ILogger<EventLog> log)
    {
        _feed = new(_gate);
        (_store, _time, _log) = (store, time, log);
    }

    /// <summary>Reads what was kept and begins to write what comes. Once, before anything is added.</summary>
    public void Open()
    {
        foreach (var row in _store.Read(db => db.Events.OrderByDescending(row => row.Sequence).Take(Kept).ToList()).AsEnumerable().Reverse())
        {
            _kept.Enqueue(row.ToEvent());
        }
        // A killed engine may have shown events that it had not written yet: their numbers are not given again.
        _sequence = _written = _kept.Count == 0 ? 0 : _kept.Last().Sequence + Unwritten;
        _writer = Task.Run(WriteAsync);
    }

    public void Tell(string kind, string action, string subject, string name, params ReadOnlySpan<(string Key, string Value)> attributes) => Add(kind, action, subject, name, attributes);

    public void Tell(EventActor actor, string kind, string action, string subject, string name, params ReadOnlySpan<(string Key, string Value)> attributes) => Add(actor, kind, action, subject, name, attributes);

    public void Add(string kind, string action, string subject, string name, params ReadOnlySpan<(string Key, string Value)> attributes) => Add(null, kind, action, subject, name, attributes);

    /// <param name="actor">The container or image it is about.</param>
    public void Add(EventActor? actor, string kind, string action, string subject, string name, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
        var all = ImmutableDictionary<string, string>.Empty;
        foreach (var (key, value) in attributes)
        {
            all = all.SetItem(key, value);
        }
        lock (_gate)
        {
            var happened = new EngineEvent(++_sequence, _time.GetUtcNow(), kind, action, subject, name, all) { Actor = actor };
            _kept.Enqueue(happened);
            if (_kept.Count > Kept)
            {
                _kept.Dequeue();
            }
            _feed.Publish(happened);
            if (_work.CurrentCount == 0)
            {
                _work.Release();
            }
        }
    }

    public Live<EngineEvent, EngineEvent> Follow(int tail = 200, long after = 0)
    {
        lock (_gate)
        {
            var wanted = after > 0 ? _kept.Where(e => e.Sequence > after) : _kept.TakeLast(Math.Clamp(tail, 0, Kept));
            return _feed.Follow([.. wanted]);
        }
    }

    public Task<ImmutableArray<EngineEvent>> ListAsync(DateTimeOffset? since = null, DateTimeOffset? until = null, string? kind = null, string? subject = null, int limit = 1000, CancellationToken stop = default)
    {
        EngineEvent[] all;
        lock (_gate)
        {
            all = [.. _kept];
        }
        return Task.FromResult<ImmutableArray<EngineEvent>>([.. all
            .Where(e => (since is null || e.At >= since) && (until is null || e.At < until)
                && (kind is null || e.Kind == kind) && (subject is null || e.Subject == subject || e.Name == subject))
            .TakeLast(Math.Max(0, limit))]);
    }

    /// <summary>Ends the followers and writes what is left.</summary>
    public async Task StopAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return; // the host's stop was here before the container of services
        }
        lock (_gate)
        {
            _feed.End();
        }
        await _stop.CancelAsync();
        await _writer;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _work.Dispose();
    }

    private async Task WriteAsync()
    {
        for (bool last = false; !last;)
        {
            try
            {
                await _work.WaitAsync(_stop.Token);
                await Task.Delay(Batch, _time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                // What is left is written below, then the loop ends.
            }
            last = _stop.IsCancellationRequested;   // looked at before the write: what came during one is written by another
            if (!await TryWriteBatchAsync())
            {
                await Task.Delay(AfterFailure, _time, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                lock (_gate)
                {
                    if (_work.CurrentCount == 0)
                    {
                        _work.Release();
                    }
                }
            }
        }
    }

    private async Task<bool> TryWriteBatchAsync()
    {
        EngineEvent[] batch;
        lock (_gate)
        {
            batch = [.. _kept.Where(e => e.Sequence > _written)];
        }
        if (batch.Length == 0)
        {
            return true;
        }
        try
        {
            await _store.WriteAsync(db =>
            {
                db.Events.AddRange(batch.Select(e => e.ToRow()));
                if (batch[0].Sequence / 1000 != batch[^1].Sequence / 1000 || _written == 0)
                {
                    long oldest = batch[^1].Sequence - Kept;
                    db.Events.Where(row => row.Sequence <= oldest).ExecuteDelete();
                }
            });
            _written = batch[^1].Sequence;
            return true;
        }
        catch (EngineException e)
        {
            NotWritten(e.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events are kept in memory only for now: {Reason}")]
    private partial void NotWritten(string reason);
}

internal static class EventRows
{
    public static EngineEvent ToEvent(this EventRow row) => new(
        row.Sequence, Instant.FromMicroseconds(row.At), row.Kind, row.Action, row.Subject, row.Name,
        EngineJson.Read<ImmutableDictionary<string, string>>(row.Attributes));

    public static EventRow ToRow(this EngineEvent e) => new()
    {
        Sequence = e.Sequence, At = e.At.ToMicroseconds(), Kind = e.Kind, Action = e.Action, Subject = e.Subject, Name = e.Name,
        Attributes = EngineJson.Write(e.Attributes),
    };
}
