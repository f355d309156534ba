using Brig.Linux.Trees;

namespace Brig.Engine.Images.Contents;

/// <summary>All files of an image in memory, and how each layer changed those below it. Never changes once it is made.</summary>
internal sealed class ImageTree
{
    /// <summary>An image of a hostile make may have more; of these only the sizes are missing.</summary>
    public const int Most = 300_000;

    /// <summary>No path is longer than 4,096 bytes, so none is deeper than this without intent.</summary>
    private const int Deepest = 1_000;

    private readonly Counts[] _counts;
    private int _files;

    private ImageTree(int layers) => _counts = [.. Enumerable.Range(0, layers).Select(_ => new Counts())];

    public TreeFile Root { get; } = new("", ImageEntryKind.Directory, 0, 0);

    /// <summary>There was more than is kept.</summary>
    public bool IsCut { get; private set; }

    public IEnumerable<LayerContents> Layers => _counts.Select((one, index) => new LayerContents(index, one.Added, one.Changed, one.Removed, one.Bytes, one.Hidden));

    /// <param name="folders">Of the layers, the lowest first.</param>
    public static ImageTree Of(IReadOnlyList<string> folders)
    {
        var tree = new ImageTree(folders.Count);
        for (int layer = 0; layer < folders.Count; layer++)
        {
            using var view = LayerView.Open([folders[layer]]);
            tree.Stack(new(view, layer, []), "", tree.Root, tree.Root, 0);
        }
        tree.Root.Sum();
        return tree;
    }

    /// <summary>Null: it is not there, or was cut off.</summary>
    /// <param name="path">Without a leading slash, no symlink in it.</param>
    public TreeFile? Find(string path)
    {
        var at = Root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (at.Inside?.GetValueOrDefault(name) is not { } below)
            {
                return null;
            }
            at = below;
        }
        return at;
    }

    /// <param name="into">The directory as it becomes.</param>
    /// <param name="before">As it was; itself, unless the layer begins it anew.</param>
    private void Stack(Source from, string path, TreeFile into, TreeFile? before, int depth)
    {
        into.Layer = from.Layer;
        if (depth > Deepest)
        {
            IsCut = true;
            return;
        }
        foreach (var (name, node) in from.View.List(path))
        {
            var was = before?.Inside?.GetValueOrDefault(name);
            if (node.IsWhiteout)
            {
                Gone(from.Layer, was, removed: true);
                into.Inside!.Remove(name);
            }
            else if (node.IsDirectory)
            {
                Directory(from, node, name, into, was, depth);
            }
            else if (_files++ < Most)
            {
                long size = node.IsFile && (node.Links == 1 || from.Linked.Add(node.Inode)) ? node.Size : 0;
                _counts[from.Layer].Bytes += size;
                _ = was is { Inside: null } ? _counts[from.Layer].Changed++ : _counts[from.Layer].Added++;
                Gone(from.Layer, was, removed: was?.Inside is not null);
                into.Inside![name] = new(name, ImageContents.Kind(node), size, from.Layer);
            }
            else
            {
                IsCut = true;
            }
        }
    }

    private void Directory(Source from, ViewNode node, string name, TreeFile into, TreeFile? was, int depth)
    {
        bool goesOn = was?.Inside is not null && !from.View.IsOpaque(node.Path);
        var now = goesOn ? was! : new TreeFile(name, ImageEntryKind.Directory, 0, from.Layer);
        into.Inside![name] = now;
        Stack(from, node.Path, now, was, depth + 1);
        if (goesOn || was is null)
        {
            return;
        }
        // Begun anew: what was there and did not come back is gone.
        foreach (var old in was.Inside?.Values ?? Enumerable.Empty<TreeFile>().Append(was))
        {
            if (was.Inside is null || !now.Inside!.ContainsKey(old.Name))
            {
                Gone(from.Layer, old, removed: true);
            }
        }
    }

    private void Gone(int by, TreeFile? was, bool removed)
    {
        foreach (var file in was?.All() ?? [])
        {
            _counts[by].Removed += removed ? 1 : 0;
            _counts[file.Layer].Hidden += file.Size;
        }
    }

    private sealed record Source(LayerView View, int Layer, HashSet<ulong> Linked);

    private sealed class Counts
    {
        public int Added, Changed, Removed;
        public long Bytes, Hidden;
    }
}
