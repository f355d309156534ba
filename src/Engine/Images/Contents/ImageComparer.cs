using System.Collections.Immutable;
using Brig.Linux.Trees;

namespace Brig.Engine.Images.Contents;

/// <summary>Two images' files. Only what the layers that differ touch is looked at, so two versions over one base take no longer than what was changed.</summary>
internal sealed class ImageComparer(LayerView before, LayerView after, CancellationToken stop)
{
    private const int MostTold = 10_000;

    private readonly SortedDictionary<string, FileChange> _changes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _compared = [];

    public IReadOnlyCollection<FileChange> Changes => _changes.Values;

    /// <param name="layers">Folders of the layers that the two do not share.</param>
    public void Touched(IEnumerable<string> layers)
    {
        foreach (string layer in layers)
        {
            using var view = LayerView.Open([layer]);
            Walk(view, "");
        }
    }

    public static ImmutableArray<FileChange> Told(IReadOnlyCollection<FileChange> changes) => [.. changes.Take(MostTold)];

    private void Walk(LayerView layer, string folder)
    {
        foreach (var (_, node) in layer.List(folder))
        {
            stop.ThrowIfCancellationRequested();
            One(node.Path);
            if (node.IsDirectory)
            {
                Walk(layer, node.Path);
                if (layer.IsOpaque(node.Path))
                {
                    Below(node.Path);
                }
            }
        }
    }

    /// <summary>Of a path that is gone or became another kind, all below it too.</summary>
    private void One(string path)
    {
        if (!_compared.Add(path))
        {
            return;
        }
        var (was, now) = (before.FindItself(path), after.FindItself(path));
        if (Change(path, was, now) is { } change)
        {
            _changes[path] = change;
        }
        if (was?.IsDirectory != now?.IsDirectory)
        {
            Below(path);
        }
    }

    private void Below(string path)
    {
        foreach (string name in before.List(path).Concat(after.List(path)).Select(item => item.Name).Distinct())
        {
            string below = $"{path}/{name}";
            One(below);
            if (before.FindItself(below) is { IsDirectory: true } || after.FindItself(below) is { IsDirectory: true })
            {
                Below(below);
            }
        }
    }

    private FileChange? Change(string path, ViewNode? was, ViewNode? now)
    {
        if (was is not { } a)
        {
            return now is { } made ? new("/" + path, FileChangeKind.Added, "", 0, Size(made)) : null;
        }
        if (now is not { } b)
        {
            return new("/" + path, FileChangeKind.Removed, "", Size(a), 0);
        }
        var what = new List<string>();
        if (a.Type != b.Type)
        {
            what.Add("kind");
        }
        else if (a.IsFile && (a.Size != b.Size || !SameContent(path)))
        {
            what.Add("content");
        }
        else if (a.IsSymlink && before.Link(path) != after.Link(path))
        {
            what.Add("target");
        }
        if (a.Mode != b.Mode)
        {
            what.Add("mode");
        }
        if (a.Uid != b.Uid || a.Gid != b.Gid)
        {
            what.Add("owner");
        }
        return what.Count > 0 ? new("/" + path, FileChangeKind.Changed, string.Join(", ", what), Size(a), Size(b)) : null;
    }

    private bool SameContent(string path)
    {
        using var a = before.OpenFile(path);
        using var b = after.OpenFile(path);
        if (a is null || b is null)
        {
            return a is null && b is null;
        }
        byte[] one = new byte[128 * 1024], two = new byte[128 * 1024];
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            int read = a.ReadAtLeast(one, one.Length, throwOnEndOfStream: false);
            if (b.ReadAtLeast(two, two.Length, throwOnEndOfStream: false) != read || !one.AsSpan(0, read).SequenceEqual(two.AsSpan(0, read)))
            {
                return false;
            }
            if (read < one.Length)
            {
                return true;
            }
        }
    }

    private static long Size(ViewNode node) => node.IsFile ? node.Size : 0;
}
