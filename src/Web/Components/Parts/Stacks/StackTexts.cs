using System.Collections.Immutable;
using Brig.Engine.Stacks;

namespace Brig.Web.Components.Parts.Stacks;

/// <summary>Files of a stack while somebody edits them, and what is wrong with them.</summary>
public sealed class StackTexts
{
    /// <summary>What a page shows and a person writes; larger ones are no texts of a stack.</summary>
    public const int LargestFile = 512 * 1024;

    private readonly Dictionary<string, string> _kept = [];
    private readonly SortedDictionary<string, string> _now = new(StringComparer.Ordinal);

    public IEnumerable<string> Paths => _now.Keys;

    /// <summary>The one being edited; empty: there is none.</summary>
    public string Path { get; private set; } = "";

    public string Text => _now.GetValueOrDefault(Path) ?? "";

    public bool IsChanged => _now.Any(pair => !_kept.TryGetValue(pair.Key, out var kept) || kept != pair.Value);

    public bool IsChangedAt(string path) => !_kept.TryGetValue(path, out var kept) || kept != _now[path];

    /// <summary>Begins with these; those that are kept already are told apart from new ones.</summary>
    public void Begin(IEnumerable<KeyValuePair<string, string>> texts, bool kept, string? first)
    {
        _now.Clear();
        _kept.Clear();
        foreach (var (path, text) in texts)
        {
            _now[path] = text;
            if (kept)
                _kept[path] = text;
        }
        Open(first is not null && _now.ContainsKey(first) ? first : _now.Keys.FirstOrDefault() ?? "");
    }

    public void Open(string path) => Path = path;

    public void Type(string text) => _now[Path] = text;

    public void Add(string path)
    {
        _now.TryAdd(path, "");
        Path = path;
    }

    /// <summary>What was changed, for the engine to look at or to keep.</summary>
    public ImmutableDictionary<string, string> Changed => _now.Where(pair => IsChangedAt(pair.Key)).ToImmutableDictionary();

    public ImmutableDictionary<string, string> All => _now.ToImmutableDictionary();

    /// <summary>What an editor of the open file marks.</summary>
    public EditorMark[] Marks(ImmutableArray<StackFinding> findings) =>
        [.. findings.Where(finding => finding.Place.File == Path).Select(finding => new EditorMark(finding.Place.Line, finding.Severity == FindingSeverity.Error, finding.Message))];
}
