using System.Collections.Immutable;
using System.Net;

namespace Brig.Engine.Containers;

/// <summary>What a start has to know of a container's networks.</summary>
internal sealed record NetworkSetup
{
    public static readonly NetworkSetup None = new();

    /// <summary>Its interfaces; empty: only the loopback.</summary>
    public ImmutableArray<LinkPlan> Links { get; init; } = [];

    /// <summary>For /etc/hosts: its own addresses, each with its names, the first of them its host name. Empty: its name is 127.0.1.1.</summary>
    public ImmutableArray<HostsLine> Hosts { get; init; } = [];

    /// <summary>Where the machine is reached; null: nowhere.</summary>
    public IPAddress? Machine { get; init; }

    /// <summary>For /etc/resolv.conf, in place of what the spec or the host says; null: as they say.</summary>
    public ResolverPlan? Resolver { get; init; }
}

/// <summary>A line of hosts(5).</summary>
internal sealed record HostsLine(IPAddress Address, ImmutableArray<string> Names);

/// <summary>resolv.conf(5).</summary>
internal sealed record ResolverPlan(ImmutableArray<IPAddress> Servers)
{
    public ImmutableArray<string> Search { get; init; } = [];

    /// <summary>As <c>ndots:0</c>.</summary>
    public ImmutableArray<string> Options { get; init; } = [];
}
