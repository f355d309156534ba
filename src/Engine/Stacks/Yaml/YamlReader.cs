using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Brig.Engine.Stacks.Yaml;

/// <summary>
/// From text to nodes that keep their places. The text is anybody's: how deep it nests and how much its aliases grow to is limited while it is read,
/// and an alias can only name what ended before it, so that there are no cycles.
/// </summary>
internal sealed class YamlReader
{
    public const int MostBytes = 4 << 20;
    private const int Deepest = 64;
    private const long MostNodes = 400_000;

    private readonly YamlFile _file;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private long _nodes;

    private YamlReader(YamlFile file, string text)
    {
        _file = file;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The one document of the file; null: it is empty.</summary>
    /// <exception cref="YamlFailure">It is no YAML, or more than is taken.</exception>
    public static YamlNode? Read(YamlFile file, string text)
    {
        if (text.Length > MostBytes)
        {
            throw new YamlFailure(new(file.Name, 1, 1), $"The file is larger than {MostBytes >> 20} MB.");
        }
        var reader = new YamlReader(file, text);
        try
        {
            return reader.Document();
        }
        catch (YamlException e)
        {
            throw new YamlFailure(new(file.Name, (int)Math.Max(1, e.Start.Line), (int)Math.Max(1, e.Start.Column)), $"This is no YAML: {Sentence(e)}");
        }
    }

    private YamlNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }
        var root = Node(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
        {
            throw Failure(second, "There is a second document here; a Compose file has one.");
        }
        return root;
    }

    private YamlNode Node(int depth)
    {
        if (depth > Deepest)
        {
            throw Failure(_parser.Current!, $"This is nested more than {Deepest} deep.");
        }
        var current = _parser.Current!;
        var node = current switch
        {
            AnchorAlias => Alias(_parser.Consume<AnchorAlias>()),
            Scalar => Value(_parser.Consume<Scalar>()),
            SequenceStart => List(_parser.Consume<SequenceStart>(), depth),
            MappingStart => Map(_parser.Consume<MappingStart>(), depth),
            _ => throw Failure(current, "A value was expected here."),
        };
        if (current is not AnchorAlias && (_nodes += 1) > MostNodes)
        {
            throw Failure(current, $"The file has more than {MostNodes} values.");
        }
        if (current is NodeEvent { Anchor.IsEmpty: false } named)
        {
            _anchors[named.Anchor.Value] = node;
        }
        return node;
    }

    private YamlNode Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            throw Failure(alias, $"*{Text.Short(alias.Value.Value)} stands for nothing that ended before here; write &{Text.Short(alias.Value.Value)} at what it stands for.");
        }
        _nodes += node.Weight;
        return _nodes <= MostNodes ? node : throw Failure(alias, $"With its aliases written out the file has more than {MostNodes} values.");
    }

    private YamlScalar Value(Scalar scalar) =>
        new(_file, Line(scalar), Column(scalar), Tag(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain && !IsStringTag(scalar));

    private YamlList List(SequenceStart start, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }
        return new(_file, Line(start), Column(start), Tag(start), items.ToImmutable());
    }

    private YamlMap Map(MappingStart start, int depth)
    {
        var entries = new List<YamlEntry>();
        var keys = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        var merged = new List<YamlNode>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var at = _parser.Current!;
            if (Node(depth + 1) is not YamlScalar key)
            {
                throw Failure(at, "A key must be a text.");
            }
            var value = Node(depth + 1);
            if (key is { Value: "<<", IsPlain: true })
            {
                merged.Add(value);
            }
            else if (keys.TryGetValue(key.Value, out var first))
            {
                throw Failure(at, $"The key \"{Text.Short(key.Value)}\" is here twice, first in line {first.Line}.");
            }
            else
            {
                keys.Add(key.Value, key);
                entries.Add(new(key, value));
            }
        }
        foreach (var from in merged.SelectMany(node => node is YamlList list ? list.Items : [node]))
        {
            Merge(from, entries, keys);
        }
        return new(_file, Line(start), Column(start), Tag(start), [.. entries]);
    }

    /// <summary>What is written here wins, and of several the first (yaml.org/type/merge).</summary>
    private void Merge(YamlNode from, List<YamlEntry> into, Dictionary<string, YamlScalar> keys)
    {
        if (from is not YamlMap map)
        {
            throw new YamlFailure(from.Place, $"<< takes a mapping, or a list of mappings; this is {from.Kind}.");
        }
        if ((_nodes += map.Entries.Length) > MostNodes)
        {
            throw new YamlFailure(from.Place, $"With its aliases written out the file has more than {MostNodes} values.");
        }
        foreach (var entry in map.Entries)
        {
            if (keys.TryAdd(entry.Key.Value, entry.Key))
            {
                into.Add(entry);
            }
        }
    }

    private string? Tag(NodeEvent node)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific)
        {
            return null;
        }
        string tag = node.Tag.Value;
        return tag switch
        {
            "!reset" or "!override" => tag,
            _ when tag.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal) => null,
            _ => throw Failure(node, $"The tag {Text.Short(tag)} means nothing here; there are !reset and !override."),
        };
    }

    private static bool IsStringTag(Scalar scalar) => !scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific && scalar.Tag.Value == "tag:yaml.org,2002:str";

    private static int Line(ParsingEvent at) => (int)at.Start.Line;
    private static int Column(ParsingEvent at) => (int)at.Start.Column;

    private YamlFailure Failure(ParsingEvent at, string sentence) => new(new(_file.Name, Line(at), Column(at)), sentence);

    private static string Sentence(YamlException e)
    {
        string text = e.Message;
        int colon = text.StartsWith('(') ? text.IndexOf("): ", StringComparison.Ordinal) : -1;
        text = (colon >= 0 ? text[(colon + 3)..] : text).TrimEnd('.');
        return (text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : "it cannot be parsed") + ".";
    }
}
