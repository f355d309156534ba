using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Images;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

/// <summary><c>{reference}</c> may hold slashes, as <c>brig/busybox:latest</c>, plain or as %2F. What is not an image's name lies below <c>-/</c>, which no reference begins with.</summary>
internal static class ImageRoutes
{
    public static void MapImages(this IEndpointRouteBuilder api)
    {
        var images = api.MapGroup("/images").WithTags("images");

        images.MapGet("/", (IImages all) => all.List())
            .As("ListImages", "All images, one for each digest, with its tags; those without a tag last.");
        images.MapPost("/", ImportAsync).Accepts<Stream>("application/x-tar", "application/gzip").Produces<Image>(StatusCodes.Status201Created)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .As("ImportImage", "Makes an image of one layer from the tar (plain, gzip or zstd) in the body. config: JSON with entrypoint, command, env, workingDir, user, stopSignal, labels and the like.");
        images.MapGet("/{**reference}", (string reference, IImages all) => all.Get(Plain(reference)))
            .As("GetImage", "One image, by reference, digest or the start of its digest.");
        images.MapDelete("/{**reference}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveImage", "Removes an image no container is made from; of several tags only the one given, unless all is true.");

        images.MapGet("/-/follow", Follow).Produces<ImageChange>(contentType: OpenEnded.JsonLines)
            .As("FollowImages", "All images, then every change, as JSON lines; now is missing when it was removed.");
        images.MapGet("/-/inspect", (string reference, IImages all, CancellationToken stop) => all.InspectAsync(reference, stop))
            .As("InspectImage", "What is known of it, its manifest and its configuration.");
        images.MapGet("/-/usage", (IImages all, CancellationToken stop) => all.UsageAsync(stop))
            .As("ImagesUsage", "What the images take of the disk, what each shares and what it alone has, and who uses it.");
        images.MapPost("/-/tag", (string reference, string name, IImages all, CancellationToken stop) => all.TagAsync(reference, name, stop))
            .As("TagImage", "Gives an image another name; what had that name keeps its digest.");
        images.MapDelete("/-/tag", UntagAsync).Produces(StatusCodes.Status204NoContent)
            .As("UntagImage", "Takes a name away; the image stays, if need be without one.");
        images.MapPost("/-/prune", PruneAsync)
            .As("PruneImages", "Removes images nobody uses: those without a tag, or with dangling=false all. olderThan: seconds since it came; label: key or key=value, several times for several.");
        images.MapPost("/-/load", (Stream archive, IImages all, CancellationToken stop) => all.LoadAsync(archive, stop)).Accepts<Stream>("application/x-tar", "application/gzip")
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .As("LoadImages", "Takes the images out of an archive of docker save, podman save or skopeo (docker-archive or oci-archive; plain, gzip or zstd). It is a task too, with its progress.");
        images.MapGet("/-/save", Save).Produces<Stream>(contentType: "application/x-tar")
            .As("SaveImages", "Images as one archive: docker (which OCI tools read too) or oci. reference: several times for several.");
    }

    private static async Task<IResult> ImportAsync(string reference, Stream tar, IImages all, CancellationToken stop, string? config = null)
    {
        var made = await all.ImportAsync(reference, tar, Config(config), stop);
        return TypedResults.Created($"/api/v1/images/{made.Reference}", made);
    }

    private static async Task<IResult> RemoveAsync(string reference, IImages all, CancellationToken stop, [FromQuery(Name = "all")] bool allTags = false)
    {
        await (allTags ? all.RemoveAllTagsAsync(Plain(reference), stop) : all.RemoveAsync(Plain(reference), stop));
        return TypedResults.NoContent();
    }

    private static async Task<IResult> UntagAsync(string name, IImages all, CancellationToken stop)
    {
        await all.UntagAsync(name, stop);
        return TypedResults.NoContent();
    }

    private static Task<ImagePruneReport> PruneAsync(IImages all, CancellationToken stop, bool dangling = true, double? olderThan = null, [FromQuery] string[]? label = null) =>
        all.PruneAsync(new(dangling, olderThan is null ? null : Seconds(olderThan.Value), [.. label ?? []]), stop);

    private static TimeSpan Seconds(double seconds) =>
        seconds is >= 0 and <= 1e10 ? TimeSpan.FromSeconds(seconds) : throw EngineException.Invalid("\"olderThan\" must be seconds, 0 or more.");

    private static IResult Save([FromQuery] string[] reference, IImages all, string format = "docker")
    {
        var form = format switch { "docker" => ArchiveFormat.Docker, "oci" => ArchiveFormat.Oci, _ => throw EngineException.Invalid("\"format\" must be docker or oci.") };
        foreach (string one in reference)
        {
            all.Get(one);       // while the answer can still say that it is not there
        }
        return reference.Length == 0
            ? throw EngineException.Invalid("\"reference\" is missing from the query.")
            : OpenEnded.Answer("application/x-tar", (to, stop) => all.SaveAsync(reference, form, to, stop));
    }

    private static IResult Follow(IImages all) => OpenEnded.Answer(OpenEnded.JsonLines, async (to, stop) =>
    {
        var lines = new JsonLines<ImageChange>(to);
        while (!stop.IsCancellationRequested)
        {
            using var live = all.Follow();
            foreach (var image in live.Snapshot)
            {
                await lines.WriteAsync(new(image.Digest, image), stop);
            }
            await lines.FlushAsync(stop);
            await foreach (var change in live.Changes.ReadAllAsync(stop))
            {
                await lines.WriteAsync(change, stop);
                await lines.FlushAsync(stop);
            }
        }
    });

    private static ImageConfig Config(string? json)
    {
        try
        {
            return json is null ? new ImageConfig() : JsonSerializer.Deserialize<ImageConfig>(json, ApiJson.Options) ?? new ImageConfig();
        }
        catch (JsonException e)
        {
            throw EngineException.Invalid($"\"config\" is wrong: {BadRequests.Sentence(e)}");
        }
    }

    /// <summary>Routing leaves an encoded slash as it is, so that it cannot be mistaken for the path's own.</summary>
    private static string Plain(string reference) => reference.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
