using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Networks.Addresses;
using Brig.Engine.Networks.Ports;
using Brig.Engine.Networks.Rules;
using Brig.Linux.Net;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Networks;

/// <summary>The networks' part in the life of a container: bridges and ports before it, rules with its cables, both away after it. The cables themselves are <see cref="ContainerLinks"/>'.</summary>
internal sealed partial class ContainerNetwork(
    NetworkTable table, ContainerTable containers, ContainerRows rows, EndpointBook endpoints, Wiring wiring, PortBook ports, Relay relay, UdpRelay datagrams, ContainerLinks links, HostNetwork host, INameServers names, Shortcuts shortcuts, StaleFlows flows,
    EventLog events, ILogger<ContainerNetwork> log) : IContainerNetwork
{
    /// <summary>By these names a container reaches services of the machine, Docker's among them.</summary>
    private static readonly ImmutableArray<string> HostNames = ["host.brig.internal", "host.docker.internal"];

    public async ValueTask<NetworkSetup> PrepareAsync(Container container, BirthRecorder birth)
    {
        if (container.Endpoints.IsEmpty)
        {
            return NetworkSetup.None;
        }
        endpoints.Use(container.Endpoints);
        try
        {
            Entry(container).PickedPorts = await HoldAsync(container);
            return new() { Links = PlansOf(container, request => birth.Do(request.Call, request.Arguments, request.Shell, () => { })), Hosts = [.. Hosts(container)], Machine = Machine(container), Resolver = names.Resolver(container) };
        }
        catch
        {
            endpoints.Unuse(container.Endpoints);
            throw;
        }
    }

    public ValueTask AttachAsync(Container container, NetworkSetup setup, NetNamespace inside, BirthRecorder birth)
    {
        var held = ports.Of(container.Id);
        Serve(container, held);
        flows.Clear(container.Endpoints);
        var change = new RuleChange { AddCables = Cables(container), AddPorts = Published(container, held) };
        birth.Do("nft", $"{change.AddCables.Length} cables, {change.AddPorts.Length} ports", null, () => wiring.Change(change));
        ForgetUdp(held);
        names.Begin(container, inside);
        Tell(container, connected: true, held);
        return ValueTask.CompletedTask;
    }

    public void Linked(Container container)
    {
        foreach (var endpoint in container.Endpoints)
        {
            shortcuts.Begin(endpoint, Network(endpoint).Plan.Bridge);
        }
    }

    public async ValueTask AdoptedAsync(Container container, NetNamespace? inside)
    {
        if (container.Endpoints.IsEmpty)
        {
            return;
        }
        try
        {
            endpoints.Use(container.Endpoints);
            var plans = PlansOf(container);
            if (inside is not null)
            {
                var birth = new BirthRecorder(TimeProvider.System);
                foreach (var plan in plans)
                {
                    links.Attach(container.Id, plan, inside, birth);   // changes nothing of one that is as it should be
                }
                names.Begin(container, inside);
            }
            wiring.Change(new() { AddCables = Cables(container) });
            await HoldAsync(container);
            var held = ports.Of(container.Id);
            Serve(container, held);
            wiring.Change(new() { AddPorts = Published(container, held) });
            Linked(container);
            Tell(container, connected: true, held);
        }
        catch (Exception e) when (e is EngineException or Brig.Linux.LinuxException or IOException)
        {
            NotAdopted(container.Name, e.Message);
            events.Add("network", "error", container.Id.Value, container.Name, [("error", e.Message)]);
        }
    }

    public ValueTask EndedAsync(Container container, bool again)
    {
        if (container.Endpoints.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }
        Unlink(container.Endpoints);   // also where it starts again at once: its cables may be others then
        endpoints.Unuse(container.Endpoints);   // also while it waits for its next start, which may be called off
        try
        {
            names.End(container.Id);
            var held = ports.Of(container.Id);
            wiring.Change(new() { RemovePorts = [.. held.Select(port => port.Port)] });
            ports.Keep(container.Id, []);
        }
        catch (EngineException e)
        {
            NotTakenAway(container.Name, e.Message);
        }
        Tell(container, connected: false, []);
        return ValueTask.CompletedTask;
    }

    public ValueTask ReleaseAsync(Container container)
    {
        if (container.Endpoints.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }
        Unlink(container.Endpoints);
        endpoints.Unuse(container.Endpoints);
        try
        {
            wiring.Change(new() { RemoveCables = [.. container.Endpoints.Select(endpoint => Outer(endpoint))] });
            flows.Add(container.Endpoints);
        }
        catch (Exception e) when (e is EngineException or Brig.Linux.LinuxException)
        {
            NotTakenAway(container.Name, e.Message);
        }
        endpoints.Release(container.Endpoints);
        return ValueTask.CompletedTask;
    }

    /// <summary>The long way only, which is silenced or about to go.</summary>
    public void Unlink(IEnumerable<Endpoint> gone)
    {
        foreach (var endpoint in gone)
        {
            shortcuts.End(endpoint);
        }
    }

    /// <summary>Who goes on sending to a UDP port would for ever be led to where it led before: to whoever had it, or to nobody.</summary>
    public void ForgetUdp(ImmutableArray<HeldPort> changed)
    {
        foreach (var port in changed.Select(held => held.Port).Where(port => port.Protocol == PortProtocol.Udp))
        {
            var address = port.HostAddress is { } text ? IPAddress.Parse(text) : null;
            foreach (var family in address is null ? [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6] : new[] { address.AddressFamily })
            {
                host.Flows.DeleteTo(family, ProtocolType.Udp, address, port.HostPort, port.Count);
            }
        }
    }

    /// <summary>All its interfaces; their bridges are there.</summary>
    public ImmutableArray<LinkPlan> PlansOf(Container container, Action<NetRequest>? tell = null)
    {
        var plans = ImmutableArray.CreateBuilder<LinkPlan>();
        foreach (var endpoint in container.Endpoints)
        {
            var network = Network(endpoint);
            plans.Add(LinkPlanOf(endpoint, network, wiring.Raise(network, tell), plans));
        }
        return plans.ToImmutable();
    }

    public LinkPlan PlanOf(Container container, Endpoint endpoint) => PlansOf(container).First(plan => plan.Name == endpoint.Interface);

    public ImmutableArray<HeldPort> Held(Container container) => ports.Of(container.Id);

    /// <summary>Its ports lead to another of its networks from now on, when they led to this place.</summary>
    public void Retarget(Container container, Endpoint gone)
    {
        var held = ports.Of(container.Id);
        if (!held.IsEmpty && Target(container) is { } to && !container.Endpoints.Contains(gone))
        {
            wiring.Change(new() { RemovePorts = [.. held.Select(port => port.Port)], AddPorts = [.. held.Select(port => (port.Port, to))] });
            Serve(container, held);
        }
    }

    /// <summary>Of the ports that are held, those where any would do.</summary>
    public static ImmutableArray<PublishedPort> Picked(ImmutableArray<PortSpec> asked, ImmutableArray<HeldPort> held) =>
        [.. held.Select(port => port.Port).Where(port => asked.Any(one => one.HostPort == 0 && one.ContainerPort == port.ContainerPort && one.Protocol == port.Protocol && one.HostAddress == port.HostAddress))];

    /// <param name="before">Of the same container: one of them has the default routes already, if it could.</param>
    private static LinkPlan LinkPlanOf(Endpoint endpoint, Network network, LinkRef bridge, IEnumerable<LinkPlan> before)
    {
        var addresses = new[] { (endpoint.Ipv4, network.Plan.Ipv4), (endpoint.Ipv6, network.Plan.Ipv6) }.Where(pair => pair.Item1 is not null && pair.Item2 is not null)
            .Select(pair => new LinkAddress(IPAddress.Parse(pair.Item1!), Subnet.TryParse(pair.Item2!.Subnet)!.Value.Prefix));
        var routed = before.SelectMany(plan => plan.Gateways).Select(gateway => gateway.AddressFamily).ToHashSet();
        var gateways = network.Spec.Internal ? [] : new[] { network.Plan.Ipv4, network.Plan.Ipv6 }.OfType<SubnetPlan>().Select(plan => IPAddress.Parse(plan.Gateway)).Where(gateway => !routed.Contains(gateway.AddressFamily));
        return new(endpoint.Interface, bridge, MacAddress.TryParse(endpoint.Mac, out var mac) ? mac : default, network.Plan.Mtu) { Addresses = [.. addresses], Gateways = [.. gateways], Hairpin = !network.Spec.Internal };
    }

    /// <summary>Where published ports lead: the first network that is not internal.</summary>
    public Endpoint? Target(Container container) => container.Endpoints.FirstOrDefault(endpoint => !Network(endpoint).Spec.Internal);

    /// <summary>Makes both records of it say what is.</summary>
    public Container Tell(Container container, bool connected, ImmutableArray<HeldPort> held)
    {
        foreach (var endpoint in container.Endpoints)
        {
            table.Put(endpoint with { Connected = connected });
        }
        return containers.TryGet(container.Id, out var entry)
            ? containers.Replace(entry, now => now with { Endpoints = [.. now.Endpoints.Select(endpoint => endpoint with { Connected = connected })], Ports = [.. held.Select(port => port.Port)] })
            : container;
    }

    public ImmutableArray<(PublishedPort Port, Endpoint To)> Published(Container container, ImmutableArray<HeldPort> held) =>
        held.IsEmpty ? [] : [.. held.Select(port => (port.Port, Target(container)!))];

    public void Serve(Container container, ImmutableArray<HeldPort> held)
    {
        foreach (var port in held)
        {
            port.Serve(relay, datagrams, Target(container)!);
        }
    }

    /// <summary>The sockets of its ports; what was picked is kept in its row.</summary>
    private async Task<ImmutableArray<PublishedPort>> HoldAsync(Container container)
    {
        var entry = Entry(container);
        if (container.Spec.Ports.IsEmpty)
        {
            return entry.PickedPorts;
        }
        if (Target(container) is null)
        {
            throw EngineException.Conflict($"Container {container.Name} publishes ports, but is on internal networks only, which nobody outside reaches; connect it to another.");
        }
        var held = ports.Take(container.Id, container.Spec.Ports, entry.PickedPorts, NameOf);
        var picked = Picked(container.Spec.Ports, held);
        if (!picked.SequenceEqual(entry.PickedPorts))
        {
            await rows.PlacesAsync(container, new(container.Endpoints, picked));
        }
        return picked;
    }

    public string NameOf(ContainerId id) => containers.TryGet(id, out var entry) ? entry.Now.Name : id.Short;

    private IEnumerable<HostsLine> Hosts(Container container)
    {
        if (PlanBuilder.Hostname(container.Spec, container.Id) is { } hostname)
        {
            ImmutableArray<string> names = container.Spec.Domainname is { } domain ? [$"{hostname}.{domain}", hostname] : [hostname];
            foreach (string address in container.Endpoints.SelectMany(endpoint => new[] { endpoint.Ipv4, endpoint.Ipv6 }).OfType<string>())
            {
                yield return new(IPAddress.Parse(address), names);
            }
        }
        if (Machine(container) is { } machine)
        {
            yield return new(machine, HostNames);
        }
    }

    /// <summary>Null: none of its networks has a way there.</summary>
    private IPAddress? Machine(Container container) =>
        container.Endpoints.Select(Network).FirstOrDefault(network => network.Spec.ReachHost ?? !network.Spec.Internal) is { Plan.Ipv4.Gateway: { } gateway } ? IPAddress.Parse(gateway) : null;

    private static ImmutableArray<(string Link, Endpoint Endpoint)> Cables(Container container) => [.. container.Endpoints.Select(endpoint => (Outer(endpoint), endpoint))];

    public static string Outer(Endpoint endpoint) => LinkPlan.OuterName(endpoint.Container, endpoint.Interface);

    private Network Network(Endpoint endpoint) => table.TryGet(endpoint.NetworkId)?.Now ?? throw EngineException.Conflict("A network of this container is being removed.");

    private ContainerEntry Entry(Container container) => containers.Find(container.Id.Value);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The networks of running container {Name} are not as they should be: {Reason}")]
    private partial void NotAdopted(string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rules of container {Name} could not be taken away: {Reason}")]
    private partial void NotTakenAway(string name, string reason);
}
