using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Networks.Ports;

namespace Brig.Engine.Networks;

/// <summary>
/// Published ports lead into another container from one moment on: one transaction of the rules takes them from the one and gives them to the other, and the sockets that hold them are never closed.
/// Connections that are there go on to where they went, for the kernel remembers them.
/// </summary>
internal sealed class PortHandover(ContainerTable containers, ContainerRows rows, PortBook book, Wiring wiring, ContainerNetwork network, PortChanger changer, EventLog events)
{
    public async Task<Container> HandOverAsync(string fromName, string toName, ImmutableArray<PortSpec> asked, CancellationToken stop)
    {
        AttachmentCheck.Ports(asked);
        var (from, to) = (containers.Find(fromName), containers.Find(toName));
        // By their ids, so that two that hand over to each other do not wait for each other.
        bool fromFirst = string.CompareOrdinal(from.Id.Value, to.Id.Value) < 0;
        using (await (fromFirst ? from : to).Lock.TakeAsync(stop))
        using (await (fromFirst ? to : from).Lock.TakeAsync(stop))
        {
            if (from.Run is not null && to.Run is not null)
            {
                return await BetweenRunningAsync(from, to, asked);
            }
        }
        // Through one of the two nothing goes: then there is nothing to lose.
        await changer.ChangeAsync(fromName, [], stop);
        return await changer.ChangeAsync(toName, asked, stop);
    }

    private async Task<Container> BetweenRunningAsync(ContainerEntry from, ContainerEntry to, ImmutableArray<PortSpec> asked)
    {
        var (old, now) = (from.Now, to.Now);
        var spec = now.Spec with { Ports = asked };
        AttachmentCheck.Check(spec);
        if (network.Target(now) is null)
        {
            throw EngineException.Conflict($"Container {now.Name} is on no network that is reached from outside, so no port can lead to it; connect it to one.");
        }
        var before = book.Of(from.Id);
        book.Give(from.Id, to.Id);
        ImmutableArray<HeldPort> held;
        try
        {
            held = book.Take(to.Id, asked, from.PickedPorts, network.NameOf);
            var picked = ContainerNetwork.Picked(asked, held);
            wiring.Change(new() { RemovePorts = [.. before.Select(port => port.Port)], AddPorts = network.Published(now, held) });
            network.Serve(now, held);
            // The new one's row first: killed between the two, both ask for them, and the one that holds them at the next start has them.
            await rows.PlacesAsync(now with { Spec = spec }, new(now.Endpoints, picked));
            await rows.PlacesAsync(old with { Spec = old.Spec with { Ports = [] } }, new(old.Endpoints, []));
            (from.PickedPorts, to.PickedPorts) = ([], picked);
        }
        catch
        {
            book.Give(to.Id, from.Id);
            wiring.Change(new() { AddPorts = network.Published(old, before) });
            throw;
        }
        book.Keep(to.Id, held);
        network.ForgetUdp(before);
        events.Add(old, "update", ("ports", "[]"));
        events.Add(now, "update", ("ports", EngineJson.Write(asked)));
        containers.Replace(from, container => container with { Spec = container.Spec with { Ports = [] }, Ports = [] });
        return containers.Replace(to, container => container with { Spec = spec, Ports = [.. held.Select(port => port.Port)] });
    }
}
