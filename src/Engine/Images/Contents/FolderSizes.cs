using Brig.Linux.Trees;

namespace Brig.Engine.Images.Contents;

/// <summary>What each directory holds with all below it. Of images and layers, which never change: once made it is right for ever.</summary>
internal sealed class FolderSizes
{
    /// <summary>An image of a hostile make may have more; then sizes are those of the files met until here.</summary>
    private const int MostFolders = 1_000_000;

    private readonly Dictionary<string, (long Bytes, int Files)> _folders = [];

    public (long Bytes, int Files) this[string path] => _folders.GetValueOrDefault(path);

    public static FolderSizes Of(LayerView view, CancellationToken stop)
    {
        var sizes = new FolderSizes();
        var seen = new HashSet<ulong>();
        var order = new List<string>();
        var open = new Stack<string>([""]);
        while (open.TryPop(out string? folder) && order.Count < MostFolders)
        {
            stop.ThrowIfCancellationRequested();
            order.Add(folder);
            long bytes = 0;
            int files = 0;
            foreach (var (_, node) in view.List(folder))
            {
                if (node.IsDirectory)
                {
                    open.Push(node.Path);
                }
                else if (!node.IsWhiteout)
                {
                    files++;
                    bytes += node.IsFile && (node.Links == 1 || seen.Add(node.Inode)) ? node.Size : 0;
                }
            }
            sizes._folders[folder] = (bytes, files);
        }
        // Deeper ones come later: from the end each adds itself to the one above.
        for (int i = order.Count - 1; i > 0; i--)
        {
            string folder = order[i];
            string above = folder.LastIndexOf('/') is var slash and >= 0 ? folder[..slash] : "";
            var (bytes, files) = sizes._folders[folder];
            var sum = sizes._folders[above];
            sizes._folders[above] = (sum.Bytes + bytes, sum.Files + files);
        }
        return sizes;
    }
}
