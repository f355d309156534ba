using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Endpoint = Brig.Engine.Networks.Endpoint;

namespace Brig.Web.Api.Docker;

/// <summary>Where a container is, in Docker's words.</summary>
internal static class Endpoints
{
    /// <summary><c>NetworkSettings.Networks</c>: by the network's name. Addresses only while it runs, as Docker has them, although Brig keeps them.</summary>
    public static Dictionary<string, EndpointSettings> Of(Container container, INetworks networks, ApiVersion version)
    {
        var all = new Dictionary<string, EndpointSettings>(StringComparer.Ordinal);
        if (Predefined(container) is { } predefined)
        {
            all.Add(predefined, new() { NetworkId = NetworkNames.IdOf(predefined), EndpointId = IsUp(container) ? IdOf(NetworkNames.IdOf(predefined), container.Id) : "" });
        }
        foreach (var endpoint in container.Endpoints)
        {
            if (TryGet(networks, endpoint.NetworkId) is { } network)
            {
                all[NetworkNames.ToDocker(network.Name)] = Of(container, endpoint, network, version);
            }
        }
        return all;
    }

    /// <summary><c>host</c> or <c>none</c>; null: it is on networks of Brig's, or in another container's.</summary>
    public static string? Predefined(Container container) => container.Spec.Namespaces.Net.Source switch
    {
        NamespaceSource.Host => NetworkNames.Host,
        NamespaceSource.New when container.Endpoints.IsEmpty => NetworkNames.None,
        _ => null,
    };

    public static string IdOf(string network, ContainerId container) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(network + container.Value)));

    public static int Prefix(SubnetPlan plan) => int.Parse(plan.Subnet.AsSpan(plan.Subnet.IndexOf('/', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    public static bool IsUp(Container container) => container.State.Status is ContainerStatus.Running or ContainerStatus.Paused;

    private static EndpointSettings Of(Container container, Endpoint endpoint, Network network, ApiVersion version)
    {
        bool isDefault = network.Name == NetworkSpec.DefaultName;
        var asked = container.Spec.Networks?.FirstOrDefault(one => one.Network == network.Name);
        // The host name is an alias here, and stands among the DNS names there. Before 1.45 it and the short id are among the aliases; clients of then look for them there.
        string[] own = [.. endpoint.Aliases.Where(alias => alias != container.Spec.Hostname)];
        string[] names = container.Spec.Hostname is { Length: > 0 } hostname ? [container.Id.Short, hostname] : [container.Id.Short];
        string[] aliases = [.. own, .. !isDefault && version.IsBefore(1, 45) ? names : []];
        var told = new EndpointSettings
        {
            Ipam = asked is { Ipv4: null, Ipv6: null } or null ? null : new() { Ipv4 = asked.Ipv4, Ipv6 = asked.Ipv6 },
            Aliases = aliases is [] ? null : aliases,
            MacAddress = asked?.Mac ?? "",
            NetworkId = network.Id,
            DnsNames = isDefault || version.IsBefore(1, 44) ? null : [.. own.Prepend(container.Name).Concat(names).Distinct()],
        };
        return !endpoint.Connected ? told : told with
        {
            EndpointId = IdOf(network.Id, container.Id),
            MacAddress = endpoint.Mac,
            Gateway = network.Spec.Internal ? "" : network.Plan.Ipv4?.Gateway ?? "",
            Ipv4 = endpoint.Ipv4 ?? "",
            Ipv4Prefix = endpoint.Ipv4 is not null && network.Plan.Ipv4 is { } ipv4 ? Prefix(ipv4) : 0,
            Ipv6Gateway = endpoint.Ipv6 is null || network.Spec.Internal ? "" : network.Plan.Ipv6?.Gateway ?? "",
            Ipv6 = endpoint.Ipv6 ?? "",
            Ipv6Prefix = endpoint.Ipv6 is not null && network.Plan.Ipv6 is { } ipv6 ? Prefix(ipv6) : 0,
        };
    }

    private static Network? TryGet(INetworks networks, string id)
    {
        try
        {
            return networks.Get(id);
        }
        catch (EngineException)
        {
            return null;   // it is being removed
        }
    }
}
