using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;

namespace Brig.Engine.Networks;

/// <summary>Changes by which names a container is found on a network, also while it runs. The name servers hear of it as of every change, in its order.</summary>
internal sealed class AliasChanger(NetworkTable table, ContainerTable containers, ContainerRows rows, EventLog events)
{
    public async Task<Container> ChangeAsync(string idOrName, string networkName, ImmutableArray<string> asked, CancellationToken stop)
    {
        ImmutableArray<string> aliases = [.. asked.Distinct(StringComparer.OrdinalIgnoreCase)];
        var entry = containers.Find(idOrName);
        var network = table.Find(networkName).Now;
        AttachmentCheck.Attachment(new(network.Name) { Aliases = aliases });
        using var held = await entry.Lock.TakeAsync(stop);
        var before = entry.Now;
        var place = before.Endpoints.FirstOrDefault(endpoint => endpoint.NetworkId == network.Id) ?? throw EngineException.NotFound($"Container {before.Name} is not on network {network.Name}.");
        if (place.Aliases.SequenceEqual(aliases))
        {
            return before;
        }
        var now = place with { Aliases = aliases };
        var spec = before.Spec with { Networks = [.. (before.Spec.Networks ?? []).Select(attachment => attachment.Network == network.Name ? attachment with { Aliases = aliases } : attachment)] };
        var places = before.Endpoints.Replace(place, now);
        await rows.PlacesAsync(before with { Spec = spec }, new(places, entry.PickedPorts));
        table.Put(now);
        events.Add(before, "update", ("network", network.Name), ("aliases", string.Join(' ', aliases)));
        return containers.Replace(entry, container => container with { Spec = spec, Endpoints = places });
    }
}
