using System.Collections.Immutable;
using System.Globalization;
using Brig.Linux.Wire;

namespace Brig.Linux.Proc;

/// <summary>/proc/PID/uid_map and gid_map, whose lines are <c>inside outside count</c> (user_namespaces(7)).</summary>
public static class IdMapText
{
    /// <summary>Lines that are no such are left out.</summary>
    public static ImmutableArray<IdMap> Parse(string text)
    {
        var maps = ImmutableArray.CreateBuilder<IdMap>();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 3 && Number(words[0], out uint inside) && Number(words[1], out uint outside) && Number(words[2], out uint count))
            {
                maps.Add(new(inside, outside, count));
            }
        }
        return maps.ToImmutable();
    }

    /// <summary>What an id of the host is called inside; null: it has no name there.</summary>
    public static uint? Inside(this ImmutableArray<IdMap> maps, uint outside)
    {
        foreach (IdMap map in maps)
        {
            if (outside >= map.Outside && outside - map.Outside < map.Count)
            {
                return map.Inside + (outside - map.Outside);
            }
        }
        return null;
    }

    private static bool Number(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
