using System.Net;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Linux;
using Brig.Linux.Net;

namespace Brig.Engine.Networks;

/// <summary>Puts containers on networks and takes them off, also while they run. The row is written first: a new engine finishes by it what a killed one began.</summary>
internal sealed class Connecter(
    NetworkTable table, ContainerTable containers, ContainerRows rows, EndpointBook endpoints, DefaultNetwork networks, Wiring wiring, ContainerNetwork network, ContainerLinks links, StartNetwork starts,
    INameServers names, StaleFlows flows, EnginePaths paths, EventLog events, TimeProvider time)
{
    public async Task<Container> ConnectAsync(string idOrName, NetworkAttachment asked, CancellationToken stop)
    {
        AttachmentCheck.Attachment(asked);
        var entry = containers.Find(idOrName);
        await networks.NeededAsync(asked.Network, stop);
        using var held = await entry.Lock.TakeAsync(stop);
        var before = Present(entry);
        if (before.Spec.Namespaces.Net.Source != NamespaceSource.New)
        {
            throw EngineException.Conflict($"Container {before.Name} has no network namespace of its own ({before.Spec.Namespaces.Net}), so it cannot be put on a network.");
        }
        var to = table.Find(asked.Network).Now;
        if (before.Endpoints.Any(endpoint => endpoint.NetworkId == to.Id))
        {
            throw EngineException.Conflict($"Container {before.Name} is on network {to.Name} already.");
        }
        await endpoints.SettledAsync([asked], stop);
        var place = endpoints.Take(entry.Id, asked with { Network = to.Id }, before.Endpoints);
        var after = before with
        {
            Spec = before.Spec with { Networks = (before.Spec.Networks ?? []).Add(asked with { Network = to.Name }) }, Endpoints = before.Endpoints.Add(place),
        };
        try
        {
            await rows.PlacesAsync(after, new(after.Endpoints, entry.PickedPorts));
        }
        catch
        {
            endpoints.Release([place]);
            throw;
        }
        var now = containers.Replace(entry, container => container with { Spec = after.Spec, Endpoints = after.Endpoints });
        if (entry.Run is not null)
        {
            try
            {
                await Task.Run(() => Plug(entry, place), CancellationToken.None);
                now = network.Tell(now, connected: true, network.Held(now));
            }
            catch (Exception e) when (e is LinuxException or EngineException or IOException)
            {
                await ForgetAsync(entry, place, to);
                throw e is EngineException ? e : EngineException.Failed($"Container {before.Name} could not be connected: {e.Message}.", e);
            }
        }
        events.Add("network", "connect", to.Id, to.Name, ContainerEvents.With(now.Spec.Privileged, [("container", now.Name), ("containerId", now.Id.Value), ("address", place.Ipv4 ?? place.Ipv6 ?? "")]));
        return now;
    }

    public async Task<Container> DisconnectAsync(string idOrName, string networkName, CancellationToken stop)
    {
        var entry = containers.Find(idOrName);
        var from = table.Find(networkName).Now;
        using var held = await entry.Lock.TakeAsync(stop);
        var before = Present(entry);
        var place = before.Endpoints.FirstOrDefault(endpoint => endpoint.NetworkId == from.Id) ?? throw EngineException.NotFound($"Container {before.Name} is not on network {from.Name}.");
        var rest = before with { Endpoints = before.Endpoints.Remove(place) };
        if (entry.Run is not null && !before.Spec.Ports.IsEmpty && network.Target(rest) is null)
        {
            throw EngineException.Conflict($"Container {before.Name} publishes ports by network {from.Name}, the only one of its that can; take the ports back first.");
        }
        var now = await ForgetAsync(entry, place, from);
        if (entry.Run is not null)
        {
            now = network.Tell(now, connected: true, network.Held(now));
        }
        events.Add("network", "disconnect", from.Id, from.Name, ContainerEvents.With(now.Spec.Privileged, [("container", now.Name), ("containerId", now.Id.Value)]));
        return now;
    }

    /// <summary>Out of the row, out of the kernel, given back: in this order.</summary>
    private async Task<Container> ForgetAsync(ContainerEntry entry, Endpoint place, Network from)
    {
        var spec = entry.Now.Spec with { Networks = (entry.Now.Spec.Networks ?? []).RemoveAll(attachment => attachment.Network == from.Name) };
        var places = entry.Now.Endpoints.RemoveAll(endpoint => endpoint.NetworkId == place.NetworkId);
        await rows.PlacesAsync(entry.Now with { Spec = spec }, new(places, entry.PickedPorts));
        var now = containers.Replace(entry, container => container with { Spec = spec, Endpoints = places });
        try
        {
            await Task.Run(() => Unplug(entry, place));
        }
        catch (LinuxException e)
        {
            throw EngineException.Failed($"Container {now.Name} is not on network {from.Name} any more, but its interface could not be taken away: {e.Message}.", e);
        }
        endpoints.Release([place]);
        return now;
    }

    private void Plug(ContainerEntry entry, Endpoint place)
    {
        var container = entry.Now;
        using var inside = starts.Open(entry) ?? throw EngineException.Conflict($"Container {container.Name} has just ended.");
        var plan = network.PlanOf(container, place);
        endpoints.Use([place]);
        flows.Clear([place]);
        wiring.Change(new() { AddCables = [(ContainerNetwork.Outer(place), place)] });
        links.Attach(container.Id, plan, inside, new BirthRecorder(time));
        network.Linked(container);
        names.Begin(container, inside);
        if (container.Endpoints is [_] && names.Resolver(container) is { } resolver)
        {
            HostFiles.ChangeResolver(paths.Container(container.Id), container.Spec, resolver);   // it was on no network, and so without a name server of ours
        }
    }

    private void Unplug(ContainerEntry entry, Endpoint place)
    {
        var container = entry.Now;
        network.Retarget(container, place);
        network.Unlink([place]);
        links.Detach(container.Id, place.Interface);
        wiring.Change(new() { RemoveCables = [ContainerNetwork.Outer(place)] });
        flows.Add([place]);
        if (starts.Open(entry) is { } inside)
        {
            using (inside)
            {
                Reroute(container, inside);
                if (container.State.Pid > 0)
                {
                    names.Begin(container, inside);
                }
            }
        }
    }

    /// <summary>The default routes may have gone with the interface: the next network that leads anywhere gives them.</summary>
    private void Reroute(Container container, NetNamespace inside)
    {
        using var there = RtNetlink.Open(inside);
        foreach (var plan in network.PlansOf(container))
        {
            if (there.Find(plan.Name)?.Ref is { } link)
            {
                foreach (var gateway in plan.Gateways)
                {
                    there.Send(NetRequests.AddRoute(link, new IPNetwork(gateway.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0), gateway).Tolerating(Errno.EEXIST));
                }
            }
        }
    }

    private Container Present(ContainerEntry entry) => containers.TryGet(entry.Id, out _) ? entry.Now : throw EngineException.NotFound($"Container {entry.Now.Name} has just been removed.");
}
