using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Networks;

/// <summary>Asked, derived and actual together, as the pages and the API show them.</summary>
/// <param name="Id">64 lowercase hex digits, as a container's; the first 12 are what people see.</param>
/// <param name="Spec">With the name filled in.</param>
/// <param name="Endpoints">Of every container that is on it, running or not, oldest first.</param>
/// <param name="Version">Grows with every change of this network.</param>
public sealed record Network(
    string Id,
    string Name,
    NetworkSpec Spec,
    NetworkPlan Plan,
    NetworkState State,
    ImmutableArray<Endpoint> Endpoints,
    DateTimeOffset CreatedAt,
    long Version);

/// <summary>What follows from the spec, decided once at create: the second of the three types.</summary>
/// <param name="Bridge">The interface's name on the machine: <c>br-</c> and eight hex digits.</param>
/// <param name="Ipv4">Null: none.</param>
/// <param name="Ipv6">Null: none.</param>
public sealed record NetworkPlan(string Bridge, SubnetPlan? Ipv4, SubnetPlan? Ipv6, int Mtu);

/// <param name="Subnet">As <c>10.5.0.0/24</c>.</param>
/// <param name="Gateway">The machine's address in it.</param>
/// <param name="Range">The part addresses are given from.</param>
public sealed record SubnetPlan(string Subnet, string Gateway, string Range);

/// <summary>What is: the third of the three types.</summary>
/// <param name="Up">Its bridge is there, with its addresses and rules. It is made when first needed.</param>
/// <param name="Trouble">What is wrong with it, as a sentence; null: nothing.</param>
public sealed record NetworkState(bool Up, string? Trouble = null);

/// <summary>A container's place on a network. Kept, with its addresses, until the container is removed or disconnected.</summary>
/// <param name="NetworkId">Of the network.</param>
/// <param name="Container">Of the container.</param>
/// <param name="Aliases">More names the network's name server knows it by.</param>
/// <param name="Ipv4">Without prefix length; null: none.</param>
/// <param name="Ipv6">Without prefix length; null: none.</param>
/// <param name="Mac">As <c>02:42:0a:05:00:02</c>.</param>
/// <param name="Interface">Inside the container: <c>eth0</c>, <c>eth1</c> …</param>
/// <param name="Connected">The container runs and its cable is plugged in. A name server answers with those that are.</param>
public sealed record Endpoint(
    string NetworkId,
    ContainerId Container,
    ImmutableArray<string> Aliases,
    string? Ipv4,
    string? Ipv6,
    string Mac,
    string Interface,
    bool Connected);

/// <summary>One change: the network as it is now, or gone.</summary>
/// <param name="Network">Null when it was removed.</param>
public sealed record NetworkChange(string Id, Network? Network);
