using System.Collections.Immutable;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>What every container has hidden and read-only, unless it is privileged or asks for <see cref="SystemPaths.Unconfined"/>: Docker's lists.</summary>
public static class StandardPaths
{
    public static ImmutableArray<string> Masked => StandardRoot.MaskedPaths;

    public static ImmutableArray<string> ReadOnly => StandardRoot.ReadOnlyPaths;
}
