using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Brig.Engine.Networks;

public enum NetworkDriver
{
    /// <summary>A bridge of this machine, with a gateway that routes and, if wanted, masquerades.</summary>
    Bridge,
}

/// <summary>What was asked for: the first of the three types. Immutable and persisted.</summary>
public sealed record NetworkSpec
{
    /// <summary>The network that a container is on when nobody says which; made when it is first needed.</summary>
    public const string DefaultName = "default";

    /// <summary>Null: one is generated.</summary>
    public string? Name { get; init; }

    public NetworkDriver Driver { get; init; }

    /// <summary>At most one of each family. IPv4: if none is named, one comes from the pools. IPv6: as <see cref="EnableIpv6"/> says.</summary>
    public ImmutableArray<SubnetSpec> Subnets { get; init; } = [];

    /// <summary>Addresses of IPv6 as well: of the subnet that is named, else of one that is this machine's alone (RFC 4193).</summary>
    public bool EnableIpv6 { get; init; }

    /// <summary>Nothing of it leaves the machine or comes from elsewhere: no route, no masquerade, no published port from outside.</summary>
    public bool Internal { get; init; }

    /// <summary>Containers of other networks reach nothing here, and the ones here nothing there. Both must allow it.</summary>
    public bool Isolated { get; init; } = true;

    /// <summary>What leaves the machine has the machine's address; without it the network outside must know the way back.</summary>
    public bool Masquerade { get; init; } = true;

    /// <summary>Whether containers reach services of the machine itself, by the gateway's address. Null: yes, unless it is internal, but not Brig's own port; true: that as well.</summary>
    public bool? ReachHost { get; init; }

    /// <summary>Bytes, 576 to 65,535 (1280 and up with IPv6); null: 1500.</summary>
    public int? Mtu { get; init; }

    /// <summary>The bridge's name on the machine; nothing else may be called so. Null: one is made up.</summary>
    public string? Bridge { get; init; }

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Driver options as a client of Docker wrote them, to be told again; what they ask for stands in the other properties. Null: none.</summary>
    public ImmutableDictionary<string, string>? Options { get; init; }

    /// <summary>What a client of Docker asked for, to be told again: on one machine everybody may join.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Attachable { get; init; }
}

/// <param name="Subnet">As <c>10.5.0.0/24</c> or <c>fd12:3456::/64</c>.</param>
public sealed record SubnetSpec(string Subnet)
{
    /// <summary>The machine's address in it; null: the first.</summary>
    public string? Gateway { get; init; }

    /// <summary>The part addresses are given from, as <c>10.5.0.128/25</c>; null: all of it.</summary>
    public string? Range { get; init; }

    /// <summary>Addresses in it that no container gets, each by whom it belongs to; null: none.</summary>
    public ImmutableDictionary<string, string>? Reserved { get; init; }
}
