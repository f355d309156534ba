using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Plans;

namespace Brig.Engine.Stacks.Applying;

/// <summary>The verbs that a replacement needs.</summary>
internal sealed record ReplacementTools(IContainers Containers, INetworks Networks, ContainerMaker Maker, ReadyWatch Watch, Drain Drain);

/// <summary>
/// One container takes the place of another. The old one is kept, stopped, until <see cref="FinishAsync"/>, so that <see cref="UndoAsync"/> can have it back; every step looks at what is there
/// first, for an engine that was killed in the middle begins anew.
/// <code>
/// start-first: create name.next without ports and names ▸ start ▸ well? ▸ hand ports and names over ▸ well for a while? ▸ drain and stop the old ▸ rename both
/// stop-first:  stop the old ▸ rename it ▸ take its addresses, if they are its own ▸ create ▸ start ▸ well for a while?
/// </code>
/// </summary>
/// <param name="old">As it was before the update, also where an engine that was killed had begun it.</param>
/// <param name="fresh">What an engine that was killed had made already; null: nothing.</param>
internal sealed class Replacement(ReplacementTools tools, DesiredService service, DesiredContainer wanted, Container old, Container? fresh, string round, UpdateRules rules, Action<string> tell)
{
    private const string OldSuffix = ".old", NextSuffix = ".next";

    private readonly string _old = old.Id.Value;
    private readonly ImmutableArray<NetworkAttachment> _fixed = [.. old.Spec.Networks?.Where(network => network.Ipv4 is not null || network.Ipv6 is not null || network.Mac is not null) ?? []];
    private string? _new = fresh?.Id.Value;

    private bool _isHandedOver;

    public string Name => wanted.Name;

    /// <summary>Both at once, the old one until the new one is well.</summary>
    public bool StartsFirst => rules.Order == UpdateOrder.StartFirst && Impossible is null;

    /// <summary>Why the two cannot be there at once; null: they can.</summary>
    public string? Impossible =>
        !_fixed.IsEmpty || wanted.Spec.Networks?.Any(network => network.Ipv4 is not null || network.Ipv6 is not null || network.Mac is not null) == true ? "it has an address of its own"
        : wanted.Spec.Namespaces.Net == NamespaceSpec.Host ? "it has the machine's network"
        : null;

    /// <exception cref="EngineException">The new one is not well; <see cref="UndoAsync"/> brings back the old one.</exception>
    public Task RunAsync(CancellationToken stop) => StartsFirst ? StartFirstAsync(stop) : StopFirstAsync(stop);

    /// <summary>The old one goes for good.</summary>
    public async Task FinishAsync()
    {
        await StopOldAsync(CancellationToken.None);
        await Quiet.Async(() => tools.Containers.RemoveAsync(_old, force: true));
    }

    /// <summary>As it was before. Where somebody removed the old one meanwhile the new one takes its place, however it is: there is no other.</summary>
    public async Task UndoAsync()
    {
        if (!IsThere(_old))
        {
            await TakePlaceAsync();
            return;
        }
        if (StartsFirst && Now(_old).State.Status == ContainerStatus.Exited)
        {
            await Quiet.Async(() => tools.Containers.StartAsync(_old));
            await AsWellAsItGetsAsync(_old);
        }
        if (_new is not null && IsThere(_new))
        {
            if (StartsFirst)
            {
                await HandBackAsync(_new);
            }
            await Quiet.Async(() => tools.Containers.RemoveAsync(_new, force: true));
        }
        foreach (var network in StartsFirst ? [] : _fixed.Where(network => Now(_old).Endpoints.All(endpoint => tools.Networks.Get(endpoint.NetworkId).Name != network.Network)))
        {
            await tools.Networks.ConnectAsync(_old, network);
        }
        await RenameAsync(_old, wanted.Name);
        if (!StartsFirst)
        {
            if (Now(_old).Spec.Ports.IsEmpty && !old.Spec.Ports.IsEmpty)
            {
                await tools.Networks.ChangePortsAsync(_old, old.Spec.Ports);
            }
            await Quiet.Async(() => tools.Containers.StartAsync(_old));
        }
    }

    private async Task TakePlaceAsync()
    {
        if (_new is null || !IsThere(_new))
        {
            return;
        }
        await RenameAsync(_new, wanted.Name);
        if (!wanted.Spec.Ports.IsEmpty && Now(_new).Spec.Ports.IsEmpty)
        {
            await tools.Networks.ChangePortsAsync(_new, wanted.Spec.Ports);
        }
        if (StartsFirst)
        {
            await ServiceNames.HandOverAsync(tools.Networks, null, Now(_new), wanted.Spec.Networks ?? [], wanted.Name, CancellationToken.None);
        }
        await Quiet.Async(() => tools.Containers.StartAsync(_new));
    }

