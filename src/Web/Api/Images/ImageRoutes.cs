using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Images;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

/// <summary><c>{reference}</c> may hold slashes, as <c>brig/busybox:latest</c>, plain or as %2F.</summary>
internal static class ImageRoutes
{
    public static void MapImages(this IEndpointRouteBuilder api)
    {
        var images = api.MapGroup("/images").WithTags("images");

        images.MapGet("/", (IImages all) => all.List())
            .As("ListImages", "All images.");
        images.MapPost("/", ImportAsync).Accepts<Stream>("application/x-tar", "application/gzip").Produces<Image>(StatusCodes.Status201Created)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .As("ImportImage", "Makes an image of one layer from the tar (plain or gzip) in the body. config: JSON with entrypoint, command, env, workingDir, user, stopSignal, labels.");
        images.MapGet("/{**reference}", (string reference, IImages all) => all.Get(Plain(reference)))
            .As("GetImage", "One image, by reference, digest or the start of its digest.");
        images.MapDelete("/{**reference}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveImage", "Removes an image no container is made from.");
    }

    private static async Task<IResult> ImportAsync(string reference, Stream tar, IImages all, CancellationToken stop, string? config = null)
    {
        var made = await all.ImportAsync(reference, tar, Config(config), stop);
        return TypedResults.Created($"/api/v1/images/{made.Reference}", made);
    }

    private static async Task<IResult> RemoveAsync(string reference, IImages all, CancellationToken stop)
    {
        await all.RemoveAsync(Plain(reference), stop);
        return TypedResults.NoContent();
    }

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
