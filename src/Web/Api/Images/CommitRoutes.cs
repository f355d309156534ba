using Brig.Engine.Build;
using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Web.Api;

internal static class CommitRoutes
{
    public static void MapCommits(this IEndpointRouteBuilder api)
    {
        var one = api.MapGroup("/containers/{id}").WithTags("images");
        one.MapPost("/commit", CommitAsync).Produces<Image>(StatusCodes.Status201Created)
            .As("CommitContainer", "Makes an image of it: its own with what it changed as one more layer. A running one is paused meanwhile, unless pause is false.");
        one.MapGet("/export", Export).Produces<Stream>(contentType: "application/x-tar")
            .As("ExportContainer", "Its whole root file system as a tar, without what is mounted into it.");
    }

    private static async Task<IResult> CommitAsync(string id, ICommits all, CancellationToken stop, string? reference = null, string? author = null, string? comment = null, bool pause = true)
    {
        var made = await all.CommitAsync(id, new(reference, author, comment, null, pause), stop);
        return TypedResults.Created($"/api/v1/images/{made.Reference}", made);
    }

    private static IResult Export(string id, IContainers containers, ICommits all)
    {
        containers.Get(id);     // while the answer can still say that it is not there
        return OpenEnded.Answer("application/x-tar", (to, stop) => all.ExportAsync(id, to, stop));
    }
}
