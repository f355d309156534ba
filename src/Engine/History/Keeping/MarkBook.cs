using System.Collections.Immutable;
using Brig.Engine.Events;
using Microsoft.Data.Sqlite;

namespace Brig.Engine.History.Keeping;

/// <summary>
/// Marks outlive the event log, which keeps a number of events and not a time. They are written with the chunks; until then the event log has them, so that a killed engine's successor takes them from there.
/// </summary>
internal sealed class MarkBook(IEvents events) : IDisposable
{
    public const string UpTo = "markedUpTo";

    private const int MostAtOnce = 10_000;

    private readonly Lock _gate = new();
    private readonly List<(long Sequence, HistoryMark Mark)> _pending = [];
    private Live<EngineEvent, EngineEvent>? _live;
    private long _after;
    private bool _isNew;

    /// <param name="after">The last event that is in the database.</param>
    public void Open(long after)
    {
        _after = after;
        Follow();
    }

    /// <summary>Takes what happened since the last time.</summary>
    /// <param name="removed">Called with the id of each container that was removed, and when.</param>
    public void Take(Action<string, long> removed)
    {
        if (_live!.Changes.Completion.IsCompleted)
        {
            Follow();   // too many came at once: from the log, which has them all
        }
        if (_isNew)
        {
            _isNew = false;
            foreach (var happened in _live.Snapshot)
            {
                Add(happened, removed);
            }
        }
        while (_live.Changes.TryRead(out var happened))
        {
            Add(happened, removed);
        }
    }

    /// <summary>In the keeper's transaction.</summary>
    public void Write(HistoryFile file)
    {
        foreach (var (sequence, mark) in _pending)
        {
            file.Run("INSERT OR IGNORE INTO marks (Sequence, At, Kind, Source, Name, Attributes) VALUES ($0, $1, $2, $3, $4, $5)",
                sequence, mark.At, mark.Kind, mark.Source, mark.Name, EngineJson.Write(mark.Attributes));
        }
        file.Run("INSERT INTO meta (Key, Value) VALUES ($0, $1) ON CONFLICT (Key) DO UPDATE SET Value = excluded.Value", UpTo, _after);
    }

    /// <summary>After the commit.</summary>
    public void Written()
    {
        lock (_gate)
        {
            _pending.Clear();
        }
    }

    /// <summary>Of what is not written yet.</summary>
    public ImmutableArray<HistoryMark> Pending(long from, long to)
    {
        lock (_gate)
        {
            return [.. _pending.Select(pending => pending.Mark).Where(mark => mark.At >= from && mark.At < to)];
        }
    }

    public static IEnumerable<HistoryMark> Read(SqliteConnection reader, long from, long to)
    {
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT At, Kind, Source, Name, Attributes FROM marks WHERE At >= $from AND At < $to ORDER BY At";
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            yield return new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), EngineJson.Read<ImmutableDictionary<string, string>>(row.GetString(4)));
        }
    }

    public void Dispose() => _live?.Dispose();

    private void Follow()
    {
        _live?.Dispose();
        _live = events.Follow(MostAtOnce, _after);   // after 0: all there are
        _isNew = true;
    }

    private void Add(EngineEvent happened, Action<string, long> removed)
    {
        if (happened.Sequence <= _after)
        {
            return;
        }
        _after = happened.Sequence;
        if (MarkMaker.Of(happened) is not { } mark)
        {
            return;
        }
        lock (_gate)
        {
            if (_pending.Count == MostAtOnce)
            {
                _pending.RemoveAt(0);   // nothing can be written, and memory is not for ever
            }
            _pending.Add((happened.Sequence, mark));
        }
        if (mark.Kind == MarkKinds.Remove)
        {
            removed(mark.Source, mark.At);
        }
    }
}
