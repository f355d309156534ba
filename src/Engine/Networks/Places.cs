using System.Collections.Immutable;

namespace Brig.Engine.Networks;

/// <summary>What is kept of a container's networks, in its row. Equality is by content of the JSON only where somebody writes it.</summary>
/// <param name="Endpoints">Its addresses, its own until it is removed.</param>
/// <param name="Picked">The ports of the machine it was given when any would do; asked for first at the next start.</param>
internal sealed record Places(ImmutableArray<Endpoint> Endpoints, ImmutableArray<PublishedPort> Picked)
{
    public static readonly Places None = new([], []);
}
