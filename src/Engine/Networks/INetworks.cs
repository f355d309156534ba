using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Networks;

/// <summary>
/// Every verb on networks. A network is named by its id, an unambiguous start of its id, or its name; a container likewise.
/// All throw <see cref="EngineException"/>: NotFound for a name nobody has, Conflict for what is taken, full or in use.
/// </summary>
public interface INetworks
{
    ImmutableArray<Network> List();
    Network Get(string idOrName);

    /// <summary>What is and what changes, endpoints included. A reader that lags more than 1,024 changes behind is ended; it follows anew.</summary>
    Live<Network, NetworkChange> Follow();

    /// <summary>Chooses and keeps its addresses; its bridge is made when the first container needs it. Invalid, Conflict (name, overlapping or full pools).</summary>
    Task<Network> CreateAsync(NetworkSpec spec, CancellationToken stop = default);

    /// <summary>Makes the network that containers are on when nobody says which, unless it is there. Nothing where BRIG_DEFAULT_NETWORK is none.</summary>
    Task DefaultAsync(CancellationToken stop = default);

    /// <summary>With what went over each cable since it was plugged in.</summary>
    Task<NetworkReport> InspectAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Conflict while containers are on it, running or not; the sentence names them.</summary>
    Task RemoveAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Removes all that no container is on.</summary>
    Task<NetworkPruneReport> PruneAsync(CancellationToken stop = default);

    /// <summary>At once when the container runs, else from its next start on. Conflict when it is on it already, or has no network namespace of its own.</summary>
    Task<Container> ConnectAsync(string container, NetworkAttachment attachment, CancellationToken stop = default);

    /// <summary>NotFound when it is not on it.</summary>
    Task<Container> DisconnectAsync(string container, string network, CancellationToken stop = default);

    /// <summary>By these names, beside its own, the others on the network find the container from now on. NotFound when it is not on it.</summary>
    Task<Container> ChangeAliasesAsync(string container, string network, ImmutableArray<string> aliases, CancellationToken stop = default);

    /// <summary>Replaces the published ports. Those that stay keep their connections; either all of the new ones hold afterwards or nothing changed.</summary>
    Task<Container> ChangePortsAsync(string container, ImmutableArray<PortSpec> ports, CancellationToken stop = default);

    /// <summary>
    /// The published ports of one running container lead into another one from now on: one change of the rules, so that a connection finds the old one or the new one and never none.
    /// Connections that are there keep going to the old one until it ends. The new one has what the old one had, the same host ports too, and the old one none.
    /// </summary>
    async Task<Container> HandOverPortsAsync(string from, string to, ImmutableArray<PortSpec> ports, CancellationToken stop = default)
    {
        await ChangePortsAsync(from, [], stop);
        return await ChangePortsAsync(to, ports, stop);
    }
}

/// <param name="Traffic">Of the endpoints that are connected.</param>
public sealed record NetworkReport(Network Network, ImmutableArray<EndpointTraffic> Traffic);

/// <summary>Counted by the kernel since the cable was plugged in, as the container sees it.</summary>
public sealed record EndpointTraffic(ContainerId Container, long ReceivedBytes, long SentBytes, long ReceivedPackets, long SentPackets, long Dropped);

/// <param name="Networks">Their names.</param>
public sealed record NetworkPruneReport(ImmutableArray<string> Networks);
