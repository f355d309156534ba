using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Networks;

/// <summary>Which networks a container is on that is about to be made: those it names, else the default one.</summary>
internal sealed class DefaultNetwork(NetworkTable table, NetworkMaker maker, EngineOptions options)
{
    /// <summary>With the networks' names as they are; empty where its network namespace is not its own.</summary>
    /// <exception cref="EngineException">NotFound; or the default network cannot be made.</exception>
    public async Task<ImmutableArray<NetworkAttachment>> ResolveAsync(ContainerSpec spec, CancellationToken stop)
    {
        if (spec.Namespaces.Net.Source != NamespaceSource.New)
        {
            return [];
        }
        if (spec.Networks is { } asked)
        {
            foreach (var attachment in asked)
            {
                await NeededAsync(attachment.Network, stop);
            }
            return [.. asked.Select(attachment => attachment with { Network = table.Find(attachment.Network).Now.Name })];
        }
        if (options.DefaultNetwork is null)
        {
            return !spec.Ports.IsEmpty
                ? throw EngineException.Invalid("Ports can be published of a container that is on a network; this one names none, and BRIG_DEFAULT_NETWORK is none.") : [];
        }
        await NeededAsync(NetworkSpec.DefaultName, stop);
        return [new(NetworkSpec.DefaultName)];
    }

    /// <summary>Makes the default network, unless it is there or there shall be none.</summary>
    public Task EnsureAsync(CancellationToken stop) => options.DefaultNetwork is null ? Task.CompletedTask : NeededAsync(NetworkSpec.DefaultName, stop);

    /// <summary>Makes the default network if that is the one and it is not there.</summary>
    public async Task NeededAsync(string network, CancellationToken stop)
    {
        if (network == NetworkSpec.DefaultName && !table.HasName(NetworkSpec.DefaultName))
        {
            await maker.DefaultAsync(stop);
        }
    }
}
