using System.Collections.Immutable;
using System.Text.Json;
using Brig.Linux.Trees;

namespace Brig.Engine.Images.Contents;

/// <summary>Reads what package managers noted. All of it is an image's, so every size has a limit, and what is malformed is passed over.</summary>
internal sealed class PackageFinder(LayerView view, CancellationToken stop)
{
    private const int LargestList = 64 << 20, LargestNote = 4 << 20, Most = 200_000, Deepest = 60;

    private readonly List<ImagePackage> _found = [];

    public ImmutableArray<ImagePackage> All()
    {
        var system = OsRelease.Read(view.ReadText("etc/os-release", LargestNote) ?? view.ReadText("usr/lib/os-release", LargestNote) ?? "");
        Debian("var/lib/dpkg/status", system);
        foreach (var (_, node) in view.List("var/lib/dpkg/status.d").Where(item => item.Node.IsFile))
        {
            Debian(node.Path, system);      // images without a package manager
        }
        Alpine("lib/apk/db/installed", system);
        Alpine("usr/lib/apk/db/installed", system);
        Walk();
        return [.. _found.DistinctBy(package => (package.Kind, package.Name, package.Version, package.Architecture)).OrderBy(package => package.Kind, StringComparer.Ordinal)
            .ThenBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Version, StringComparer.Ordinal)];
    }

    /// <summary>deb822 (deb-control(5)): paragraphs of "Field: value".</summary>
    private void Debian(string path, OsRelease system)
    {
        foreach (var fields in Notes.Paragraphs(view.ReadText(path, LargestList)))
        {
            bool installed = fields.GetValueOrDefault("Status") is not { } status || status.EndsWith(" installed", StringComparison.Ordinal);
            if (installed && fields.GetValueOrDefault("Package") is { } name && fields.GetValueOrDefault("Version") is { } version)
            {
                string? architecture = fields.GetValueOrDefault("Architecture");
                Add(new("deb", name, version, architecture, DebianCopyright.Licenses(view.ReadText($"usr/share/doc/{name}/copyright", LargestNote)), Purl.Of("deb", system.Id ?? "debian", name, version, ("arch", architecture), ("distro", system.Distro)), "/" + path));
            }
        }
    }

    /// <summary>Alpine's index: paragraphs of one-letter fields.</summary>
    private void Alpine(string path, OsRelease system)
    {
        foreach (var fields in Notes.Paragraphs(view.ReadText(path, LargestList)))
        {
            if (fields.GetValueOrDefault("P") is { } name && fields.GetValueOrDefault("V") is { } version)
            {
                string? architecture = fields.GetValueOrDefault("A");
                Add(new("apk", name, version, architecture, fields.GetValueOrDefault("L"), Purl.Of("apk", system.Id ?? "alpine", name, version, ("arch", architecture), ("distro", system.Distro)), "/" + path));
            }
        }
    }

    private void Walk()
    {
        var open = new Stack<(string Path, int Depth)>([("", 0)]);
        while (open.TryPop(out var folder) && _found.Count < Most)
        {
            stop.ThrowIfCancellationRequested();
            bool isModules = folder.Path == "node_modules" || folder.Path.EndsWith("/node_modules", StringComparison.Ordinal)
                || (folder.Path[(folder.Path.LastIndexOf('/') + 1)..].StartsWith('@') && Parent(folder.Path).EndsWith("node_modules", StringComparison.Ordinal));
            foreach (var (name, node) in view.List(folder.Path))
            {
                if (node.IsDirectory && folder.Depth < Deepest)
                {
                    open.Push((node.Path, folder.Depth + 1));
                    if (name.EndsWith(".dist-info", StringComparison.Ordinal))
                    {
                        Python(node.Path + "/METADATA");
                    }
                    else if (name.EndsWith(".egg-info", StringComparison.Ordinal))
                    {
                        Python(node.Path + "/PKG-INFO");
                    }
                    else if (isModules)
                    {
                        Npm(node.Path + "/package.json");
                    }
                }
                else if (node.IsFile && name.EndsWith(".egg-info", StringComparison.Ordinal))
                {
                    Python(node.Path);
                }
                else if (node.IsFile && name.EndsWith(".deps.json", StringComparison.Ordinal))
                {
                    DotNet(node.Path);
                }
            }
        }
    }

    /// <summary>Core metadata of Python packages: headers as of a letter, then the description.</summary>
    private void Python(string path)
    {
        var fields = Notes.Paragraphs(view.ReadText(path, LargestNote)).FirstOrDefault();
        if (fields?.GetValueOrDefault("Name") is { } name && fields.GetValueOrDefault("Version") is { } version)
        {
            string? license = fields.GetValueOrDefault("License-Expression") ?? fields.GetValueOrDefault("License");
            string normal = string.Join('-', name.ToLowerInvariant().Split(['-', '_', '.'], StringSplitOptions.RemoveEmptyEntries));
            Add(new("pypi", name, version, null, license is { Length: > 0 and < 200 } and not "UNKNOWN" ? license : null, Purl.Of("pypi", null, normal, version), "/" + path));
        }
    }

    private void Npm(string path) => Json(path, root =>
    {
        if (Text(root, "name") is { } name && Text(root, "version") is { } version)
        {
            int slash = name.StartsWith('@') ? name.IndexOf('/', StringComparison.Ordinal) : -1;
            Add(new("npm", name, version, null, Text(root, "license"), Purl.Of("npm", slash < 0 ? null : name[..slash], name[(slash + 1)..], version), "/" + path));
        }
    });

    private void DotNet(string path) => Json(path, root =>
    {
        if (root.TryGetProperty("libraries", out var libraries) && libraries.ValueKind == JsonValueKind.Object)
        {
            foreach (var library in libraries.EnumerateObject().Where(library => library.Value.ValueKind == JsonValueKind.Object && Text(library.Value, "type") == "package"))
            {
                int slash = library.Name.IndexOf('/', StringComparison.Ordinal);
                if (slash > 0)
                {
                    var (name, version) = (library.Name[..slash], library.Name[(slash + 1)..]);
                    Add(new("nuget", name, version, null, null, Purl.Of("nuget", null, name, version), "/" + path));
                }
            }
        }
    });

    private void Json(string path, Action<JsonElement> read)
    {
        if (view.ReadText(path, LargestNote) is not { } text)
        {
            return;
        }
        try
        {
            using var json = JsonDocument.Parse(text.TrimStart('\uFEFF'), new() { MaxDepth = 32, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                read(json.RootElement);
            }
        }
        catch (JsonException)
        {
            // Somebody's broken file: it names no package.
        }
    }

    private void Add(ImagePackage package)
    {
        if (_found.Count < Most && package.Name.Length is > 0 and < 300 && package.Version.Length is > 0 and < 300 && !package.Name.Any(char.IsControl) && !package.Version.Any(char.IsControl))
        {
            _found.Add(package);
        }
    }

    private static string? Text(JsonElement element, string key) => element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";
}
