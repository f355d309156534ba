using System.Collections.Immutable;
using System.Net;
using Brig.Engine.Containers;
using Brig.Linux.Net;

namespace Brig.Engine.Networks.Dns;

/// <summary>
/// The name server of every container that is on a network. It listens on <see cref="Address"/> inside the container's network namespace, so it knows who asks
/// by the socket, and no firewall of the machine has a say. A change is seen by the next query.
/// </summary>
internal interface IResolver
{
    /// <summary>What a container's resolv.conf names.</summary>
    static readonly IPAddress Address = IPAddress.Parse("127.0.0.11");

    /// <summary>Who is on a network from now on, all of them; what was published of it before is forgotten.</summary>
    /// <param name="network">Its id.</param>
    /// <param name="name">Its name, for <c>web.name</c>.</param>
    void Publish(string network, string name, bool isInternal, ImmutableArray<NamedEndpoint> endpoints);

    /// <summary>The network is gone.</summary>
    void Forget(string network);

    /// <summary>Listens in a container's network namespace until <see cref="Detach"/>; at once where it does already. About half a millisecond.</summary>
    /// <param name="key">The container's id, or what it shares the namespace with others as.</param>
    /// <param name="inside">The caller's; <c>lo</c> may still be down.</param>
    /// <exception cref="EngineException">Unavailable: the kernel refused.</exception>
    void Attach(string key, NetNamespace inside, DnsScope scope);

    /// <summary>It is on other networks now, or has other name servers. Nothing for one that is not attached.</summary>
    void Change(string key, DnsScope scope);

    void Detach(string key);

    /// <summary>The resolv.conf(5) of a container on a network: this server, and the domains that the machine searches.</summary>
    ResolverPlan Plan();
}
