using System.Collections.Immutable;

namespace Brig.Engine.Networks;

/// <summary>A container shall be on this network: a part of its spec.</summary>
/// <param name="Network">Id or name; in a container that exists, the name.</param>
public sealed record NetworkAttachment(string Network)
{
    /// <summary>Names by which the others on the network find it, beside the container's own.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>A fixed address, inside the network's subnet; null: one is given.</summary>
    public string? Ipv4 { get; init; }

    /// <summary>A fixed address, inside the network's subnet; null: one is given where the network has IPv6.</summary>
    public string? Ipv6 { get; init; }

    /// <summary>Six bytes in hex with colons, not a group's; null: made from the address.</summary>
    public string? Mac { get; init; }
}
