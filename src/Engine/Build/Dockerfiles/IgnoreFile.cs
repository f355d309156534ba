using System.Collections.Immutable;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>
/// <c>.dockerignore</c>: a pattern a line, the last one that matches decides, <c>!</c> brings back. A pattern that matches a directory matches
/// all below it. Patterns: <c>*</c> and <c>?</c> within a name, <c>**</c> over any number of directories, <c>[a-z]</c>, <c>\</c> (Go's filepath.Match).
/// </summary>
public sealed class IgnoreFile
{
    public static readonly IgnoreFile Nothing = new([]);

    private readonly ImmutableArray<(ImmutableArray<string> Parts, bool Keeps)> _rules;

    private IgnoreFile(ImmutableArray<(ImmutableArray<string>, bool)> rules) => _rules = rules;

    /// <summary>A directory that is left out may still hold something that a <c>!</c> brings back: it must be walked.</summary>
    public bool HasExceptions => _rules.Any(rule => rule.Keeps);

    public static IgnoreFile Parse(string text) => From(text.TrimStart('\uFEFF').Split('\n').Where(line => !line.StartsWith('#')));

    /// <param name="patterns">Also COPY's <c>--exclude</c>.</param>
    public static IgnoreFile From(IEnumerable<string> patterns) => new(
        [.. patterns.Select(line => line.Trim()).Where(line => line.Length > 0 && line != "!").Select(line =>
        {
            bool keeps = line[0] == '!';
            return (Clean(keeps ? line[1..].Trim() : line), keeps);
        }).Where(rule => rule.Item1.Length > 0)]);

    /// <param name="path">Relative to the context, parts joined by <c>/</c>.</param>
    public bool Ignores(string path)
    {
        var parts = path.Split('/');
        bool ignored = false;
        foreach (var (pattern, keeps) in _rules)
        {
            if (ignored == keeps && MatchesOrAbove(parts, pattern))
            {
                ignored = !keeps;
            }
        }
        return ignored;
    }

    private static bool MatchesOrAbove(string[] path, ImmutableArray<string> pattern)
    {
        for (int length = path.Length; length > 0; length--)
        {
            if (PathPattern.Matches(path.AsSpan(0, length), pattern.AsSpan()))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Go's filepath.Clean, cut at the slashes: a leading one says nothing, for all is relative to the context.</summary>
    private static ImmutableArray<string> Clean(string pattern)
    {
        var parts = new List<string>();
        foreach (string part in pattern.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part.Length > 0 && part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }
        return [.. parts];
    }
}
