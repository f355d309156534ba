using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <summary>How a value is read, and how an editor is told of it: in one place, so that the two say the same.</summary>
internal abstract class Shape<T>
{
    /// <summary>Tells what is wrong itself, and returns false then.</summary>
    public abstract bool TryRead(YamlNode node, ReadingContext context, [MaybeNullWhen(false)] out T value);

    /// <summary>JSON Schema (draft 2020-12) of what <see cref="TryRead"/> takes.</summary>
    public abstract JsonObject Schema(SchemaWriter writer);

    public Shape<TOther> To<TOther>(Func<T, TOther> make) => new Mapped<T, TOther>(this, (value, _, _) => (true, make(value)));

    /// <param name="make">With the node for its place; may tell what is wrong and return false.</param>
    public Shape<TOther> To<TOther>(Func<T, YamlNode, ReadingContext, (bool Good, TOther Value)> make) => new Mapped<T, TOther>(this, make);
}

internal sealed class Mapped<T, TOther>(Shape<T> inner, Func<T, YamlNode, ReadingContext, (bool Good, TOther Value)> make) : Shape<TOther>
{
    public override bool TryRead(YamlNode node, ReadingContext context, [MaybeNullWhen(false)] out TOther value)
    {
        value = default;
        if (!inner.TryRead(node, context, out var read))
        {
            return false;
        }
        (bool good, value) = make(read, node, context);
        return good;
    }

    public override JsonObject Schema(SchemaWriter writer) => inner.Schema(writer);
}
