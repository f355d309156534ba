using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <summary>
/// What keys a mapping may have, how each is read and into what: the one list that the reader, the schema and the sentence about an unknown key are made from.
/// A key is taken, refused with a reason, or named as having no effect; none is passed over.
/// </summary>
/// <param name="name">Of the schema's definition.</param>
/// <param name="what">For sentences: "a service".</param>
/// <param name="make">The value before any key was read.</param>
internal sealed class Table<T>(string name, string what, Func<YamlNode, T> make) : Shape<T>
{
    private delegate T Setter(T value, YamlNode node, ReadingContext context);

    private sealed record Column(string Key, Setter Set, Func<SchemaWriter, JsonObject>? Schema, string Help);

    private readonly Dictionary<string, Column> _columns = new(StringComparer.Ordinal);
    private ImmutableArray<string> _required = [];

    public IEnumerable<string> Keys => _columns.Values.Where(column => column.Schema is not null).Select(column => column.Key);

    /// <summary>A key without a value is as if it were not there.</summary>
    public Table<T> Add<TValue>(string key, Shape<TValue> shape, Func<T, TValue, T> set, string help = "") =>
        With(new(key, (value, node, context) => !node.IsNull && shape.TryRead(node, context, out var read) ? set(value, read) : value, shape.Schema, help));

    /// <summary>Nothing is made while it stands.</summary>
    public Table<T> Refuse(string key, string why) =>
        With(new(key, (value, node, context) =>
        {
            context.Error(node, $"This is not supported: {why}");
            return value;
        }, null, ""));

    /// <summary>It says nothing that Brig acts upon, and a warning says so.</summary>
    public Table<T> Unused(string key, string why) =>
        With(new(key, (value, node, context) =>
        {
            context.Warning(node, $"This has no effect here: {why}");
            return value;
        }, _ => [], "No effect: " + why));

    /// <summary>It is taken and means nothing, and nobody needs to be told.</summary>
    public Table<T> Quiet(string key, string help) => With(new(key, (value, _, _) => value, _ => [], help));

    public Table<T> Require(params string[] keys)
    {
        _required = [.. keys];
        return this;
    }

    public override bool TryRead(YamlNode node, ReadingContext context, [MaybeNullWhen(false)] out T value)
    {
        value = make(node);
        if (node is not YamlMap map)
        {
            context.Error(node, $"This is {node.Kind}, and must be {what}: a mapping of keys to values.");
            return false;
        }
        foreach (var (key, child) in map.Entries)
        {
            if (_columns.TryGetValue(key.Value, out var column))
            {
                var before = value;
                value = context.In(key.Value, () => column.Set(before, child, context));
            }
            else if (!key.Value.StartsWith("x-", StringComparison.Ordinal))
            {
                context.Error(key, $"The key \"{Text.Short(key.Value)}\" is none of {what}.{Nearest(key.Value)}");
            }
        }
        foreach (string key in _required.Where(key => map[key] is null || map[key]!.IsNull))
        {
            context.Error(node, $"The key \"{key}\" is missing.");
        }
        return true;
    }

    public override JsonObject Schema(SchemaWriter writer) => writer.Reference(name, () =>
    {
        var properties = new JsonObject();
        foreach (var column in _columns.Values.Where(column => column.Schema is not null))
        {
            var schema = column.Schema!(writer);
            if (column.Help.Length > 0)
            {
                schema["description"] = column.Help;
            }
            properties[column.Key] = schema;
        }
        var whole = new JsonObject { ["type"] = "object", ["properties"] = properties, ["patternProperties"] = new JsonObject { ["^x-"] = new JsonObject() }, ["additionalProperties"] = false };
        if (!_required.IsEmpty)
        {
            whole["required"] = new JsonArray([.. _required.Select(key => (JsonNode)key)]);
        }
        return whole;
    });

    private Table<T> With(Column column)
    {
        _columns.Add(column.Key, column);
        return this;
    }

    private string Nearest(string key)
    {
        string? near = _columns.Values.Where(column => column.Schema is not null).Select(column => column.Key)
            .Select(other => (Key: other, Distance: Near.Distance(key, other))).Where(pair => pair.Distance <= (key.Length < 4 ? 1 : Math.Max(2, key.Length / 4))).OrderBy(pair => pair.Distance).FirstOrDefault().Key;
        return near is null ? "" : $" Did you mean \"{near}\"?";
    }
}
