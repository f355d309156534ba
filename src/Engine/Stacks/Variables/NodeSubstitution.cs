using System.Collections.Immutable;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Variables;

/// <summary>Variables in every value of a file; keys are as they are written.</summary>
internal sealed class NodeSubstitution(IReadOnlyDictionary<string, string> variables, Findings findings)
{
    private int _grown;

    // An anchored node is the same object wherever its alias stands, and stays so.
    private readonly Dictionary<YamlNode, YamlNode> _done = new(ReferenceEqualityComparer.Instance);

    public YamlNode Apply(YamlNode node)
    {
        if (!_done.TryGetValue(node, out var result))
        {
            _done[node] = result = node switch
            {
                YamlScalar scalar => Scalar(scalar),
                YamlList list => list.With([.. list.Items.Select(Apply)]),
                YamlMap map => map.With([.. map.Entries.Select(entry => entry with { Value = Apply(entry.Value) })]),
                _ => node,
            };
        }
        return result;
    }

    private YamlScalar Scalar(YamlScalar scalar)
    {
        if (!scalar.Value.Contains('$', StringComparison.Ordinal))
        {
            return scalar;
        }
        try
        {
            string text = new Substitution(variables.GetValueOrDefault, name => findings.Warning(scalar, $"The variable {name} is not set and stands for nothing; give it a default as ${{{name}:-}}, or set it.")).Apply(scalar.Value);
            if ((_grown += text.Length) > YamlReader.MostBytes)
            {
                throw new YamlFailure(scalar.Place, $"With its variables put in the file is larger than {YamlReader.MostBytes >> 20} MB.");
            }
            // What a variable made empty is an empty text and not null; true and 8080 stay what they are to whoever reads them.
            return scalar.With(text, scalar.IsPlain && text.Length > 0);
        }
        catch (FormatException e)
        {
            findings.Error(scalar, e.Message);
            return scalar.With("", false);
        }
    }
}
