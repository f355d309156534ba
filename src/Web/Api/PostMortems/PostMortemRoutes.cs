using System.Collections.Immutable;
using System.Text.Json;
using Brig.Engine;
using Brig.Engine.PostMortems;

namespace Brig.Web.Api;

/// <summary>Why containers ended.</summary>
internal static class PostMortemRoutes
{
    private const int Most = 1000;

    public static void MapPostMortems(this IEndpointRouteBuilder api)
    {
        var all = api.MapGroup("/post-mortems").WithTags("post-mortems");

        all.MapGet("/", List)
            .As("ListPostMortems", "Bad ends of containers, newest first. container: an id or a name, also of one that was removed.");
        all.MapGet("/{id}", (string id, IPostMortems postMortems, CancellationToken stop) => postMortems.GetAsync(id, stop))
            .As("GetPostMortem", "All that is known of one bad end: why in words, who, memory and limit, its last minute, its last lines, its probes, what happened before.");
        all.MapGet("/{id}/download", DownloadAsync).Produces<PostMortem>()
            .As("DownloadPostMortem", "The same as a file, with line ends and blanks for reading.");
    }

    private static ImmutableArray<PostMortemSummary> List(IPostMortems postMortems, string? container = null, int limit = 200) =>
        postMortems.List(container, limit is > 0 and <= Most ? limit : throw EngineException.Invalid($"\"limit\" must be between 1 and {Most}."));

    private static async Task<IResult> DownloadAsync(string id, IPostMortems postMortems, CancellationToken stop)
    {
        var one = await postMortems.GetAsync(id, stop);
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(one, Readable);
        return TypedResults.File(text, "application/json", $"post-mortem-{one.Name}-{one.Id}.json");
    }

    private static readonly JsonSerializerOptions Readable = new(ApiJson.Options) { WriteIndented = true };
}
