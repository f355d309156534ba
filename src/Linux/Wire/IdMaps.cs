using System.Collections.Immutable;

namespace Brig.Linux.Wire;

/// <summary>The lines of a uid_map or gid_map together.</summary>
public static class IdMaps
{
    /// <summary>Who somebody of the container is outside; null: nobody.</summary>
    public static uint? Outside(this ImmutableArray<IdMap> maps, uint inside)
    {
        foreach (var map in maps)
            if (inside >= map.Inside && inside - map.Inside < map.Count)
                return map.Outside + (inside - map.Inside);
        return null;
    }
}
