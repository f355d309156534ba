using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Networks;

/// <summary>Every network there is, who is on it, and those who follow the changes: one lock for all of it.</summary>
internal sealed class NetworkTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, NetworkEntry> _byId = [];
    private readonly Dictionary<string, string> _byName = [];
    private readonly Feed<NetworkChange> _feed;

    public NetworkTable() => _feed = new(_gate);

    public Lock Gate => _gate;

    public ImmutableArray<Network> List()
    {
        lock (_gate)
        {
            return Ordered();
        }
    }

    public ImmutableArray<NetworkEntry> Entries()
    {
        lock (_gate)
        {
            return [.. _byId.Values];
        }
    }

    public Live<Network, NetworkChange> Follow()
    {
        lock (_gate)
        {
            return _feed.Follow(Ordered());
        }
    }

    /// <summary>By id, by name, by an unambiguous start of the id: in this order.</summary>
    /// <exception cref="EngineException">NotFound, or Conflict when several ids start so.</exception>
    public NetworkEntry Find(string idOrName)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(idOrName, out var entry) || (_byName.TryGetValue(idOrName, out string? id) && _byId.TryGetValue(id, out entry)))
            {
                return entry;
            }
            var starting = idOrName.Length == 0 ? [] : _byId.Values.Where(e => e.Now.Id.StartsWith(idOrName, StringComparison.Ordinal)).Take(2).ToArray();
            return starting.Length switch
            {
                1 => starting[0],
                0 => throw EngineException.NotFound($"There is no network \"{Text.Short(idOrName)}\".{Near.Hint(idOrName, _byName.Keys)}"),
                _ => throw EngineException.Conflict($"More than one network's id starts with {idOrName}; give more digits."),
            };
        }
    }

    public NetworkEntry? TryGet(string id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    public NetworkEntry? TryNamed(string name)
    {
        lock (_gate)
        {
            return _byName.TryGetValue(name, out string? id) ? _byId[id] : null;
        }
    }

    public bool HasName(string name)
    {
        lock (_gate)
        {
            return _byName.ContainsKey(name);
        }
    }

    /// <exception cref="EngineException">Conflict: the name is taken.</exception>
    public NetworkEntry Add(Network network)
    {
        var entry = new NetworkEntry(network);
        lock (_gate)
        {
            if (!_byName.TryAdd(network.Name, network.Id))
            {
                throw EngineException.Conflict($"There is a network \"{network.Name}\" already; remove that one, or choose another name.");
            }
            _byId.Add(network.Id, entry);
            _feed.Publish(new(network.Id, network));
        }
        return entry;
    }

    /// <summary>The one way a network changes.</summary>
    public Network Replace(NetworkEntry entry, Func<Network, Network> change)
    {
        lock (_gate)
        {
            var now = change(entry.Now) with { Version = entry.Now.Version + 1 };
            entry.Now = now;
            if (_byId.ContainsKey(now.Id))
            {
                _feed.Publish(new(now.Id, now));
            }
            return now;
        }
    }

    public void Remove(NetworkEntry entry)
    {
        lock (_gate)
        {
            _byId.Remove(entry.Now.Id);
            _byName.Remove(entry.Now.Name);
            _feed.Publish(new(entry.Now.Id, null));
        }
    }

    /// <summary>Adds the container's place, or replaces the one it has there.</summary>
    public void Put(Endpoint endpoint)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(endpoint.NetworkId, out var entry))
            {
                var had = entry.Now.Endpoints.FirstOrDefault(other => other.Container == endpoint.Container);
                Replace(entry, network => network with { Endpoints = had is null ? network.Endpoints.Add(endpoint) : network.Endpoints.Replace(had, endpoint) });
            }
        }
    }

    public void Take(Endpoint endpoint)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(endpoint.NetworkId, out var entry))
            {
                Replace(entry, network => network with { Endpoints = network.Endpoints.RemoveAll(other => other.Container == endpoint.Container) });
            }
        }
    }

    private ImmutableArray<Network> Ordered() => [.. _byId.Values.Select(e => e.Now).OrderBy(n => n.CreatedAt)];
}
