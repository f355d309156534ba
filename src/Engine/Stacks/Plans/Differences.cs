using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Brig.Engine.Stacks.Plans;

/// <summary>What is otherwise in one spec than in another, field by field.</summary>
internal static class Differences
{
    private const int Most = 50;

    public static ImmutableArray<PlanChange> Of(string before, string after)
    {
        var (old, now) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new SortedDictionary<string, string>(StringComparer.Ordinal));
        Flatten(JsonNode.Parse(before), "", old);
        Flatten(JsonNode.Parse(after), "", now);
        return [.. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Select(key => new PlanChange(key, old.GetValueOrDefault(key), now.GetValueOrDefault(key)))
            .Where(change => change.Before != change.After)
            .Take(Most)];
    }

    private static void Flatten(JsonNode? node, string path, SortedDictionary<string, string> to)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    Flatten(value, path.Length == 0 ? key : $"{path}.{key}", to);
                }
                break;
            case JsonArray list when path == "env":
                foreach (string entry in list.Select(item => item!.GetValue<string>()))
                {
                    int equals = entry.IndexOf('=', StringComparison.Ordinal);
                    to[$"env.{entry[..equals]}"] = entry[(equals + 1)..];
                }
                break;
            case JsonArray list when list.All(item => item is JsonValue):
                to[path] = string.Join(' ', list.Select(item => item!.ToString()));
                break;
            case JsonArray list:
                for (int i = 0; i < list.Count; i++)
                {
                    Flatten(list[i], $"{path}[{i}]", to);
                }
                break;
            case JsonValue value:
                to[path] = value.ToString();
                break;
        }
    }
}
