using System.Text;
using System.Text.Json;
using Brig.Engine.Containers.Files;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

/// <summary>Files into and out of a container, as tar archives.</summary>
internal static class ContainerFileRoutes
{
    private const string Tar = "application/x-tar";

    /// <summary>A <see cref="ContainerFile"/> as JSON, in base64 because a name may hold anything.</summary>
    public const string StatHeader = "Brig-Path-Stat";

    public static void MapContainerFiles(this IEndpointRouteBuilder api)
    {
        var archive = api.MapGroup("/containers/{id}/archive").WithTags("files");

        archive.MapGet("/", ReadAsync).Produces<Stream>(contentType: Tar)
            .As("ReadContainerFiles", $"The file, or the directory with all below it but what is mounted there, as a tar. Ids are the container's. {StatHeader}: what it is, as base64 of JSON.");
        archive.MapMethods("/", [HttpMethods.Head], StatAsync)
            .As("StatContainerFile", $"What lies at a path, in the header {StatHeader}: base64 of JSON with name, kind, size, mode, uid, gid, modifiedAt, linkTarget.");
        archive.MapPut("/", WriteAsync).Accepts<Stream>(Tar, "application/gzip").Produces(StatusCodes.Status204NoContent).WithMetadata(new DisableRequestSizeLimitAttribute())
            .As("WriteContainerFiles", "Unpacks the tar in the body (plain, gzip or zstd) into a directory of the container, whether it runs or not. Devices are refused, and whatever leads outside.");
    }

    private static async Task<IResult> ReadAsync(HttpContext http, string id, string path, IContainerFiles files, CancellationToken stop)
    {
        await TellAsync(http, id, path, files, stop);   // while the answer can still say that it is not there
        return OpenEnded.Answer(Tar, (to, until) => files.ReadAsync(id, path, to, until));
    }

    private static async Task<IResult> StatAsync(HttpContext http, string id, string path, IContainerFiles files, CancellationToken stop)
    {
        await TellAsync(http, id, path, files, stop);
        return TypedResults.Ok();
    }

    private static async Task<IResult> WriteAsync(string id, string path, Stream tar, IContainerFiles files, CancellationToken stop)
    {
        await files.WriteAsync(id, path, tar, stop);
        return TypedResults.NoContent();
    }

    private static async Task TellAsync(HttpContext http, string id, string path, IContainerFiles files, CancellationToken stop) =>
        http.Response.Headers[StatHeader] = Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(await files.StatAsync(id, path, stop), ApiJson.Options)));
}
