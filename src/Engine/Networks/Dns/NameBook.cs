using System.Collections.Immutable;

namespace Brig.Engine.Networks.Dns;

/// <summary>All that is known of names, replaced whole: who reads it waits for nobody, and sees a change with its next query.</summary>
internal sealed class NameBook
{
    private readonly Lock _gate = new();
    private volatile ImmutableDictionary<string, Zone> _zones = ImmutableDictionary<string, Zone>.Empty;

    /// <summary>From now on this is who is on the network.</summary>
    public void Publish(string network, string name, bool isInternal, ImmutableArray<NamedEndpoint> endpoints)
    {
        Zone zone = new(name, isInternal, endpoints);
        lock (_gate)
        {
            _zones = _zones.SetItem(network, zone);
        }
    }

    public void Remove(string network)
    {
        lock (_gate)
        {
            _zones = _zones.Remove(network);
        }
    }

    /// <summary>Another object after every change.</summary>
    public ImmutableDictionary<string, Zone> Now => _zones;
}
