using System.Collections.Immutable;

namespace Brig.Engine.Stacks.Yaml;

/// <summary>A value and where it stands. Immutable, so that an alias is the anchored node itself and costs nothing.</summary>
internal abstract class YamlNode(YamlFile file, int line, int column, string? tag)
{
    public YamlFile File { get; } = file;
    public int Line { get; } = line;
    public int Column { get; } = column;

    /// <summary><c>!reset</c>, <c>!override</c>; null: none, or one of YAML's own.</summary>
    public string? Tag { get; } = tag;

    /// <summary>How many nodes there are when each alias is written out; stops growing at a billion.</summary>
    public abstract long Weight { get; }

    public TextPlace Place => new(File.Name, Line, Column);

    public bool IsNull => this is YamlScalar { IsPlain: true, Value: "" or "~" or "null" or "Null" or "NULL" };

    /// <summary>For sentences: "a text", "a list", "a mapping", "nothing".</summary>
    public string Kind => this switch { YamlList => "a list", YamlMap => "a mapping", _ when IsNull => "nothing", _ => "a text" };

    protected static long Sum(IEnumerable<YamlNode> nodes) => Math.Min(1_000_000_000, 1 + nodes.Sum(node => node.Weight));
}

/// <param name="isPlain">Written without quotes, so that <c>null</c> and the like have a meaning.</param>
internal sealed class YamlScalar(YamlFile file, int line, int column, string? tag, string value, bool isPlain) : YamlNode(file, line, column, tag)
{
    public string Value { get; } = value;
    public bool IsPlain { get; } = isPlain;
    public override long Weight => 1;

    /// <summary>Another text at the same place.</summary>
    public YamlScalar With(string value, bool isPlain) => new(File, Line, Column, Tag, value, isPlain);

    public static YamlScalar At(YamlNode place, string value) => new(place.File, place.Line, place.Column, null, value, false);
    public static YamlScalar NullAt(YamlNode place) => new(place.File, place.Line, place.Column, null, "", true);
}

internal sealed class YamlList(YamlFile file, int line, int column, string? tag, ImmutableArray<YamlNode> items) : YamlNode(file, line, column, tag)
{
    public ImmutableArray<YamlNode> Items { get; } = items;
    public override long Weight { get; } = Sum(items);

    public YamlList With(ImmutableArray<YamlNode> items) => new(File, Line, Column, Tag, items);
    public static YamlList At(YamlNode place, ImmutableArray<YamlNode> items) => new(place.File, place.Line, place.Column, place.Tag, items);
}

internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>In the order written; no key twice, <c>&lt;&lt;</c> merged in.</summary>
internal sealed class YamlMap : YamlNode
{
    private readonly Dictionary<string, YamlEntry> _byKey;

    public YamlMap(YamlFile file, int line, int column, string? tag, ImmutableArray<YamlEntry> entries) : base(file, line, column, tag)
    {
        Entries = entries;
        Weight = Sum(entries.Select(entry => entry.Value));
        _byKey = entries.ToDictionary(entry => entry.Key.Value, StringComparer.Ordinal);
    }

    public ImmutableArray<YamlEntry> Entries { get; }
    public override long Weight { get; }

    public YamlNode? this[string key] => _byKey.GetValueOrDefault(key)?.Value;

    public YamlMap With(ImmutableArray<YamlEntry> entries) => new(File, Line, Column, Tag, entries);

    public YamlMap Without(string key) => _byKey.ContainsKey(key) ? With(Entries.RemoveAll(entry => entry.Key.Value == key)) : this;

    /// <summary>With this key's value replaced or added at the end.</summary>
    public YamlMap Set(string key, YamlNode value) => _byKey.TryGetValue(key, out var old)
        ? With(Entries.Replace(old, old with { Value = value }))
        : With(Entries.Add(new(YamlScalar.At(value, key), value)));

    public static YamlMap At(YamlNode place, ImmutableArray<YamlEntry> entries) => new(place.File, place.Line, place.Column, place.Tag, entries);
}
