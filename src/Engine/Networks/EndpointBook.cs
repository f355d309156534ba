using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Brig.Engine.Containers;
using Brig.Engine.Networks.Addresses;
using Brig.Linux.Net;

namespace Brig.Engine.Networks;

/// <summary>Gives addresses to containers and takes them back. What is given is written with the container's row, so this begins empty and is told by <see cref="Hold"/> at start.</summary>
internal sealed class EndpointBook(NetworkTable table)
{
    /// <summary>Asked for by several, of which one can run at a time: as Docker has it, where who takes a container's place is made before that one is removed.</summary>
    private readonly Dictionary<(string Network, string Address), HashSet<ContainerId>> _shared = [];

    /// <summary>Who runs with it, or is about to.</summary>
    private readonly Dictionary<(string Network, string Address), ContainerId> _used = [];

    /// <summary>Of containers that are removed and of which something may still run.</summary>
    private readonly Dictionary<(string Network, string Address), TaskCompletionSource> _leaving = [];

    /// <summary>Returns when what is asked for by name is not just being given back: who removes a container and makes one with its address need not wait himself.</summary>
    public async Task SettledAsync(ImmutableArray<NetworkAttachment> asked, CancellationToken stop)
    {
        Task[] leaving;
        lock (table.Gate)
        {
            leaving = _leaving.Count == 0 ? [] : [.. asked
                .SelectMany(one => new[] { one.Ipv4, one.Ipv6 }.OfType<string>().Select(address => (table.Find(one.Network).Now.Id, IPAddress.Parse(address).ToString())))
                .Select(one => _leaving.GetValueOrDefault(one)?.Task).OfType<Task>()];
        }
        await Task.WhenAll(leaving).WaitAsync(stop);
    }

    /// <summary>All of them, or none.</summary>
    /// <exception cref="EngineException">NotFound (network), Conflict (full, or the address is taken), Invalid (an address beside the subnet).</exception>
    public ImmutableArray<Endpoint> Take(ContainerId id, ImmutableArray<NetworkAttachment> asked)
    {
        var taken = ImmutableArray.CreateBuilder<Endpoint>();
        try
        {
            foreach (var attachment in asked)
            {
                taken.Add(Take(id, attachment, taken));
            }
            return taken.ToImmutable();
        }
        catch
        {
            Release(taken.ToImmutable());
            throw;
        }
    }

    /// <param name="others">The container's other places.</param>
    public Endpoint Take(ContainerId id, NetworkAttachment asked, IEnumerable<Endpoint> others)
    {
        lock (table.Gate)
        {
            var entry = table.Find(asked.Network);
            var network = entry.Now;
            if (entry.Leaving)
            {
                throw EngineException.Conflict($"Network {network.Name} is being removed.");
            }
            if (others.Any(other => other.NetworkId == network.Id))
            {
                throw EngineException.Conflict($"A container is on a network once; {network.Name} was named twice.");
            }
            var ipv4 = Address(id, network, entry.Ipv4, network.Plan.Ipv4, asked.Ipv4, "IPv4");
            IPAddress? ipv6;
            try
            {
                ipv6 = Address(id, network, entry.Ipv6, network.Plan.Ipv6, asked.Ipv6, "IPv6");
            }
            catch
            {
                Free(id, entry, entry.Ipv4, ipv4);
                throw;
            }
            string mac = asked.Mac?.ToLowerInvariant() ?? MacAddress.Of((ipv4 ?? ipv6)!).ToString();
            if (asked.Mac is not null && network.Endpoints.FirstOrDefault(other => other.Mac == mac && (ipv4 is null || other.Ipv4 != asked.Ipv4)) is { } twin)
            {
                Free(id, entry, entry.Ipv4, ipv4);
                Free(id, entry, entry.Ipv6, ipv6);
                throw EngineException.Conflict($"The hardware address {mac} belongs to container {twin.Container.Short} on network {network.Name} already.");
            }
            var endpoint = new Endpoint(
                network.Id, id, [.. asked.Aliases.Distinct(StringComparer.OrdinalIgnoreCase)], ipv4?.ToString(), ipv6?.ToString(), mac, FreeInterface(others), Connected: false);
            table.Put(endpoint);
            return endpoint;
        }
    }

    /// <summary>At the engine's start: what the container's row says it has.</summary>
    /// <returns>Those whose network is there.</returns>
    public ImmutableArray<Endpoint> Hold(ImmutableArray<Endpoint> had)
    {
        var held = ImmutableArray.CreateBuilder<Endpoint>();
        lock (table.Gate)
        {
            foreach (var endpoint in had)
            {
                if (table.TryGet(endpoint.NetworkId) is { } entry)
                {
                    Keep(endpoint.Container, entry, entry.Ipv4, endpoint.Ipv4);
                    Keep(endpoint.Container, entry, entry.Ipv6, endpoint.Ipv6);
                    var now = endpoint with { Connected = false };
                    table.Put(now);
                    held.Add(now);
                }
            }
        }
        return held.ToImmutable();
    }

