using System.Collections.Immutable;
using System.Net;
using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Stacks.Reading;

/// <summary>The networks a service is in.</summary>
internal static class NetworkShapes
{
    public static readonly Shape<string> Mac = new ScalarShape<string>("a MAC address; write it as 02:42:ac:11:65:43",
        (scalar, out value) => (value = scalar.Value.ToLowerInvariant().Replace('-', ':')).Split(':') is { Length: 6 } parts && parts.All(part => part.Length == 2 && part.All(char.IsAsciiHexDigit)),
        () => new() { ["type"] = "string", ["pattern"] = "^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$|\\$" });

    private static readonly Table<ServiceNetwork> One = new Table<ServiceNetwork>("serviceNetwork", "a service's network", node => new("", node.Place))
        .Add("aliases", Shapes.ListOf(Scalars.Text), (network, value) => network with { Aliases = value }, "More names by which others in the network find it.")
        .Add("ipv4_address", Address(4), (network, value) => network with { Ipv4 = value })
        .Add("ipv6_address", Address(6), (network, value) => network with { Ipv6 = value })
        .Add("mac_address", Mac, (network, value) => network with { Mac = value })
        .Add("priority", Scalars.Whole(-1000, 100000), (network, value) => network with { Priority = (int)value }, "The network of the highest is the first.")
        .Add("gw_priority", Scalars.Whole(-1000, 100000), (network, value) => network with { Priority = (int)value }, "The network of the highest has the default route.")
        .Refuse("link_local_ips", "an interface has the addresses of its network.")
        .Refuse("interface_name", "interfaces are called eth0, eth1 and so on.")
        .Unused("driver_opts", "there is one driver.");

    public static readonly Shape<ImmutableArray<ServiceNetwork>> All = Shapes.OneOf(
        list: Shapes.ListOf(Scalars.Name.To((name, node, _) => (true, new ServiceNetwork(name, node.Place)))),
        map: Shapes.MapOf(One, withNull: true).To(pairs => pairs.Select(pair => pair.Value with { Network = pair.Key }).ToImmutableArray()));

    private static ScalarShape<string> Address(int version) => new($"an IPv{version} address",
        (scalar, out value) => IPAddress.TryParse(value = scalar.Value, out var address) && address.GetAddressBytes().Length == (version == 4 ? 4 : 16), () => new() { ["type"] = "string" });
}
