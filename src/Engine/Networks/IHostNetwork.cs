using System.Collections.Immutable;
using Brig.Engine.Networks.Addresses;

namespace Brig.Engine.Networks;

/// <summary>What else uses addresses on this machine.</summary>
internal interface IHostNetwork
{
    /// <summary>Those of the main table but the default ones, and not by the bridges named.</summary>
    ImmutableArray<HostRoute> Routes(IReadOnlySet<string> except);

    /// <summary>Whatever sort it is of.</summary>
    bool HasInterface(string name) => false;
}

internal sealed record HostRoute(Subnet Subnet, string Interface);