    /// <summary>The container leaves; its addresses are still nobody else's, until nothing of it runs: <see cref="Release"/>.</summary>
    public void Leave(ImmutableArray<Endpoint> endpoints)
    {
        lock (table.Gate)
        {
            Take(endpoints);
            foreach (var place in Places(endpoints))
            {
                _leaving.TryAdd(place, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }
    }

    public void Release(ImmutableArray<Endpoint> endpoints)
    {
        lock (table.Gate)
        {
            Take(endpoints);
            Unuse(endpoints);
            foreach (var place in Places(endpoints))
            {
                if (_leaving.Remove(place, out var left))
                {
                    left.SetResult();
                }
            }
            foreach (var endpoint in endpoints)
            {
                if (table.TryGet(endpoint.NetworkId) is { } entry)
                {
                    Free(endpoint.Container, entry, entry.Ipv4, Parse(endpoint.Ipv4));
                    Free(endpoint.Container, entry, entry.Ipv6, Parse(endpoint.Ipv6));
                }
            }
        }
    }

    private void Take(ImmutableArray<Endpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            table.Take(endpoint);
        }
    }

    private static IEnumerable<(string Network, string Address)> Places(ImmutableArray<Endpoint> endpoints) =>
        endpoints.SelectMany(endpoint => new[] { endpoint.Ipv4, endpoint.Ipv6 }.OfType<string>().Select(address => (endpoint.NetworkId, address)));

    /// <summary>Before it runs.</summary>
    /// <exception cref="EngineException">Conflict: another that has one of its addresses too runs.</exception>
    public void Use(ImmutableArray<Endpoint> endpoints)
    {
        lock (table.Gate)
        {
            foreach (var (endpoint, place) in endpoints.SelectMany(endpoint => Places([endpoint]).Select(place => (endpoint, place))))
            {
                if (_used.TryGetValue(place, out var other) && other != endpoint.Container)
                {
                    throw EngineException.Conflict($"The address {place.Address} on network {table.TryGet(place.Network)?.Now.Name} is in use: container {other.Short} runs with it; stop that one first.");
                }
            }
            foreach (var endpoint in endpoints)
            {
                foreach (var place in Places([endpoint]))
                {
                    _used[place] = endpoint.Container;
                }
            }
        }
    }

    /// <summary>It has ended, or did not start.</summary>
    public void Unuse(ImmutableArray<Endpoint> endpoints)
    {
        lock (table.Gate)
        {
            foreach (var endpoint in endpoints)
            {
                foreach (var place in Places([endpoint]))
                {
                    if (_used.TryGetValue(place, out var user) && user == endpoint.Container)
                    {
                        _used.Remove(place);
                    }
                }
            }
        }
    }

    private IPAddress? Address(ContainerId id, Network network, AddressBook? book, SubnetPlan? plan, string? asked, string family)
    {
        if (book is null || plan is null)
        {
            return asked is null ? null : throw EngineException.Invalid($"Network {network.Name} has no {family}, so {asked} cannot be an address on it.");
        }
        var subnet = Subnet.TryParse(plan.Subnet)!.Value;
        if (asked is null)
        {
            return book.Take() is { } given ? Subnet.Address(subnet.Family, given)
                : throw EngineException.Conflict($"All addresses of network {network.Name} in {plan.Range} are taken; remove containers that are not needed any more, or make a larger network.");
        }
        var value = Subnet.Value(IPAddress.Parse(asked));
        if (!book.IsUsable(value))
        {
            throw EngineException.Invalid(
                $"The address {asked} cannot be given on network {network.Name}: {(asked == plan.Gateway ? "it is the gateway's" : subnet.Contains(value) ? $"it is the first or last of {subnet}" : $"its subnet is {subnet}")}.");
        }
        if (!book.TryTake(value))
        {
            string canonical = Subnet.Address(subnet.Family, value).ToString();
            Endpoint[] holders = [.. network.Endpoints.Where(other => other.Ipv4 == canonical || other.Ipv6 == canonical)];
            if (holders is not [var holder, ..])
            {
                throw EngineException.Conflict($"The address {asked} on network {network.Name} is reserved, or just being given back; choose another.");
            }
            if (_used.TryGetValue((network.Id, canonical), out var user))
            {
                throw EngineException.Conflict($"The address {asked} on network {network.Name} is in use by container {user.Short}, which runs; stop it first, or choose another.");
            }
            Share((network.Id, canonical), holder.Container, id);
        }
        return Subnet.Address(subnet.Family, value);
    }

    private static string FreeInterface(IEnumerable<Endpoint> others)
    {
        var taken = others.Select(other => other.Interface).ToHashSet();
        return Enumerable.Range(0, int.MaxValue).Select(number => "eth" + number.ToString(CultureInfo.InvariantCulture)).First(name => !taken.Contains(name));
    }

    private void Share((string Network, string Address) place, params ReadOnlySpan<ContainerId> holders)
    {
        if (!_shared.TryGetValue(place, out var all))
        {
            _shared[place] = all = [];
        }
        foreach (var holder in holders)
        {
            all.Add(holder);
        }
    }

    private void Keep(ContainerId id, NetworkEntry entry, AddressBook? book, string? address)
    {
        if (Parse(address) is { } parsed && book?.TryTake(Subnet.Value(parsed)) is false
            && entry.Now.Endpoints.FirstOrDefault(other => other.Ipv4 == address || other.Ipv6 == address) is { } holder)
        {
            Share((entry.Now.Id, address!), holder.Container, id);
        }
    }

    private void Free(ContainerId id, NetworkEntry entry, AddressBook? book, IPAddress? address)
    {
        if (address is null || book is null)
        {
            return;
        }
        var place = (entry.Now.Id, address.ToString());
        if (_shared.TryGetValue(place, out var all))
        {
            all.Remove(id);
            if (all.Count > 0)
            {
                return;   // another has it still
            }
            _shared.Remove(place);
        }
        book.Release(Subnet.Value(address));
    }

    private static IPAddress? Parse(string? address) => address is null ? null : IPAddress.Parse(address);
}
