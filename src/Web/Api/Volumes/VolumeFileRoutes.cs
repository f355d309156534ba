using System.Text;
using System.Text.Json;
using Brig.Engine.Volumes;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

/// <summary>The files of a volume, with no container. Paths begin at the volume's root, and no link leads out of it.</summary>
internal static class VolumeFileRoutes
{
    private const string Tar = "application/x-tar";

    public static void MapVolumeFiles(this IEndpointRouteBuilder api)
    {
        var volume = api.MapGroup("/volumes/{name}").WithTags("volumes");

        volume.MapGet("/files", (string name, IVolumeFiles files, CancellationToken stop, string path = "/") => files.ListAsync(name, path, stop))
            .As("ListVolumeFiles", "A directory of the volume: names, kinds, owners as containers see them, sizes. more: there are more than the 10,000 that are told.");

        volume.MapGet("/file", FileAsync).Produces<Stream>(contentType: "application/octet-stream")
            .As("GetVolumeFile", "A regular file of the volume.");
        volume.MapPut("/file", PutAsync).Accepts<Stream>("application/octet-stream").Produces(StatusCodes.Status204NoContent).WithMetadata(new DisableRequestSizeLimitAttribute())
            .As("PutVolumeFile", "Puts the body into the volume as a file, whole or not at all. It gets owner and mode of the file it replaces, else its directory's owner and 0644.");
        volume.MapDelete("/file", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveVolumeFile", "Removes a file of the volume, or a directory with all in it.");
        volume.MapPost("/folder", MakeFolderAsync).Produces(StatusCodes.Status204NoContent)
            .As("MakeVolumeFolder", "Makes a directory in the volume, 0755 and its parent's owner's.");

        volume.MapGet("/archive", ReadAsync).Produces<Stream>(contentType: Tar)
            .As("ReadVolumeFiles", $"The file, or the directory with all below it, as a tar. {ContainerFileRoutes.StatHeader}: what it is, as base64 of JSON.");
        volume.MapMethods("/archive", [HttpMethods.Head], StatAsync)
            .As("StatVolumeFile", $"What lies at a path, in the header {ContainerFileRoutes.StatHeader}: base64 of JSON with name, path, kind, size, mode, uid, gid, modifiedAt, linkTarget.");
        volume.MapPut("/archive", WriteAsync).Accepts<Stream>(Tar, "application/gzip").Produces(StatusCodes.Status204NoContent).WithMetadata(new DisableRequestSizeLimitAttribute())
            .As("WriteVolumeFiles", "Unpacks the tar in the body (plain, gzip or zstd) into a directory of the volume. Devices are refused, and whatever leads outside.");
    }

    private static async Task<IResult> FileAsync(string name, string path, IVolumeFiles files, CancellationToken stop) =>
        TypedResults.File(await files.OpenAsync(name, path, stop), "application/octet-stream", path[(path.LastIndexOf('/') + 1)..]);

    private static async Task<IResult> PutAsync(string name, string path, Stream content, IVolumeFiles files, CancellationToken stop)
    {
        await files.PutAsync(name, path, content, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RemoveAsync(string name, string path, IVolumeFiles files, CancellationToken stop)
    {
        await files.RemoveAsync(name, path, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> MakeFolderAsync(string name, string path, IVolumeFiles files, CancellationToken stop)
    {
        await files.MakeFolderAsync(name, path, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ReadAsync(HttpContext http, string name, string path, IVolumeFiles files, CancellationToken stop)
    {
        var found = await TellAsync(http, name, path, files, stop);   // while the answer can still say that it is not there
        http.Response.Headers.ContentDisposition = new Microsoft.Net.Http.Headers.ContentDispositionHeaderValue("attachment") { FileNameStar = $"{(found.Name.Length == 0 ? name : found.Name)}.tar" }.ToString();
        return OpenEnded.Answer(Tar, (to, until) => files.ReadAsync(name, path, to, until));
    }

    private static async Task<IResult> StatAsync(HttpContext http, string name, string path, IVolumeFiles files, CancellationToken stop)
    {
        await TellAsync(http, name, path, files, stop);
        return TypedResults.Ok();
    }

    private static async Task<IResult> WriteAsync(string name, string path, Stream tar, IVolumeFiles files, CancellationToken stop)
    {
        await files.WriteAsync(name, path, tar, stop);
        return TypedResults.NoContent();
    }

    private static async Task<VolumeFile> TellAsync(HttpContext http, string name, string path, IVolumeFiles files, CancellationToken stop)
    {
        var found = await files.StatAsync(name, path, stop);
        http.Response.Headers[ContainerFileRoutes.StatHeader] = Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(found, ApiJson.Options)));
        return found;
    }
}
