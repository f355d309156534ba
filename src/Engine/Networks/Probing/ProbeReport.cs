using System.Collections.Immutable;

namespace Brig.Engine.Networks.Probing;

/// <summary>What one container sees of another.</summary>
/// <param name="From">The container's name.</param>
/// <param name="To">The container's name.</param>
/// <param name="Name">Whether it finds it by name.</param>
/// <param name="Routes">A way for each address the other has on a network of both; empty: they are on none together.</param>
public sealed record ProbeReport(string From, string To, NameProbe Name, ImmutableArray<RouteProbe> Routes);

/// <param name="Asked">The name.</param>
/// <param name="Addresses">The answer, of both families.</param>
/// <param name="Milliseconds">Until both answers were there.</param>
/// <param name="Failure">Why there is no answer, as a sentence; null: there is one.</param>
public sealed record NameProbe(string Asked, ImmutableArray<string> Addresses, double Milliseconds, string? Failure);

/// <param name="Network">The network's name.</param>
/// <param name="Address">The other's there.</param>
/// <param name="EchoMilliseconds">Until its echo came back (ICMP); null: it did not.</param>
/// <param name="EchoFailure">Null: it came back.</param>
/// <param name="Ports">Those that were tried.</param>
public sealed record RouteProbe(string Network, string Address, double? EchoMilliseconds, string? EchoFailure, ImmutableArray<PortProbe> Ports);

/// <param name="Milliseconds">Until the connection stood; null: it did not.</param>
/// <param name="Failure">Null: it stood.</param>
public sealed record PortProbe(int Port, double? Milliseconds, string? Failure);
