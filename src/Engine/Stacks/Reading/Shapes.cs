using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <summary>The values that are made of others.</summary>
internal static class Shapes
{
    public static Shape<ImmutableArray<T>> ListOf<T>(Shape<T> item) => new ListShape<T>(item);

    /// <summary>A mapping from names to such values, in the order written.</summary>
    /// <param name="withNull">A name without a value is given to <paramref name="item"/> too, as an empty mapping.</param>
    public static Shape<ImmutableArray<KeyValuePair<string, T>>> MapOf<T>(Shape<T> item, bool withNull = false, bool checkNames = false) => new MapShape<T>(item, withNull, checkNames);

    /// <summary>One way to read a text, another for a list, a third for a mapping; null: it cannot be that.</summary>
    public static Shape<T> OneOf<T>(Shape<T>? scalar = null, Shape<T>? list = null, Shape<T>? map = null) => new KindShape<T>(scalar, list, map);

    /// <summary>One, or a list of them.</summary>
    public static Shape<ImmutableArray<T>> OneOrMore<T>(Shape<T> item) => OneOf(scalar: item.To(value => ImmutableArray.Create(value)), list: ListOf(item));

    private sealed class ListShape<T>(Shape<T> item) : Shape<ImmutableArray<T>>
    {
        public override bool TryRead(YamlNode node, ReadingContext context, out ImmutableArray<T> value)
        {
            value = [];
            if (node is not YamlList list)
            {
                context.Error(node, $"This is {node.Kind}, and must be a list.");
                return false;
            }
            var all = ImmutableArray.CreateBuilder<T>(list.Items.Length);
            for (int i = 0; i < list.Items.Length; i++)
            {
                int at = i;
                var (good, read) = context.In($"[{i}]", () => (item.TryRead(list.Items[at], context, out var one), one));
                if (good)
                {
                    all.Add(read!);
                }
            }
            value = all.ToImmutable();
            return true;
        }

        public override JsonObject Schema(SchemaWriter writer) => new() { ["type"] = "array", ["items"] = item.Schema(writer) };
    }

    private sealed class MapShape<T>(Shape<T> item, bool withNull, bool checkNames) : Shape<ImmutableArray<KeyValuePair<string, T>>>
    {
        public override bool TryRead(YamlNode node, ReadingContext context, out ImmutableArray<KeyValuePair<string, T>> value)
        {
            value = [];
            if (node is not YamlMap map)
            {
                context.Error(node, $"This is {node.Kind}, and must be a mapping of names.");
                return false;
            }
            var all = ImmutableArray.CreateBuilder<KeyValuePair<string, T>>(map.Entries.Length);
            foreach (var (key, child) in map.Entries)
            {
                if (checkNames && key.Value.StartsWith("x-", StringComparison.Ordinal))
                {
                    continue;
                }
                if (checkNames && !Scalars.IsName(key.Value))
                {
                    context.Error(key, $"\"{Text.Short(key.Value)}\" cannot be a name here; it has letters, digits, '.', '_' and '-'.");
                    continue;
                }
                var given = withNull && child.IsNull ? YamlMap.At(key, []) : child;
                var (good, read) = context.In(key.Value, () => (item.TryRead(given, context, out var one), one));
                if (good)
                {
                    all.Add(new(key.Value, read!));
                }
            }
            value = all.ToImmutable();
            return true;
        }

        public override JsonObject Schema(SchemaWriter writer) => new()
        {
            ["type"] = "object",
            ["additionalProperties"] = withNull ? new JsonObject { ["anyOf"] = new JsonArray(item.Schema(writer), new JsonObject { ["type"] = "null" }) } : item.Schema(writer),
        };
    }

    private sealed class KindShape<T>(Shape<T>? scalar, Shape<T>? list, Shape<T>? map) : Shape<T>
    {
        public override bool TryRead(YamlNode node, ReadingContext context, [MaybeNullWhen(false)] out T value)
        {
            var shape = node switch { YamlList => list, YamlMap => map, _ => scalar };
            if (shape is not null)
            {
                return shape.TryRead(node, context, out value);
            }
            value = default;
            string[] can = [.. new[] { scalar is null ? null : "a text", list is null ? null : "a list", map is null ? null : "a mapping" }.OfType<string>()];
            context.Error(node, $"This is {node.Kind}, and must be {string.Join(" or ", can)}.");
            return false;
        }

        public override JsonObject Schema(SchemaWriter writer) =>
            new() { ["anyOf"] = new JsonArray([.. new[] { scalar, list, map }.OfType<Shape<T>>().Select(shape => (JsonNode)shape.Schema(writer))]) };
    }
}
