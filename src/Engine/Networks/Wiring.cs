using System.Collections.Immutable;
using System.Net;
using Brig.Engine.Containers;
using Brig.Engine.Networks.Addresses;
using Brig.Engine.Networks.Ports;
using Brig.Engine.Networks.Rules;
using Brig.Linux;
using Brig.Linux.Net;

namespace Brig.Engine.Networks;

/// <summary>
/// Bridges and rules in the kernel. A bridge is made with its first cable and stays until its network is removed or the engine ends without one in it. One thread at a time: it takes tens of microseconds.
/// </summary>
internal sealed class Wiring(HostNetwork host, NetworkTable table, RuleBook rules, LocalPace pace, Forwarding forwarding, ForeignRules foreign)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Network Network, LinkRef Bridge)> _up = [];

    /// <summary>The bridge with its addresses and rules, made unless it is there.</summary>
    /// <param name="tell">Hears of each request, for the birth record.</param>
    /// <exception cref="EngineException">Conflict: somebody uses its addresses by now. Failed, Unavailable: the kernel refused.</exception>
    public LinkRef Raise(Network network, Action<NetRequest>? tell = null)
    {
        LinkRef bridge;
        lock (_gate)
        {
            if (_up.TryGetValue(network.Id, out var up))
            {
                return up.Bridge;
            }
            try
            {
                bridge = Make(network, tell);
            }
            catch (LinuxException e)
            {
                throw EngineException.Failed($"The bridge of network {network.Name} could not be made: {e.Message}.", e);
            }
            _up.Add(network.Id, (network, bridge));
        }
        Tell(network, up: true);
        return bridge;
    }

    /// <summary>Takes the bridge away with its rules, and with the last one what was changed of the machine for them.</summary>
    /// <param name="unlessUsed">Not while a cable is in it.</param>
    public void Lower(Network network, bool unlessUsed = false)
    {
        lock (_gate)
        {
            if (unlessUsed && host.Links.Find(network.Plan.Bridge) is { } bridge && host.Links.Links().Any(link => link.Master == bridge.Index))
            {
                return;
            }
            rules.Change(new() { RemoveNetworks = [network] });
            DeleteBridge(network);
            _up.Remove(network.Id);
            foreign.Forget(network);
            if (!_up.Values.Any(up => !up.Network.Spec.Internal))
            {
                forwarding.NotNeeded();
            }
        }
        Tell(network, up: false);
    }

    public bool IsUp(Network network)
    {
        lock (_gate)
        {
            return _up.ContainsKey(network.Id);
        }
    }

    public ImmutableArray<Network> Up()
    {
        lock (_gate)
        {
            return [.. _up.Values.Select(up => up.Network)];
        }
    }

    /// <summary>Cables and ports.</summary>
    public void Change(RuleChange change)
    {
        lock (_gate)
        {
            rules.Change(change);
            pace.Change(change.RemovePorts, change.AddPorts.Select(port => port.Port));
        }
    }

    /// <summary>Brig listens on another port by now.</summary>
    public void OwnPorts()
    {
        lock (_gate)
        {
            rules.OwnPorts();
        }
    }

    /// <summary>The rules as they should be, also after somebody flushed them or a firewall came beside them.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            if (_up.Count > 0)
            {
                rules.Renew();
                foreign.Renew();
                forwarding.Renew();
            }
        }
    }

    /// <summary>Nothing is written between the two: what a killed engine left stays whole until all is known that shall be there.</summary>
    public void BeginFinding()
    {
        lock (_gate)
        {
            rules.Hold();
        }
    }

    /// <summary>Removes bridges of ours that belong to no network, and rules when there are none.</summary>
    /// <param name="bridges">Of the networks there are.</param>
    public void EndFinding(ImmutableArray<Network> networks)
    {
        lock (_gate)
        {
            rules.Write();
            foreach (var network in networks.Where(network => !_up.ContainsKey(network.Id)))
            {
                DeleteBridge(network);
            }
            foreign.Renew();
            if (_up.Count == 0)
            {
                forwarding.NotNeeded();
            }
        }
    }

    private LinkRef Make(Network network, Action<NetRequest>? tell)
    {
        var plan = network.Plan;
        Overlaps(network);
        if (!network.Spec.Internal)
        {
            forwarding.Need(network);
        }
        if (!IsOursOrNobodys(network))
        {
            throw EngineException.Conflict($"Network {network.Name} cannot be used: this machine has another interface \"{plan.Bridge}\", which its bridge shall be called; remove one of the two.");
        }
        Do(NetRequests.AddBridge(plan.Bridge, Mac(plan), plan.Mtu).Tolerating(Errno.EEXIST), tell);
        var bridge = host.Links.Find(plan.Bridge)?.Ref ?? throw new LinuxException("RTM_GETLINK", plan.Bridge, Errno.ENODEV);
        try
        {
            host.Set(
                ($"ipv4/conf/{plan.Bridge}/send_redirects", "0"), ($"ipv4/conf/{plan.Bridge}/accept_redirects", "0"),
                ($"ipv4/conf/{plan.Bridge}/route_localnet", network.Spec.Internal ? "0" : "1"),   // for connections from 127.0.0.1 to published ports; the rules drop all other use of it
                ($"ipv6/conf/{plan.Bridge}/accept_ra", "0"), ($"ipv6/conf/{plan.Bridge}/accept_redirects", "0"), ($"ipv6/conf/{plan.Bridge}/disable_ipv6", plan.Ipv6 is null ? "1" : "0"));
            foreach (var subnet in new[] { plan.Ipv4, plan.Ipv6 }.OfType<SubnetPlan>())
            {
                Do(NetRequests.AddAddress(bridge, IPAddress.Parse(subnet.Gateway), Subnet.TryParse(subnet.Subnet)!.Value.Prefix).Tolerating(Errno.EEXIST), tell);
            }
            rules.Change(new() { AddNetworks = [network] });   // before it is up: nothing passes unguarded
            foreign.Let(network);
            Do(NetRequests.SetUp(bridge), tell);
            if (host.Unpaced is { } control)
            {
                foreach (var subnet in new[] { plan.Ipv4, plan.Ipv6 }.OfType<SubnetPlan>())
                {
                    Do(NetRequests.SetCongestion(bridge, IPAddress.Parse(subnet.Gateway), Subnet.TryParse(subnet.Subnet)!.Value.Prefix, control).Tolerating(Errno.EINVAL), tell);
                }
            }
            return bridge;
        }
        catch
        {
            rules.Change(new() { RemoveNetworks = [network] });
            DeleteBridge(network);
            throw;
        }
    }

    private void DeleteBridge(Network network)
    {
        if (IsOursOrNobodys(network))
        {
            host.Removing.Send(NetRequests.DeleteLink(new(0, network.Plan.Bridge)).Tolerating(Errno.ENODEV));
        }
    }

    /// <summary>A name that somebody chose may have become somebody else's; ours is a bridge with the address that follows from the gateway's.</summary>
    private bool IsOursOrNobodys(Network network) =>
        network.Spec.Bridge is null || host.Links.Find(network.Plan.Bridge) is not { } link || (link.Kind == "bridge" && link.HardwareAddress == Mac(network.Plan).ToString());

    private static MacAddress Mac(NetworkPlan plan) => MacAddress.Of(IPAddress.Parse((plan.Ipv4 ?? plan.Ipv6)!.Gateway));

    /// <summary>Somebody took these addresses since they were chosen.</summary>
    private void Overlaps(Network network)
    {
        var ours = table.List().Select(other => other.Plan.Bridge).ToHashSet();
        foreach (var plan in new[] { network.Plan.Ipv4, network.Plan.Ipv6 }.OfType<SubnetPlan>())
        {
            var subnet = Subnet.TryParse(plan.Subnet)!.Value;
            if (host.Routes(ours).FirstOrDefault(route => route.Subnet.Overlaps(subnet)) is { } route)
            {
                throw EngineException.Conflict($"Network {network.Name} cannot be used: its subnet {subnet} overlaps with {route.Subnet}, a route of this machine by {route.Interface}; remove one of the two.");
            }
        }
    }

    private void Tell(Network network, bool up)
    {
        if (table.TryGet(network.Id) is { } entry)
        {
            table.Replace(entry, now => now with { State = new(up) });
        }
    }

    private void Do(NetRequest request, Action<NetRequest>? tell)
    {
        tell?.Invoke(request);
        host.Links.Send(request);
    }
}
