using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Networks.Ports;

namespace Brig.Engine.Networks;

/// <summary>
/// Changes what is published. TCP connections by a port that is taken back go on, for the kernel remembers where they lead: only new ones do not come. UDP has no connections to go on, so what the kernel
/// remembers of those is deleted.
/// </summary>
internal sealed class PortChanger(ContainerTable containers, ContainerRows rows, PortBook book, Wiring wiring, ContainerNetwork network, EventLog events)
{
    public async Task<Container> ChangeAsync(string idOrName, ImmutableArray<PortSpec> asked, CancellationToken stop)
    {
        AttachmentCheck.Ports(asked);
        var entry = containers.Find(idOrName);
        using var lockHeld = await entry.Lock.TakeAsync(stop);
        var before = entry.Now;
        var spec = before.Spec with { Ports = asked };
        AttachmentCheck.Check(spec);
        if (!asked.IsEmpty && network.Target(before) is null)
        {
            throw EngineException.Conflict($"Container {before.Name} is on no network that is reached from outside, so no port of it can be published; connect it to one.");
        }
        if (entry.Run is null)
        {
            await rows.PlacesAsync(before with { Spec = spec }, new(before.Endpoints, entry.PickedPorts));
            events.Add(before, "update", ("ports", EngineJson.Write(asked)));
            return containers.Replace(entry, container => container with { Spec = spec });
        }
        var old = book.Of(entry.Id);
        var held = book.Take(entry.Id, asked, entry.PickedPorts, network.NameOf);
        var added = held.Except(old).ToImmutableArray();
        var gone = old.Except(held).ToImmutableArray();
        try
        {
            var picked = ContainerNetwork.Picked(asked, held);
            network.Serve(before, added);
            wiring.Change(new() { AddPorts = network.Published(before, added), RemovePorts = [.. gone.Select(port => port.Port)] });
            try
            {
                await rows.PlacesAsync(before with { Spec = spec }, new(before.Endpoints, picked));
            }
            catch
            {
                wiring.Change(new() { AddPorts = network.Published(before, gone), RemovePorts = [.. added.Select(port => port.Port)] });
                throw;
            }
            entry.PickedPorts = picked;
        }
        catch
        {
            book.Keep(entry.Id, old);
            throw;
        }
        book.Keep(entry.Id, held);
        network.ForgetUdp(gone);
        events.Add(before, "update", ("ports", EngineJson.Write(asked)));
        return containers.Replace(entry, container => container with { Spec = spec, Ports = [.. held.Select(port => port.Port)] });
    }
}
