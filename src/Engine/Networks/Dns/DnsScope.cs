using System.Collections.Immutable;
using System.Net;

namespace Brig.Engine.Networks.Dns;

/// <summary>What one container may know.</summary>
/// <param name="Networks">Ids of the networks it is on, in its order.</param>
/// <param name="Servers">Who is asked for names of elsewhere; empty: the name servers of this machine.</param>
public sealed record DnsScope(ImmutableArray<string> Networks, ImmutableArray<IPAddress> Servers)
{
    public bool Equals(DnsScope? other) => other is not null && Networks.SequenceEqual(other.Networks) && Servers.SequenceEqual(other.Servers);

    public override int GetHashCode() => HashCode.Combine(Networks.Length, Servers.Length);
}
