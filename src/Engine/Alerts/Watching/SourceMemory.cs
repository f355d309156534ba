using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;

namespace Brig.Engine.Alerts.Watching;

/// <summary>Who containers were, also when they are gone by the time somebody asks; and which ended since the last look.</summary>
internal sealed class SourceMemory(IContainers containers)
{
    private const int Kept = 5_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, AlertSource> _known = [];
    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, AlertSource> _ended = [];

    /// <summary>What the event is about. Its labels are known from the first event of it on that found it there.</summary>
    public AlertSource Of(EngineEvent happened)
    {
        AlertSource? now = null;
        try
        {
            now = AlertSource.Of(containers.Get(happened.Subject));
        }
        catch (EngineException)
        {
            // It is gone.
        }
        lock (_gate)
        {
            if (now is null)
            {
                return _known.GetValueOrDefault(happened.Subject) ?? new(happened.Subject, happened.Name, "", ImmutableDictionary<string, string>.Empty);
            }
            if (!_known.ContainsKey(now.Id))
            {
                _order.Enqueue(now.Id);
                if (_order.Count > Kept)
                {
                    _known.Remove(_order.Dequeue());
                }
            }
            return _known[now.Id] = now;
        }
    }

    /// <summary>It ended, or was removed: what it wrote last is still to be read.</summary>
    public void Ended(AlertSource source)
    {
        lock (_gate)
        {
            if (_ended.Count < Kept)
            {
                _ended[source.Id] = source;
            }
        }
    }

    public ImmutableArray<AlertSource> TakeEnded()
    {
        lock (_gate)
        {
            ImmutableArray<AlertSource> ended = [.. _ended.Values];
            _ended.Clear();
            return ended;
        }
    }
}
