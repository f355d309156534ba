using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Networks.Probing;

namespace Brig.Web.Tests.Fakes;

/// <summary>Networks in memory, with a record of what was asked; connecting changes the containers of <paramref name="containers"/>.</summary>
public sealed class FakeNetworks(FakeContainers containers) : INetworks, INetworkProbes
{
    private readonly List<Network> _all = [];

    public Feed<NetworkChange> Changes { get; } = new();
    public List<string> Asked { get; } = [];
    public NetworkSpec? Created { get; private set; }
    public EngineException? Failure { get; set; }
    public ProbeReport? Report { get; set; }

    public Network Add(string name, string subnet = "10.5.0.0/24", Func<NetworkSpec, NetworkSpec>? spec = null)
    {
        var id = ContainerId.New().Value;
        var asked = new NetworkSpec { Name = name };
        Network network = new(id, name, spec?.Invoke(asked) ?? asked, new("br-" + id[..8], new(subnet, subnet.Replace(".0/24", ".1", StringComparison.Ordinal), subnet), null, 1500), new(Up: true), [], FakeContainers.At, 1);
        _all.Add(network);
        Changes.Publish(new(id, network));
        return network;
    }

    /// <summary>Puts the container on it, at the next free address.</summary>
    public Container Join(Container container, Network network, params string[] aliases)
    {
        network = Get(network.Id);
        Endpoint endpoint = new(network.Id, container.Id, [.. aliases], network.Plan.Ipv4!.Subnet.Replace(".0/24", $".{network.Endpoints.Length + 2}", StringComparison.Ordinal), null, "02:42:0a:05:00:02",
            "eth" + container.Endpoints.Length, container.State.Status == ContainerStatus.Running);
        Put(network with { Endpoints = network.Endpoints.Add(endpoint) });
        return containers.Put(containers.Get(container.Id.Value) with { Endpoints = container.Endpoints.Add(endpoint) });
    }

    public ImmutableArray<Network> List() => [.. _all];
    public Network Get(string idOrName) => _all.FirstOrDefault(n => n.Id == idOrName || n.Name == idOrName) ?? throw EngineException.NotFound($"There is no network \"{idOrName}\".");
    public Live<Network, NetworkChange> Follow() => Changes.Follow(List());

    public Task<Network> CreateAsync(NetworkSpec spec, CancellationToken stop = default)
    {
        Fail("create");
        Created = spec;
        return Task.FromResult(Add(spec.Name ?? "made-up", spec: _ => spec));
    }

    public Task<NetworkReport> InspectAsync(string idOrName, CancellationToken stop = default) =>
        Task.FromResult(new NetworkReport(Get(idOrName), [.. Get(idOrName).Endpoints.Select(e => new EndpointTraffic(e.Container, 2048, 1024, 2, 1, 0))]));

    public Task DefaultAsync(CancellationToken stop = default) => Task.CompletedTask;

    public Task RemoveAsync(string idOrName, CancellationToken stop = default)
    {
        Fail("remove " + Get(idOrName).Name);
        var network = Get(idOrName);
        _all.Remove(network);
        Changes.Publish(new(network.Id, null));
        return Task.CompletedTask;
    }

    public Task<NetworkPruneReport> PruneAsync(CancellationToken stop = default)
    {
        Fail("prune");
        return Task.FromResult(new NetworkPruneReport(["old"]));
    }

    public Task<Container> ConnectAsync(string container, NetworkAttachment attachment, CancellationToken stop = default)
    {
        Fail($"connect {containers.Get(container).Name} {Get(attachment.Network).Name} {string.Join(' ', attachment.Aliases)}".TrimEnd());
        return Task.FromResult(Join(containers.Get(container), Get(attachment.Network), [.. attachment.Aliases]));
    }

    public Task<Container> DisconnectAsync(string container, string network, CancellationToken stop = default)
    {
        Fail($"disconnect {containers.Get(container).Name} {Get(network).Name}");
        var (one, left) = (containers.Get(container), Get(network));
        Put(left with { Endpoints = left.Endpoints.RemoveAll(e => e.Container == one.Id) });
        return Task.FromResult(containers.Put(one with { Endpoints = one.Endpoints.RemoveAll(e => e.NetworkId == left.Id) }));
    }

    public Task<Container> ChangeAliasesAsync(string container, string network, ImmutableArray<string> aliases, CancellationToken stop = default) => Task.FromResult(containers.Get(container));
    public Task<Container> ChangePortsAsync(string container, ImmutableArray<PortSpec> ports, CancellationToken stop = default)
    {
        Fail($"ports {container} {string.Join(' ', ports.Select(port => $"{port.HostPort}:{port.ContainerPort}"))}");
        return Task.FromResult(containers.Get(container));
    }

    public Task<ProbeReport> TestAsync(string from, string to, int? port, CancellationToken stop = default)
    {
        Fail($"test {from} {to} {port}".TrimEnd());
        return Task.FromResult(Report!);
    }

    private void Put(Network network)
    {
        _all[_all.FindIndex(n => n.Id == network.Id)] = network;
        Changes.Publish(new(network.Id, network));
    }

    private void Fail(string asked)
    {
        Asked.Add(asked);
        if (Failure is not null)
            throw Failure;
    }
}
