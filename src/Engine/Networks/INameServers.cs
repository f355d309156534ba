using Brig.Engine.Containers;
using Brig.Linux.Net;

namespace Brig.Engine.Networks;

/// <summary>The names of networks, as the life of a container sees them. Called under the container's lock.</summary>
internal interface INameServers
{
    /// <summary>For its /etc/resolv.conf; null: as the spec or the machine says.</summary>
    ResolverPlan? Resolver(Container container);

    /// <summary>Its cables are plugged in; its program waits, or runs already when a new engine finds it. Again after a change of its networks.</summary>
    /// <param name="inside">The caller's: make sockets in it, keep them and not this.</param>
    void Begin(Container container, NetNamespace inside);

    /// <summary>Its program ended.</summary>
    void End(ContainerId id);
}
