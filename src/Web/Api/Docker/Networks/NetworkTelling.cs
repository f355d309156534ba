using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>Brig's networks, and the two that are none, as Docker lists them.</summary>
internal sealed class NetworkTelling(INetworks networks, IContainers containers)
{
    /// <summary>All, the predefined too. Docker always has <c>bridge</c>: it is made if nobody needed it yet.</summary>
    /// <param name="withContainers">As clients before 1.28 are told.</param>
    public async Task<IEnumerable<NetworkResource>> ListAsync(bool withContainers, CancellationToken stop)
    {
        await networks.DefaultAsync(stop);
        return networks.List().Select(network => Tell(network, withContainers)).Concat(new[] { NetworkNames.Host, NetworkNames.None }.Select(name => withContainers ? Whole(name) : Predefined(name)));
    }

    /// <param name="idOrName">As clients write it.</param>
    /// <exception cref="EngineException">NotFound.</exception>
    public async Task<NetworkResource> GetAsync(string idOrName, CancellationToken stop)
    {
        if (idOrName == NetworkNames.Bridge)
        {
            await networks.DefaultAsync(stop);
        }
        return TryPredefined(idOrName) is { } predefined ? Whole(predefined) : Tell(Find(networks, idOrName), withContainers: true);
    }

    /// <exception cref="EngineException">NotFound.</exception>
    public static Network Find(INetworks networks, string idOrName)
    {
        try
        {
            return networks.Get(NetworkNames.ToBrig(idOrName));
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            throw EngineException.NotFound($"network {idOrName} not found");   // clients look for these words
        }
    }

    /// <summary>Its name, by that or by its id; null: it is none of the two.</summary>
    public static string? TryPredefined(string idOrName) => Array.Find([NetworkNames.Host, NetworkNames.None],
        name => name == idOrName || (idOrName.Length >= 12 && NetworkNames.IdOf(name).StartsWith(idOrName, StringComparison.Ordinal)));

    public NetworkResource Tell(Network network, bool withContainers = false) => new()
    {
        Name = NetworkNames.ToDocker(network.Name),
        Id = network.Id,
        Created = DockerTime.Text(network.CreatedAt),
        Driver = "bridge",
        EnableIpv6 = network.Spec.EnableIpv6,
        Ipam = new() { Config = [.. new[] { network.Plan.Ipv4, network.Plan.Ipv6 }.OfType<SubnetPlan>().Select(plan => Tell(plan, network.Spec))], Options = [] },
        Internal = network.Spec.Internal,
        Attachable = network.Spec.Attachable,
        Containers = withContainers ? On(network) : [],
        Options = network.Name == NetworkSpec.DefaultName ? NetworkOptions.OfDefault(network) : network.Spec.Options ?? ImmutableDictionary<string, string>.Empty,
        Labels = network.Spec.Labels,
    };

    private static NetworkIpamConfig Tell(SubnetPlan plan, NetworkSpec spec)
    {
        var asked = spec.Subnets.FirstOrDefault(one => one.Subnet == plan.Subnet);
        return new()
        {
            Subnet = plan.Subnet,
            Gateway = asked is { Gateway: null } ? null : plan.Gateway,   // Docker tells of a subnet that was asked for what was asked
            Range = plan.Range == plan.Subnet ? null : plan.Range,
            Auxiliary = asked?.Reserved is { IsEmpty: false } reserved ? reserved : null,
        };
    }

    private NetworkResource Whole(string predefined) => Predefined(predefined) with { Containers = On(predefined) };

    private static NetworkResource Predefined(string name) => new()
    {
        Name = name, Id = NetworkNames.IdOf(name), Created = DockerTime.Text(DateTimeOffset.UnixEpoch), Driver = name == NetworkNames.None ? "null" : name, Ipam = new() { Config = null },
    };

    private Dictionary<string, NetworkContainer> On(Network network)
    {
        var all = new Dictionary<string, NetworkContainer>(StringComparer.Ordinal);
        var names = containers.List().ToDictionary(one => one.Id, one => one.Name);
        foreach (var endpoint in network.Endpoints.Where(endpoint => endpoint.Connected))
        {
            all[endpoint.Container.Value] = new(names.GetValueOrDefault(endpoint.Container, ""), Endpoints.IdOf(network.Id, endpoint.Container), endpoint.Mac,
                With(endpoint.Ipv4, network.Plan.Ipv4), With(endpoint.Ipv6, network.Plan.Ipv6));
        }
        return all;
    }

    private Dictionary<string, NetworkContainer> On(string predefined) => containers.List().Where(one => Endpoints.IsUp(one) && Endpoints.Predefined(one) == predefined)
        .ToDictionary(one => one.Id.Value, one => new NetworkContainer(one.Name, Endpoints.IdOf(NetworkNames.IdOf(predefined), one.Id), "", "", ""));

    private static string With(string? address, SubnetPlan? plan) => address is null || plan is null ? "" : $"{address}/{Endpoints.Prefix(plan)}";
}
