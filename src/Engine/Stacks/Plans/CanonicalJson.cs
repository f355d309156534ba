using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Brig.Engine.Stacks.Plans;

/// <summary>A record as JSON with its keys in order, so that the same is the same text in every process: dictionaries have an order of their own.</summary>
internal static class CanonicalJson
{
    public static string Write<T>(T value) => Sorted(JsonNode.Parse(EngineJson.Write(value)))?.ToJsonString() ?? "null";

    /// <param name="more">Texts beside the record's own members.</param>
    public static string Write<T>(T value, IEnumerable<KeyValuePair<string, string>> more)
    {
        var map = JsonNode.Parse(EngineJson.Write(value))!.AsObject();
        foreach (var (key, text) in more)
        {
            map[key] = text;
        }
        return Sorted(map)!.ToJsonString();
    }

    /// <returns>64 hex digits.</returns>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
