using System.Collections.Immutable;
using Brig.Engine.State;
using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.Alerts;

/// <summary>The newest incidents in memory, from where they are read; what changed is written in one commit a second. Not locked by itself: the desk's lock is its.</summary>
internal sealed class IncidentBook(Store store)
{
    public const int Kept = 2_000;

    private readonly SortedDictionary<(DateTimeOffset At, string Id), AlertIncident> _all = [];
    private readonly Dictionary<string, (DateTimeOffset At, string Id)> _keys = [];
    private readonly HashSet<string> _unwritten = [];
    private readonly HashSet<string> _forgotten = [];

    public IEnumerable<AlertIncident> NewestFirst => _all.Values.Reverse();

    public void Open()
    {
        foreach (var row in store.Read(db => db.AlertIncidents.OrderByDescending(row => row.FiredAt).Take(2 * Kept).ToList()))
        {
            Set(EngineJson.Read<AlertIncident>(row.Incident));
        }
    }

    public AlertIncident? Find(string id) => _keys.TryGetValue(id, out var key) ? _all[key] : null;

    public void Put(AlertIncident incident)
    {
        Set(incident);
        _unwritten.Add(incident.Id);
        while (_all.Count > Kept && _all.FirstOrDefault(one => one.Value.ResolvedAt is not null) is { Value: { } oldest } first)
        {
            _all.Remove(first.Key);     // one that goes on is never forgotten: a rule would look for it
            _keys.Remove(oldest.Id);
            _unwritten.Remove(oldest.Id);
            _forgotten.Add(oldest.Id);
        }
    }

    /// <summary>What is to be written now; null: nothing.</summary>
    public IncidentChanges? Take()
    {
        if (_unwritten.Count == 0 && _forgotten.Count == 0)
        {
            return null;
        }
        var changes = new IncidentChanges([.. _unwritten.Select(Find).OfType<AlertIncident>()], [.. _forgotten]);
        _unwritten.Clear();
        _forgotten.Clear();
        return changes;
    }

    /// <summary>It could not be written: it is tried again with what comes.</summary>
    public void PutBack(IncidentChanges changes)
    {
        foreach (var incident in changes.Changed)
        {
            if (_keys.ContainsKey(incident.Id))
            {
                _unwritten.Add(incident.Id);
            }
        }
        _forgotten.UnionWith(changes.Forgotten);
    }

    /// <exception cref="EngineException">It did not reach the disk.</exception>
    public Task WriteAsync(IncidentChanges changes) => store.WriteAsync(db =>
    {
        foreach (var incident in changes.Changed)
        {
            string json = EngineJson.Write(incident);
            long at = incident.FiredAt.ToMicroseconds();
            db.Database.ExecuteSql($"INSERT INTO alert_incidents(Id, FiredAt, Incident) VALUES({incident.Id}, {at}, {json}) ON CONFLICT(Id) DO UPDATE SET Incident = excluded.Incident");
        }
        foreach (string id in changes.Forgotten)
        {
            db.Database.ExecuteSql($"DELETE FROM alert_incidents WHERE Id = {id}");
        }
    });

    private void Set(AlertIncident incident)
    {
        var key = (incident.FiredAt, incident.Id);
        _all[key] = incident;
        _keys[incident.Id] = key;
    }
}

/// <param name="Forgotten">Ids of those that are no longer kept.</param>
internal sealed record IncidentChanges(ImmutableArray<AlertIncident> Changed, ImmutableArray<string> Forgotten);
