using System.Collections.Immutable;
using System.Text.Json;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Web.Components.Parts.Networks;

/// <summary>What goes over each cable of containers on several networks. The live numbers of a container are of all its cables together, so these come from two looks at the kernel's counters.</summary>
internal sealed class CableRates(TimeProvider time)
{
    private readonly Dictionary<string, (long Received, long Sent)> _before = [];
    private readonly Dictionary<string, (long Received, long Sent)> _now = [];
    private readonly Dictionary<string, double[]> _rates = [];
    private long _at;

    /// <summary>Networks whose counters are needed.</summary>
    public static IEnumerable<Network> Needed(ImmutableArray<Network> networks, ImmutableArray<Container> containers)
    {
        var several = containers.Where(c => c.Endpoints.Length > 1 && c.State.Status == ContainerStatus.Running).Select(c => c.Id).ToHashSet();
        return networks.Where(n => n.Endpoints.Any(e => several.Contains(e.Container)));
    }

    /// <returns>For the map's attribute <c>rates</c>: bytes a second in and out by <c>container network</c>; null before the second look.</returns>
    public string? Look(IEnumerable<(Network Network, ImmutableArray<EndpointTraffic> Traffic)> all)
    {
        var seconds = _at == 0 ? 0 : time.GetElapsedTime(_at).TotalSeconds;
        _at = time.GetTimestamp();
        _now.Clear();
        _rates.Clear();
        foreach (var (network, traffic) in all)
        {
            foreach (var one in traffic)
            {
                var key = $"{one.Container} {network.Id}";
                _now[key] = (one.ReceivedBytes, one.SentBytes);
                // Counters begin anew with a new cable.
                if (seconds > 0 && _before.TryGetValue(key, out var before) && before.Received <= one.ReceivedBytes && before.Sent <= one.SentBytes)
                    _rates[key] = [Math.Round((one.ReceivedBytes - before.Received) / seconds), Math.Round((one.SentBytes - before.Sent) / seconds)];
            }
        }
        _before.Clear();
        foreach (var (key, counted) in _now)
            _before[key] = counted;
        return _rates.Count == 0 ? null : JsonSerializer.Serialize(_rates);
    }
}
