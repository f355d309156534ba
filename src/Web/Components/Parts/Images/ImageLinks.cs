using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Images;
using Microsoft.AspNetCore.WebUtilities;

namespace Brig.Web.Components.Parts.Images;

/// <summary>The addresses of images, of what is in them, and of the files the API gives out.</summary>
public static class ImageLinks
{
    /// <summary>By its first name, so that the address stays true when it is built anew; one without a name by its digest.</summary>
    public static string Page(Image image) => "images/" + image.Reference;

    /// <param name="layer">The lowest is 0, as in the engine; in the address and on the page people count from 1.</param>
    public static string Tab(Image image, string tab, int? layer = null, string? path = null, string? file = null, string? search = null) => Query(Page(image),
    [
        ("tab", tab == "layers" ? null : tab), ("layer", layer is { } one ? (one + 1).ToString(CultureInfo.InvariantCulture) : null), ("path", path is "/" ? null : path), ("file", file),
        ("q", string.IsNullOrEmpty(search) ? null : search),
    ]);

    public static string Files(Image image, string path, int? layer = null) => Tab(image, "files", layer, path);

    public static string File(Image image, string file, int? layer = null) => Tab(image, "files", layer, file: file);

    public static string Sizes(Image image, string path, int? layer = null) => Tab(image, "size", layer, path);

    public static string Compare(string? before, string? after) => Query("images/-/compare", [("before", before), ("after", after)]);

    public static string Create(Image image) => Query("create", [("image", image.Reference)]);

    public static string Save(Image image, string format) => Query("api/v1/images/-/save", [("reference", image.Reference), ("format", format)]);

    public static string Sbom(Image image, string format) => Query("api/v1/images/-/sbom", [("reference", image.Digest), ("format", format)]);

    public static string DownloadFile(Image image, string path, int? layer) => Download("file", image, path, layer);

    public static string DownloadFolder(Image image, string path, int? layer) => Download("folder", image, path, layer);

    /// <summary>Every directory on the way to a path, the root first.</summary>
    public static ImmutableArray<(string Name, string Path)> Way(string path)
    {
        var way = ImmutableArray.CreateBuilder<(string, string)>();
        way.Add(("/", "/"));
        var at = "";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            way.Add((name, at += "/" + name));
        return way.ToImmutable();
    }

    public static string Above(string path) => path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "/";

    private static string Download(string what, Image image, string path, int? layer) =>
        Query("api/v1/images/-/" + what, [("reference", image.Digest), ("path", path), ("layer", layer?.ToString(CultureInfo.InvariantCulture))]);

    private static string Query(string path, (string Name, string? Value)[] values) =>
        QueryHelpers.AddQueryString(path, values.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
}
