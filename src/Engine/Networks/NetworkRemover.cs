using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Networks;

/// <summary>Takes networks away that nobody is on: the kernel's part first, so that what a killed engine leaves always has a row that tells of it.</summary>
internal sealed class NetworkRemover(NetworkTable table, NetworkMaker maker, Wiring wiring, ContainerTable containers)
{
    public async Task RemoveAsync(NetworkEntry entry)
    {
        lock (table.Gate)
        {
            if (!entry.Now.Endpoints.IsEmpty)
            {
                throw InUse(entry.Now);
            }
            if (entry.Leaving)
            {
                throw EngineException.Conflict($"Network {entry.Now.Name} is being removed already.");
            }
            entry.Leaving = true;   // from here on nobody comes on it
        }
        try
        {
            await Task.Run(() => wiring.Lower(entry.Now));
            await maker.RemoveAsync(entry);
        }
        catch (Exception e)
        {
            lock (table.Gate)
            {
                entry.Leaving = false;
            }
            throw e is Brig.Linux.LinuxException refused ? EngineException.Failed($"Network {entry.Now.Name} could not be removed: {refused.Message}.", refused) : e;
        }
    }

    public async Task<NetworkPruneReport> PruneAsync()
    {
        var removed = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in table.Entries().Where(entry => entry.Now.Endpoints.IsEmpty))
        {
            try
            {
                await RemoveAsync(entry);
                removed.Add(entry.Now.Name);
            }
            catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
            {
                // Somebody came on it meanwhile.
            }
        }
        return new(removed.ToImmutable());
    }

    private EngineException InUse(Network network)
    {
        var names = network.Endpoints.Select(endpoint => containers.TryGet(endpoint.Container, out var entry) ? entry.Now.Name : endpoint.Container.Short).Order(StringComparer.Ordinal).ToArray();
        string who = names.Length > 5 ? $"{string.Join(", ", names.Take(5))} and {names.Length - 5} more" : string.Join(", ", names);
        return EngineException.Conflict($"Network {network.Name} is in use by {(names.Length == 1 ? "container" : "containers")} {who}; disconnect or remove {(names.Length == 1 ? "it" : "them")} first.");
    }
}
