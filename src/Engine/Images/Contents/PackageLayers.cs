using System.Collections.Immutable;
using Brig.Linux.Trees;

namespace Brig.Engine.Images.Contents;

/// <summary>
/// Which layer brought a package. One noted in a file of its own came with that file; where a list holds many, the layer is the one from which
/// on every list has it in this version.
/// </summary>
internal sealed class PackageLayers(ImageTree tree, IReadOnlyList<string> folders)
{
    private const int LargestList = 64 << 20;

    private static readonly string[] s_lists = ["/var/lib/dpkg/status", "/lib/apk/db/installed", "/usr/lib/apk/db/installed"];

    private readonly Dictionary<string, Dictionary<(string, string, string?), int>> _lists = [];

    public ImagePackage Place(ImagePackage package)
    {
        if (!s_lists.Contains(package.Path))
        {
            return package with { Layer = tree.Find(package.Path)?.Layer };
        }
        if (!_lists.TryGetValue(package.Path, out var list))
        {
            _lists[package.Path] = list = Read(package.Path, debian: package.Kind == "deb");
        }
        return package with { Layer = list.TryGetValue((package.Name, package.Version, package.Architecture), out int layer) ? layer : null };
    }

    public static ImmutableArray<ImagePackage> Placed(ImmutableArray<ImagePackage> packages, ImageTree tree, IReadOnlyList<string> folders)
    {
        var layers = new PackageLayers(tree, folders);
        return [.. packages.Select(layers.Place)];
    }

    private Dictionary<(string, string, string?), int> Read(string path, bool debian)
    {
        var (name, version, architecture) = debian ? ("Package", "Version", "Architecture") : ("P", "V", "A");
        var now = new Dictionary<(string, string, string?), int>();
        for (int layer = 0; layer < folders.Count; layer++)
        {
            using var view = LayerView.Open([folders[layer]]);
            if (view.ReadText(path.TrimStart('/'), LargestList) is not { } text)
            {
                continue;
            }
            var before = now;
            now = [];
            foreach (var fields in Notes.Paragraphs(text))
            {
                if (fields.TryGetValue(name, out string? who) && fields.TryGetValue(version, out string? which))
                {
                    var key = (who, which, fields.GetValueOrDefault(architecture));
                    now[key] = before.TryGetValue(key, out int earlier) ? earlier : layer;
                }
            }
        }
        return now;
    }
}
