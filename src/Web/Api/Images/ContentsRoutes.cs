using Brig.Engine;
using Brig.Engine.Images.Contents;

namespace Brig.Web.Api;

/// <summary>What is in an image.</summary>
internal static class ContentsRoutes
{
    public static void MapContents(this IEndpointRouteBuilder api)
    {
        var images = api.MapGroup("/images/-").WithTags("images");
        images.MapGet("/files", (string reference, IImageContents all, CancellationToken stop, string path = "/", int? layer = null) => all.ListAsync(reference, path, layer, stop))
            .As("ListImageFiles", "A directory of an image, or of one of its layers (the lowest is 0): names, kinds, owners, sizes with all below, and the layer each comes from.");
        images.MapGet("/file", FileAsync).Produces<Stream>(contentType: "application/octet-stream")
            .As("GetImageFile", "A regular file of an image, or of one of its layers.");
        images.MapGet("/folder", FolderAsync).Produces<Stream>(contentType: "application/x-tar")
            .As("GetImageFolder", "A directory of an image, or of one of its layers, with all in it, as a tar.");
        images.MapGet("/layers", (string reference, IImageContents all, CancellationToken stop) => all.LayersAsync(reference, stop))
            .As("ListImageLayers", "How many files each layer of an image adds, changes and removes, and how much of it later layers hide; the lowest first.");
        images.MapGet("/sizes", (string reference, IImageContents all, CancellationToken stop, string path = "/", int? layer = null) => all.SizesAsync(reference, path, layer, stop))
            .As("GetImageSizes", "What takes the room in a directory of an image and in the directories in it, the largest first.");
        images.MapGet("/search", (string reference, string text, IImageContents all, CancellationToken stop, int? layer = null, int most = 200) => all.SearchAsync(reference, text, layer, most, stop))
            .As("SearchImageFiles", "Files and directories of an image by a part of their name, or of their path if the text has a slash in it.");
        images.MapGet("/packages", (string reference, IImageContents all, CancellationToken stop) => all.PackagesAsync(reference, stop))
            .As("ListImagePackages", "Debian's, Alpine's, Python's, npm's and .NET's packages found in an image.");
        images.MapGet("/sbom", SbomAsync).Produces<Stream>(contentType: "application/json")
            .As("GetImageSbom", "The packages as a bill of materials: format spdx (2.3) or cyclonedx (1.5).");
        images.MapGet("/compare", (string before, string after, IImageContents all, CancellationToken stop) => all.CompareAsync(before, after, stop))
            .As("CompareImages", "Packages, files and configuration added, removed and changed between two images.");
    }

    private static async Task<IResult> FileAsync(string reference, string path, IImageContents all, CancellationToken stop, int? layer = null) =>
        TypedResults.File(await all.OpenAsync(reference, path, layer, stop), "application/octet-stream", path[(path.LastIndexOf('/') + 1)..]);

    private static async Task<IResult> FolderAsync(string reference, string path, IImageContents all, HttpResponse response, CancellationToken stop, int? layer = null)
    {
        await all.ListAsync(reference, path, layer, stop);      // while the answer can still say that it is not there
        response.Headers.ContentDisposition = new System.Net.Mime.ContentDisposition { FileName = Named(path) + ".tar" }.ToString();
        return OpenEnded.Answer("application/x-tar", (to, gone) => all.WriteTarAsync(reference, path, layer, to, gone));
    }

    /// <summary>The last part of a path, of letters that every header and every disk takes.</summary>
    private static string Named(string path) =>
        string.Concat(path.TrimEnd('/').Split('/')[^1].Take(100).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')) is { Length: > 0 } name ? name : "root";

    private static async Task<IResult> SbomAsync(string reference, IImageContents all, CancellationToken stop, string format = "spdx")
    {
        var (kind, name) = format switch
        {
            "spdx" => (SbomFormat.Spdx, "spdx"),
            "cyclonedx" => (SbomFormat.CycloneDx, "cdx"),
            _ => throw EngineException.Invalid("\"format\" must be spdx or cyclonedx."),
        };
        return TypedResults.File(await all.SbomAsync(reference, kind, stop), "application/json", $"image.{name}.json");
    }
}
