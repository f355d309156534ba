using Brig.Engine.Build.Dockerfiles;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>A source of COPY: a path, or a pattern for some (Go's filepath.Match, part by part).</summary>
internal static class SourcePattern
{
    /// <returns>Relative paths, in the order of their names; the path itself when it is no pattern.</returns>
    public static IReadOnlyList<string> Expand(LayerView from, string source, int at)
    {
        string[] parts = [.. Clean(source)];
        if (!parts.Any(PathPattern.IsPattern))
        {
            return [string.Join('/', parts)];
        }
        List<string> found = [""];
        foreach (string part in parts)
        {
            found = [.. found.SelectMany(path => PathPattern.IsPattern(part) ? Matching(from, path, part) : Existing(from, Join(path, part)))];
        }
        return found.Count > 0 ? found : throw Dockerfile.At(at, $"no file matches \"{Text.Short(source)}\"");
    }

    private static IEnumerable<string> Matching(LayerView from, string folder, string pattern) =>
        from.Find(folder) is { IsDirectory: true } ? from.Names(folder).Where(name => PathPattern.Name(name, pattern)).Select(name => Join(folder, name)) : [];

    private static IEnumerable<string> Existing(LayerView from, string path) => from.FindItself(path) is not null ? [path] : [];

    /// <summary>Nothing leads above the context: ".." at its top is the top.</summary>
    private static List<string> Clean(string source)
    {
        var parts = new List<string>();
        bool pivoted = false;
        foreach (string part in source.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part != "." || (parts.Count > 0 && !pivoted && (pivoted = true)))
            {
                parts.Add(part);    // one "/./" stays: COPY --parents asks where it is
            }
        }
        if (parts.Count > 0 && parts[^1] == ".")
        {
            parts.RemoveAt(parts.Count - 1);
        }
        return parts;
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
