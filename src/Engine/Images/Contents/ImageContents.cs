using System.Collections.Immutable;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Images.Contents;

/// <summary>Looks into images. What takes a walk over all files is kept for the images looked at last, for an image never changes.</summary>
internal sealed class ImageContents(ImageStore images, Leases leases) : IImageContents
{
    private const int Kept = 16;

    /// <summary>Trees are large: about 150 bytes a file.</summary>
    private const int TreesKept = 4;

    private const int TilesInFolder = 60;

    private readonly LastUsed<Task<FolderSizes>> _sizes = new(Kept);
    private readonly LastUsed<Task<ImageTree>> _trees = new(TreesKept);
    private readonly LastUsed<Task<ImmutableArray<ImagePackage>>> _packages = new(Kept);

    public async Task<ImmutableArray<ImageEntry>> ListAsync(string reference, string path, int? layer = null, CancellationToken stop = default)
    {
        using var lease = leases.New();
        var image = images.Hold(reference, lease);
        var folders = Folders(image, layer);
        if (layer is null)
        {
            var tree = await TreeAsync(image, stop);
            return await Task.Run(() => List(image, path, tree), stop);
        }
        var sizes = await _sizes.GetAsync($"{image.Digest} {layer}", () => OwnThread.RunAsync(() =>
        {
            using var whole = LayerView.Open(folders);
            return FolderSizes.Of(whole, CancellationToken.None);
        })).WaitAsync(stop);
        return await Task.Run(() => List(image, path, layer.Value, sizes), stop);
    }

    public Task<FileStream> OpenAsync(string reference, string path, int? layer = null, CancellationToken stop = default) => Task.Run(() =>
    {
        using var lease = leases.New();
        var image = images.Hold(reference, lease);
        using var view = LayerView.Open(Folders(image, layer));
        var node = Found(view, path, image);
        return view.OpenFile(node.Path) ?? throw EngineException.Invalid($"\"{Text.Short(path)}\" is no regular file, so there is nothing to read.");
    }, stop);

    public Task<ImmutableArray<ImagePackage>> PackagesAsync(string reference, CancellationToken stop = default)
    {
        var image = images.Get(reference);
        return _packages.GetAsync(image.Digest, () => FindPackagesAsync(image)).WaitAsync(stop);
    }

    private async Task<ImmutableArray<ImagePackage>> FindPackagesAsync(Image image)
    {
        var tree = await TreeAsync(image, CancellationToken.None);
        return await OwnThread.RunAsync(() =>
        {
            using var lease = leases.New();
            var layers = images.Hold(image.Digest, lease).Layers;
            using var view = LayerView.Open(layers);
            return PackageLayers.Placed(new PackageFinder(view, CancellationToken.None).All(), tree, layers);
        });
    }

    public async Task<byte[]> SbomAsync(string reference, SbomFormat format, CancellationToken stop = default) =>
        Sbom.Write(images.Get(reference), await PackagesAsync(reference, stop), format);

    public async Task<ImageComparison> CompareAsync(string before, string after, CancellationToken stop = default)
    {
        using var lease = leases.New();
        Image a = images.Hold(before, lease), b = images.Hold(after, lease);
        int common = a.Parts.Zip(b.Parts).TakeWhile(pair => pair.First.DiffId == pair.Second.DiffId).Count();
        var packages = PackageChanges.Between(await PackagesAsync(a.Digest, stop), await PackagesAsync(b.Digest, stop));
        var files = await OwnThread.RunAsync(() =>
        {
            using LayerView was = LayerView.Open(a.Layers), now = LayerView.Open(b.Layers);
            var comparer = new ImageComparer(was, now, stop);
            comparer.Touched(a.Layers.Skip(common).Concat(b.Layers.Skip(common)));
            return comparer.Changes;
        });
        return new(
            packages, ImageComparer.Told(files), files.Count(file => file.Kind == FileChangeKind.Added), files.Count(file => file.Kind == FileChangeKind.Removed),
            files.Count(file => file.Kind == FileChangeKind.Changed), common, ConfigurationChanges.Between(a.Config, b.Config));
    }

    public async Task WriteTarAsync(string reference, string path, int? layer, Stream to, CancellationToken stop = default)
    {
        using var lease = leases.New();
        var image = images.Hold(reference, lease);
        await Piped.WriteAsync(to, tar =>
        {
            using var view = LayerView.Open(Folders(image, layer));
            TreeTar.Write($"{view.Root}/{Folder(view, path, image).Path}", tar, new() { Root = true }, stop);
        }, stop);
    }

    public async Task<ImmutableArray<LayerContents>> LayersAsync(string reference, CancellationToken stop = default) =>
        [.. (await HeldTreeAsync(reference, stop)).Tree.Layers];