    private async Task StartFirstAsync(CancellationToken stop)
    {
        if (_new is null)
        {
            tell("creating");
            var made = await tools.Maker.CreateAsync(service, wanted with { Spec = ServiceNames.Without(wanted.Spec) with { Name = wanted.Name + NextSuffix, Ports = [] } }, round, old, stop);
            _new = made.Id.Value;
        }
        tell("starting");
        await Quiet.Async(() => tools.Containers.StartAsync(_new, stop));
        tell("waiting until it is well");
        await tools.Watch.ReadyAsync(_new, stop);
        tell("taking over");
        if (!wanted.Spec.Ports.IsEmpty && Now(_new).Spec.Ports.IsEmpty)
        {
            await HandOverAsync(_old, _new, wanted.Spec.Ports, stop);
        }
        await ServiceNames.HandOverAsync(tools.Networks, IsThere(_old) ? Now(_old) : null, Now(_new), wanted.Spec.Networks ?? [], wanted.Name, stop);
        long since = tools.Drain.Now;
        _isHandedOver = true;
        tell("watching");
        await tools.Watch.StaysAsync(_new, rules.Monitor, stop);
        if (IsThere(_old))
        {
            tell("draining the old one");
            await DrainAsync(_old, since, stop);
            await StopOldAsync(stop);
            await RenameAsync(_old, wanted.Name + OldSuffix);
        }
        await RenameAsync(_new, wanted.Name);
    }

    private async Task StopFirstAsync(CancellationToken stop)
    {
        if (_new is null)
        {
            tell("stopping the old one");
            await StopOldAsync(stop);
            await RenameAsync(_old, wanted.Name + OldSuffix);
            // Without addresses of its own it may keep its ports: who does not run holds none. With them it goes off the network, which one with ports cannot.
            if (!_fixed.IsEmpty && IsThere(_old) && !Now(_old).Spec.Ports.IsEmpty)
            {
                await tools.Networks.ChangePortsAsync(_old, [], stop);
            }
            foreach (var network in _fixed.Where(network => IsThere(_old) && Now(_old).Spec.Networks?.Any(now => now.Network == network.Network) == true))
            {
                await tools.Networks.DisconnectAsync(_old, network.Network, stop);
            }
            tell("creating");
            _new = (await tools.Maker.CreateAsync(service, wanted, round, old, stop)).Id.Value;
        }
        tell("starting");
        await Quiet.Async(() => tools.Containers.StartAsync(_new, stop));
        tell("waiting until it is well");
        await tools.Watch.ReadyAsync(_new, stop);
        tell("watching");
        await tools.Watch.StaysAsync(_new, rules.Monitor, stop);
    }

    /// <summary>Of one that runs in one change of the rules; of one that does not, its ports are free already.</summary>
    private async Task HandOverAsync(string from, string to, ImmutableArray<PortSpec> ports, CancellationToken stop)
    {
        if (IsThere(from) && !Now(from).Spec.Ports.IsEmpty)
        {
            await tools.Networks.HandOverPortsAsync(from, to, ports, stop);
        }
        else
        {
            await tools.Networks.ChangePortsAsync(to, ports, stop);
        }
    }

    /// <summary>Ports and names of the new one, if it has them already, lead to the old one again, and who is connected to it may finish.</summary>
    private async Task HandBackAsync(string from)
    {
        if (!Now(from).Spec.Ports.IsEmpty)
        {
            await HandOverAsync(from, _old, old.Spec.Ports, CancellationToken.None);
        }
        if (Now(from).Endpoints.Any(endpoint => !endpoint.Aliases.IsEmpty))
        {
            await ServiceNames.HandOverAsync(tools.Networks, Now(from), Now(_old), old.Spec.Networks ?? [], wanted.Name, CancellationToken.None);
        }
        if (_isHandedOver)
        {
            await DrainAsync(from, tools.Drain.Now, CancellationToken.None);
        }
    }

    private Task DrainAsync(string id, long since, CancellationToken stop) =>
        tools.Drain.WaitAsync(Now(id), since, isNamed: HasNeighbours(id), old.Spec.StopGrace ?? TimeSpan.FromSeconds(10), stop);

    /// <summary>Whether anybody runs who could have found it by name.</summary>
    private bool HasNeighbours(string id) => Now(id).Endpoints.Any(endpoint =>
        tools.Networks.Get(endpoint.NetworkId).Endpoints.Any(other => other.Connected && other.Container.Value != _old && other.Container.Value != _new));

    private async Task AsWellAsItGetsAsync(string id)
    {
        try
        {
            await tools.Watch.ReadyAsync(id, CancellationToken.None);
        }
        catch (EngineException)
        {
            // It was the one to go back to, well or not.
        }
    }

    private async Task StopOldAsync(CancellationToken stop)
    {
        if (IsThere(_old))
        {
            await Quiet.Async(() => tools.Containers.StopAsync(_old, stop: stop));
        }
    }

    private async Task RenameAsync(string id, string name)
    {
        if (IsThere(id))
        {
            await Quiet.Async(() => tools.Containers.RenameAsync(id, name));
        }
    }

    private Container Now(string id) => tools.Containers.Get(id);

    private bool IsThere(string id)
    {
        try
        {
            Now(id);
            return true;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            return false;
        }
    }
}
