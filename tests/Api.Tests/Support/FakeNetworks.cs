using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Api.Tests.Support;

/// <summary>Remembers what was asked, and has the network <c>default</c>.</summary>
internal sealed class FakeNetworks(IContainers containers) : INetworks
{
    private static readonly string s_id = new('a', 64);

    public List<string> Asked { get; } = [];
    public NetworkSpec? Created { get; private set; }
    public NetworkAttachment? Connected { get; private set; }
    public ImmutableArray<PortSpec> Ports { get; private set; } = [];

    private static Network Default => new(
        s_id, "default", new() { Name = "default" }, new("br-00000000", new("172.16.0.0/20", "172.16.0.1", "172.16.0.0/20"), null, 1500), new(Up: true),
        [new(s_id, new(new string('c', 64)), ["web"], "172.16.0.2", null, "02:42:ac:10:00:02", "eth0", Connected: true)], DateTimeOffset.UnixEpoch, 1);

    /// <summary>One more, called as it says.</summary>
    public Network? Other { get; set; }

    public ImmutableArray<Network> List() => Other is { } other ? [Default, other] : [Default];
    public Network Get(string idOrName) => idOrName == "default" ? Default : Other is { } other && (other.Name == idOrName || other.Id == idOrName) ? other : throw EngineException.NotFound($"There is no network \"{idOrName}\".");
    public Live<Network, NetworkChange> Follow() => throw new NotSupportedException();

    public Task<Network> CreateAsync(NetworkSpec spec, CancellationToken stop = default)
    {
        Created = spec;
        return Task.FromResult(Default with { Spec = spec });
    }

    public Task<NetworkReport> InspectAsync(string idOrName, CancellationToken stop = default) =>
        Task.FromResult(new NetworkReport(Get(idOrName), [new(Default.Endpoints[0].Container, 1, 2, 3, 4, 0)]));

    public Task DefaultAsync(CancellationToken stop = default) => Task.CompletedTask;

    public Task RemoveAsync(string idOrName, CancellationToken stop = default) => throw EngineException.Conflict("Network default is in use by container web; disconnect or remove it first.");
    public Task<NetworkPruneReport> PruneAsync(CancellationToken stop = default) => Task.FromResult(new NetworkPruneReport(["old"]));

    public Task<Container> ConnectAsync(string container, NetworkAttachment attachment, CancellationToken stop = default)
    {
        Connected = attachment;
        return Task.FromResult(containers.Get(container));
    }

    public Task<Container> DisconnectAsync(string container, string network, CancellationToken stop = default)
    {
        Asked.Add($"disconnect {container} {network}");
        return Task.FromResult(containers.Get(container));
    }

    public Task<Container> ChangeAliasesAsync(string container, string network, ImmutableArray<string> aliases, CancellationToken stop = default) => Task.FromResult(containers.Get(container));

    public Task<Container> ChangePortsAsync(string container, ImmutableArray<PortSpec> ports, CancellationToken stop = default)
    {
        Ports = ports;
        return Task.FromResult(containers.Get(container));
    }
}
