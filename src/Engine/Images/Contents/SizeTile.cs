using System.Collections.Immutable;

namespace Brig.Engine.Images.Contents;

/// <summary>A file or directory by what it takes, with the largest in it.</summary>
/// <param name="Layer">Most of its bytes come from this one.</param>
/// <param name="Inside">The largest first; empty: it is no directory, or deeper than was asked.</param>
/// <param name="Rest">Of the files in it that are too small or too many to be told one by one.</param>
public sealed record SizeTile(string Name, string Path, bool IsDirectory, long Bytes, int Files, int Layer, ImmutableArray<SizeTile> Inside, long Rest)
{
    /// <param name="layer">Only what comes from this one; null: all.</param>
    /// <param name="depth">1: what lies in it; 2: what lies in that too.</param>
    /// <param name="most">Tiles in a directory; deeper fewer.</param>
    /// <param name="least">Bytes: what is smaller is part of the rest.</param>
    internal static SizeTile Of(TreeFile file, string path, int? layer, int depth, int most, long least)
    {
        if (file.Inside is null)
        {
            bool counts = layer is null || layer == file.Layer;
            return new(file.Name, path, false, counts ? file.Size : 0, counts ? 1 : 0, file.Layer, [], 0);
        }
        var byLayer = new Dictionary<int, long>();
        int files = 0;
        foreach (var one in file.All().Where(one => layer is null || layer == one.Layer))
        {
            byLayer[one.Layer] = byLayer.GetValueOrDefault(one.Layer) + one.Size;
            files++;
        }
        long bytes = byLayer.Values.Sum();
        int mostly = byLayer.Count == 0 ? file.Layer : byLayer.MaxBy(pair => pair.Value).Key;
        if (depth == 0)
        {
            return new(file.Name, path, true, bytes, files, mostly, [], 0);
        }
        string below = path == "/" ? "" : path;
        var inside = file.Inside.Values
            .OrderByDescending(one => one.Bytes).Take(layer is null ? most : int.MaxValue)
            .Select(one => Of(one, $"{below}/{one.Name}", layer, depth - 1, most / 2, Math.Max(least, bytes / 400))).Where(tile => tile.Bytes > least)
            .OrderByDescending(tile => tile.Bytes).Take(most).ToImmutableArray();
        return new(file.Name, path, true, bytes, files, mostly, inside, bytes - inside.Sum(tile => tile.Bytes));
    }
}
