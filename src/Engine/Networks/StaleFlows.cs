using System.Net;
using System.Net.Sockets;
using Brig.Engine.Networks.Addresses;
using Brig.Linux;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Networks;

/// <summary>
/// Addresses that were given back, and that the kernel's table of connections may know flows of: who has an address next must not get its answers. Looking for them takes milliseconds even when there are
/// none, for the kernel walks every bucket of its table, so those of a second are deleted together; whoever gets such an address before that has it done first.
/// </summary>
internal sealed partial class StaleFlows(HostNetwork host, LinkChores chores, ILogger<StaleFlows> log)
{
    private readonly Lock _deleting = new(), _gate = new();
    private HashSet<IPAddress> _waiting = [], _going = [];

    /// <summary>Nobody has these any more.</summary>
    public void Add(IEnumerable<Endpoint> gone)
    {
        bool first;
        lock (_gate)
        {
            first = _waiting.Count == 0;
            _waiting.UnionWith(AddressesOf(gone));
            first &= _waiting.Count > 0;
        }
        if (first && !chores.TryAdd(Delete, always: true))
        {
            Delete();
        }
    }

    /// <summary>Somebody is about to have these: nothing of who had them before is left when it returns.</summary>
    public void Clear(IEnumerable<Endpoint> taken)
    {
        bool stale;
        lock (_gate)
        {
            stale = AddressesOf(taken).Any(address => _waiting.Contains(address) || _going.Contains(address));
        }
        if (stale)
        {
            Delete();
        }
    }

    /// <summary>At the engine's start: an engine that was killed may have had some waiting.</summary>
    public void DeleteStrays(IReadOnlyCollection<Network> networks)
    {
        var held = AddressesOf(networks.SelectMany(network => network.Endpoints)).ToHashSet();
        SubnetPlan[] plans = [.. networks.SelectMany(network => new[] { network.Plan.Ipv4, network.Plan.Ipv6 }).OfType<SubnetPlan>()];
        held.UnionWith(plans.Select(plan => IPAddress.Parse(plan.Gateway)));
        Subnet[] ours = [.. plans.Select(plan => Subnet.TryParse(plan.Subnet)).OfType<Subnet>()];
        foreach (var family in ours.Select(subnet => subnet.Family).Distinct())
        {
            Subnet[] same = [.. ours.Where(subnet => subnet.Family == family)];
            host.Flows.DeleteOf(family, address => !held.Contains(address) && same.Any(subnet => subnet.Contains(Subnet.Value(address))));
        }
    }

    private void Delete()
    {
        lock (_deleting)
        {
            HashSet<IPAddress> going;
            lock (_gate)
            {
                (going, _going, _waiting) = (_waiting, _waiting, []);
            }
            try
            {
                foreach (var family in going.GroupBy(address => address.AddressFamily))
                {
                    host.Flows.DeleteOf(family.Key, going.Contains);
                }
            }
            catch (LinuxException e)
            {
                NotDeleted(e.Message);
            }
            lock (_gate)
            {
                _going = [];
            }
        }
    }

    private static IEnumerable<IPAddress> AddressesOf(IEnumerable<Endpoint> endpoints) =>
        endpoints.SelectMany(endpoint => new[] { endpoint.Ipv4, endpoint.Ipv6 }).OfType<string>().Select(IPAddress.Parse);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Flows of addresses that were given back may still be known to the kernel: {Reason}")]
    private partial void NotDeleted(string reason);
}