    public async Task<SizeTile> SizesAsync(string reference, string path, int? layer = null, CancellationToken stop = default)
    {
        var (image, tree) = await HeldTreeAsync(reference, stop);
        _ = Folders(image, layer);
        string plain = string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        var at = tree.Find(plain) ?? throw EngineException.NotFound($"The image {image.Reference} has no \"{Text.Short(path)}\".");
        return await Task.Run(() => SizeTile.Of(at, "/" + plain, layer, depth: 3, TilesInFolder, 0), stop);
    }

    public async Task<FoundFiles> SearchAsync(string reference, string text, int? layer = null, int most = 200, CancellationToken stop = default)
    {
        var (image, tree) = await HeldTreeAsync(reference, stop);
        _ = Folders(image, layer);
        return text.Length == 0 ? throw EngineException.Invalid("Say a part of the name to search for.")
            : most is < 1 or > 10_000 ? throw EngineException.Invalid("\"most\" must be 1 to 10000.")
            : await Task.Run(() => new FileSearch(text, layer, most).In(tree), stop);
    }

    private async Task<(Image Image, ImageTree Tree)> HeldTreeAsync(string reference, CancellationToken stop)
    {
        using var lease = leases.New();
        var image = images.Hold(reference, lease);
        return (image, await TreeAsync(image, stop));
    }

    /// <summary>The caller's stop ends the wait; the work goes on for those who ask next, and holds the image itself.</summary>
    private Task<ImageTree> TreeAsync(Image image, CancellationToken stop) => _trees.GetAsync(image.Digest, () => OwnThread.RunAsync(() =>
    {
        using var lease = leases.New();
        return ImageTree.Of(images.Hold(image.Digest, lease).Layers);
    })).WaitAsync(stop);

    private static ImmutableArray<ImageEntry> List(Image image, string path, ImageTree tree)
    {
        using var view = LayerView.Open(image.Layers);
        var at = Folder(view, path, image);
        var known = tree.Find(at.Path);
        return [.. view.List(at.Path).Select(item =>
        {
            var file = known?.Inside?.GetValueOrDefault(item.Name);
            return Entry(view, item, item.Node.IsFile ? item.Node.Size : file?.Bytes ?? 0, file?.Files ?? 1, file?.Layer ?? image.Layers.Length - 1);
        })];
    }

    private static ImmutableArray<ImageEntry> List(Image image, string path, int layer, FolderSizes sizes)
    {
        using var view = LayerView.Open([image.Layers[layer]]);
        return [.. view.List(Folder(view, path, image).Path).Select(item =>
        {
            var (bytes, files) = item.Node.IsDirectory ? sizes[item.Node.Path] : (item.Node.IsFile ? item.Node.Size : 0, 1);
            return Entry(view, item, bytes, files, layer);
        })];
    }

    private static ImageEntry Entry(LayerView view, (string Name, ViewNode Node) item, long bytes, int files, int layer)
    {
        var node = item.Node;
        return new(
            item.Name, "/" + node.Path, Kind(node), node.Mode, node.Uid, node.Gid, bytes, files, DateTimeOffset.UnixEpoch.AddTicks(node.ModifiedAt / TimeSpan.NanosecondsPerTick),
            node.IsSymlink ? view.Link(node.Path) : null, layer);
    }

    private static ViewNode Folder(LayerView view, string path, Image image) => Found(view, path, image) is { IsDirectory: true } at
        ? at : throw EngineException.Invalid($"\"{Text.Short(path)}\" is no directory.");

    private static ViewNode Found(LayerView view, string path, Image image)
    {
        try
        {
            return view.Find(path) ?? throw EngineException.NotFound($"The image {image.Reference} has no \"{Text.Short(path)}\".");
        }
        catch (LinuxException e)
        {
            throw EngineException.Invalid($"\"{Text.Short(path)}\" cannot be looked at: {Errno.Describe(e.Errno)}.");
        }
    }

    private static ImmutableArray<string> Folders(Image image, int? layer) =>
        layer is not { } one ? image.Layers
        : one >= 0 && one < image.Layers.Length ? [image.Layers[one]]
        : throw EngineException.NotFound($"The image {image.Reference} has {image.Layers.Length} layers, the first is 0; there is no {one}.");

    internal static ImageEntryKind Kind(ViewNode node) => node switch
    {
        { IsWhiteout: true } => ImageEntryKind.Removed,
        { IsDirectory: true } => ImageEntryKind.Directory,
        { IsFile: true } => ImageEntryKind.File,
        { IsSymlink: true } => ImageEntryKind.Symlink,
        { Type: Libc.S_IFIFO } => ImageEntryKind.Fifo,
        { Type: Libc.S_IFSOCK } => ImageEntryKind.Socket,
        _ => ImageEntryKind.Device,
    };
}
