using System.Text.Json.Nodes;

namespace Brig.Engine.Stacks.Reading;

/// <summary>Collects the tables by name while their schemas are written, so that each is there once.</summary>
internal sealed class SchemaWriter
{
    private readonly Dictionary<string, JsonObject?> _definitions = new(StringComparer.Ordinal);

    /// <param name="write">Called once for each name.</param>
    public JsonObject Reference(string name, Func<JsonObject> write)
    {
        if (_definitions.TryAdd(name, null))
        {
            _definitions[name] = write();
        }
        return new() { ["$ref"] = "#/$defs/" + name };
    }

    public JsonObject Whole(JsonObject root, string title)
    {
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        root["title"] = title;
        root["$defs"] = new JsonObject(_definitions.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        return root;
    }
}
