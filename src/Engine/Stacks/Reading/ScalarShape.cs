using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <param name="what">For the sentence: <c>"abc" is no length of time; write 1m30s</c>.</param>
/// <param name="parse">False: it is none.</param>
/// <param name="schema">What an editor may offer.</param>
internal sealed class ScalarShape<T>(string what, ScalarShape<T>.Parser parse, Func<JsonObject> schema) : Shape<T>
{
    public delegate bool Parser(YamlScalar scalar, out T value);

    public override bool TryRead(YamlNode node, ReadingContext context, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not YamlScalar scalar || node.IsNull)
        {
            context.Error(node, $"This is {node.Kind}, and must be {what}.");
            return false;
        }
        if (parse(scalar, out value))
        {
            return true;
        }
        context.Error(node, $"\"{Text.Short(scalar.Value)}\" is not {what}.");
        return false;
    }

    public override JsonObject Schema(SchemaWriter writer) => schema();
}
