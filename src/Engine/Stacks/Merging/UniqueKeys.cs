using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Merging;

/// <summary>By what an item of a list is the same as one of another file's list.</summary>
internal static class UniqueKeys
{
    /// <summary>Null: items are appended, whatever they are.</summary>
    public static Func<YamlNode, string>? Of(MergeKind kind) => kind switch
    {
        MergeKind.Set or MergeKind.OneOrMore => node => node is YamlScalar scalar ? scalar.Value : Unlike(node),
        MergeKind.Ports => Port,
        MergeKind.Mounts => Mount,
        MergeKind.Files => File,
        _ => null,
    };

    /// <summary>Address, port of the machine, port of the container, protocol.</summary>
    private static string Port(YamlNode node) => node switch
    {
        YamlScalar scalar => (scalar.Value.StartsWith("0.0.0.0:", StringComparison.Ordinal) ? scalar.Value[8..] : scalar.Value) is var text && text.Contains('/', StringComparison.Ordinal) ? text : text + "/tcp",
        YamlMap map => Join(":", Value(map, "host_ip"), Value(map, "published"), Value(map, "target")) + "/" + (Value(map, "protocol") ?? "tcp"),
        _ => Unlike(node),
    };

    private static string Mount(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value.Split(':') is { Length: > 1 } parts ? parts[1] : scalar.Value,
        YamlMap map => Value(map, "target") ?? Unlike(node),
        _ => Unlike(node),
    };

    private static string File(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value,
        YamlMap map => Value(map, "target") ?? Value(map, "source") ?? Unlike(node),
        _ => Unlike(node),
    };

    private static string? Value(YamlMap map, string key) => (map[key] as YamlScalar)?.Value;
    private static string Join(string between, params string?[] parts) => string.Join(between, parts.OfType<string>());
    private static string Unlike(YamlNode node) => $"\0{node.Place}";
}
