using System.Collections.Immutable;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <summary>What may be written as a mapping, or as a list of NAME=value.</summary>
internal static class Pairs
{
    /// <summary>Null: a name without a value.</summary>
    public static readonly Shape<ImmutableSortedDictionary<string, string?>> WithNull = Shapes.OneOf(
        list: Shapes.ListOf(Scalars.Text).To(FromList),
        map: Shapes.MapOf(new NullableText()).To(pairs => pairs.ToImmutableSortedDictionary(StringComparer.Ordinal)));

    /// <summary>A name without a value has an empty one: labels, driver_opts.</summary>
    public static readonly Shape<ImmutableSortedDictionary<string, string>> Plain =
        WithNull.To(pairs => pairs.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value ?? "", StringComparer.Ordinal));

    private static (bool Good, ImmutableSortedDictionary<string, string?> Value) FromList(ImmutableArray<string> list, YamlNode node, ReadingContext context)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        foreach (string text in list)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? text : text[..equals];
            if (name.Length == 0)
            {
                context.Error(node, $"\"{Text.Short(text)}\" has no name before its =.");
                continue;
            }
            all[name] = equals < 0 ? null : text[(equals + 1)..];
        }
        return (true, all.ToImmutable());
    }

    private sealed class NullableText : Shape<string?>
    {
        public override bool TryRead(YamlNode node, ReadingContext context, out string? value)
        {
            value = null;
            return node.IsNull || Scalars.Text.TryRead(node, context, out value);
        }

        public override System.Text.Json.Nodes.JsonObject Schema(SchemaWriter writer) =>
            new() { ["type"] = new System.Text.Json.Nodes.JsonArray("string", "number", "boolean", "null") };
    }
}

internal static class PairsExtensions
{
    /// <summary>Those with a value.</summary>
    public static ImmutableSortedDictionary<string, string> WithValues(this ImmutableSortedDictionary<string, string?> pairs) =>
        pairs.Where(pair => pair.Value is not null).ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal);
}
