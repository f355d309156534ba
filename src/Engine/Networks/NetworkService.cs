using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Networks;

/// <summary>The verbs, each where it belongs.</summary>
internal sealed class NetworkService(NetworkTable table, NetworkMaker maker, DefaultNetwork defaults, NetworkRemover remover, Connecter connecter, AliasChanger names, PortChanger changer, PortHandover handover, TrafficReader traffic) : INetworks
{
    public ImmutableArray<Network> List() => table.List();
    public Network Get(string idOrName) => table.Find(idOrName).Now;
    public Live<Network, NetworkChange> Follow() => table.Follow();
    public Task<Network> CreateAsync(NetworkSpec spec, CancellationToken stop = default) => maker.MakeAsync(spec, stop);

    public Task DefaultAsync(CancellationToken stop = default) => defaults.EnsureAsync(stop);

    public Task<NetworkReport> InspectAsync(string idOrName, CancellationToken stop = default)
    {
        var network = table.Find(idOrName).Now;
        return Task.Run(() => new NetworkReport(network, traffic.Read(network)), stop);
    }

    public Task RemoveAsync(string idOrName, CancellationToken stop = default) => remover.RemoveAsync(table.Find(idOrName));
    public Task<NetworkPruneReport> PruneAsync(CancellationToken stop = default) => remover.PruneAsync();
    public Task<Container> ConnectAsync(string container, NetworkAttachment attachment, CancellationToken stop = default) => connecter.ConnectAsync(container, attachment, stop);
    public Task<Container> DisconnectAsync(string container, string network, CancellationToken stop = default) => connecter.DisconnectAsync(container, network, stop);
    public Task<Container> ChangeAliasesAsync(string container, string network, ImmutableArray<string> aliases, CancellationToken stop = default) => names.ChangeAsync(container, network, aliases, stop);
    public Task<Container> ChangePortsAsync(string container, ImmutableArray<PortSpec> ports, CancellationToken stop = default) => changer.ChangeAsync(container, ports, stop);
    public Task<Container> HandOverPortsAsync(string from, string to, ImmutableArray<PortSpec> ports, CancellationToken stop = default) => handover.HandOverAsync(from, to, ports, stop);
}
