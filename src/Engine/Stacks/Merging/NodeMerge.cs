using System.Collections.Immutable;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Merging;

/// <summary>
/// One file over another, and a service over the one it extends, by the Compose specification's chapter "Merge": mappings are merged, lists appended, texts replaced; what can be written as a list
/// or a mapping is a mapping first; a port, mount, config or secret replaces the one with the same target; <c>!reset</c> takes away, <c>!override</c> replaces.
/// </summary>
internal static class NodeMerge
{
    /// <summary>Null: <paramref name="above"/> takes it away.</summary>
    public static YamlNode? Merge(YamlNode below, YamlNode above, ImmutableArray<string> path)
    {
        if (above.Tag == "!reset")
        {
            return null;
        }
        if (above.Tag == "!override" || above.IsNull)
        {
            return above.IsNull ? below : above;
        }
        var kind = MergeRules.Of(path);
        if (kind == MergeKind.Replace)
        {
            return above;
        }
        (below, above) = (MergeRules.Same(below, kind), MergeRules.Same(above, kind));
        return (below, above) switch
        {
            (YamlMap low, YamlMap high) when kind == MergeKind.Logging && Text(low["driver"]) is { } a && Text(high["driver"]) is { } b && a != b => high,
            (YamlMap low, YamlMap high) => Maps(low, high, path),
            (YamlList low, YamlList high) => Lists(low, high, kind),
            _ => above,
        };
    }

    /// <summary>Takes away what a file says <c>!reset</c> to and has nothing below it.</summary>
    public static YamlNode? Clean(YamlNode node) => node switch
    {
        { Tag: "!reset" } => null,
        YamlMap map when map.Entries.Any(entry => entry.Value is not YamlScalar { Tag: null }) =>
            map.With([.. map.Entries.Select(entry => (entry.Key, Value: Clean(entry.Value))).Where(pair => pair.Value is not null).Select(pair => new YamlEntry(pair.Key, pair.Value!))]),
        YamlList list when list.Items.Any(item => item is not YamlScalar { Tag: null }) => list.With([.. list.Items.Select(Clean).OfType<YamlNode>()]),
        _ => node,
    };

    private static YamlMap Maps(YamlMap low, YamlMap high, ImmutableArray<string> path)
    {
        var entries = low.Entries.ToBuilder();
        var places = low.Entries.Select((entry, i) => (entry.Key.Value, i)).ToDictionary(pair => pair.Value, pair => pair.i, StringComparer.Ordinal);
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in high.Entries)
        {
            if (!places.TryGetValue(entry.Key.Value, out int at))
            {
                entries.Add(entry);
            }
            else if (Merge(entries[at].Value, entry.Value, path.Add(entry.Key.Value)) is { } merged)
            {
                // The key stands where it was said last: there the reader looks for it.
                entries[at] = new(entry.Key, merged);
            }
            else
            {
                gone.Add(entry.Key.Value);
            }
        }
        return high.With([.. entries.Where(entry => !gone.Contains(entry.Key.Value))]);
    }

    private static YamlList Lists(YamlList low, YamlList high, MergeKind kind)
    {
        if (UniqueKeys.Of(kind) is not { } keyOf)
        {
            return high.With([.. low.Items, .. high.Items]);
        }
        var items = new List<YamlNode>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in low.Items.Concat(high.Items))
        {
            string key = keyOf(item);
            if (places.TryGetValue(key, out int at))
            {
                items[at] = item;
            }
            else
            {
                places.Add(key, items.Count);
                items.Add(item);
            }
        }
        return high.With([.. items]);
    }

    private static string? Text(YamlNode? node) => (node as YamlScalar)?.Value;
}
