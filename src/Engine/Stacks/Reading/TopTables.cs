using System.Collections.Immutable;
using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Stacks.Reading;

/// <summary>The stack's networks and volumes.</summary>
internal static class TopTables
{
    private static readonly Table<(bool Is, string? Name)> ExternalName = new Table<(bool Is, string? Name)>("external", "an external thing", _ => (true, null))
        .Add("name", Scalars.Text, (external, value) => (true, value), "Its name outside of the stack.");

    /// <summary>true, false, or the older mapping with a name.</summary>
    public static readonly Shape<(bool Is, string? Name)> External = Shapes.OneOf(scalar: Scalars.Bool.To(value => (value, (string?)null)), map: ExternalName);

    private static readonly Table<ComposePool> Pool = new Table<ComposePool>("pool", "a pool of addresses", _ => new(null, null, null))
        .Add("subnet", Scalars.Text, (pool, value) => pool with { Subnet = value }, "As 10.20.0.0/24 or fd00:20::/64.")
        .Add("gateway", Scalars.Text, (pool, value) => pool with { Gateway = value }, "This machine's address there; else the first.")
        .Add("ip_range", Scalars.Text, (pool, value) => pool with { Range = value }, "The part of the subnet that addresses are taken from.")
        .Refuse("aux_addresses", "keep such addresses out with ip_range.");

    private static readonly Table<ImmutableArray<ComposePool>> Ipam = new Table<ImmutableArray<ComposePool>>("ipam", "an ipam", _ => [])
        .Add("driver", Scalars.Word(("default", true)), (pools, _) => pools)
        .Add("config", Shapes.ListOf(Pool), (_, value) => value, "The pools: at most one of IPv4 and one of IPv6.")
        .Unused("options", "Brig gives the addresses itself.");

    private static readonly Table<(int? Mtu, bool Masquerade)> NetworkOptions = new Table<(int? Mtu, bool Masquerade)>("networkOptions", "a network's options", _ => (null, true))
        .Add("com.docker.network.driver.mtu", Scalars.Whole(576, 65535), (options, value) => options with { Mtu = (int)value }, "Bytes.")
        .Add("com.docker.network.bridge.enable_ip_masquerade", Scalars.Bool, (options, value) => options with { Masquerade = value }, "What leaves the machine has the machine's address.")
        .Unused("com.docker.network.bridge.name", "Brig names its bridges itself.");

    public static readonly Table<ComposeNetwork> Network = new Table<ComposeNetwork>("network", "a network", node => new("", null, false, node.Place))
        .Add("name", Scalars.Text, (network, value) => network with { Name = value }, "Its name for all; else the stack's name and this.")
        .Add("driver", Scalars.Word(("bridge", true), ("default", true)), (network, _) => network, "bridge.")
        .Add("driver_opts", NetworkOptions, (network, value) => network with { Mtu = value.Mtu, Masquerade = value.Masquerade }, "com.docker.network.driver.mtu and com.docker.network.bridge.enable_ip_masquerade.")
        .Add("external", External, (network, value) => network with { External = value.Is, Name = value.Name ?? network.Name }, "It is there already.")
        .Add("internal", Scalars.Bool, (network, value) => network with { Internal = value }, "No way out of it.")
        .Add("enable_ipv4", Scalars.Word(("true", true)), (network, _) => network, "Every network has IPv4.")
        .Add("enable_ipv6", Scalars.Bool, (network, value) => network with { EnableIpv6 = value }, "IPv6 addresses too.")
        .Add("ipam", Ipam, (network, value) => network with { Pools = value }, "Its addresses.")
        .Add("labels", Pairs.Plain, (network, value) => network with { Labels = value })
        .Quiet("attachable", "Every network of Brig's is.");

    public static readonly Table<ComposeVolume> Volume = new Table<ComposeVolume>("volume", "a volume", node => new("", null, false, node.Place))
        .Add("name", Scalars.Text, (volume, value) => volume with { Name = value }, "Its name for all; else the stack's name and this.")
        .Add("driver", Scalars.Word(("local", true), ("default", true)), (volume, _) => volume, "local.")
        .Add("driver_opts", Pairs.Plain, (volume, value) => volume with { Options = value }, "type, device and o, as mount(8) has them.")
        .Add("external", External, (volume, value) => volume with { External = value.Is, Name = value.Name ?? volume.Name }, "It is there already.")
        .Add("labels", Pairs.Plain, (volume, value) => volume with { Labels = value });
}
