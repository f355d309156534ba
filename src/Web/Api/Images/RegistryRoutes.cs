using System.Collections.Immutable;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;

namespace Brig.Web.Api;

/// <summary>Pulls and pushes answer with a task; <c>/tasks/{id}/wait</c> answers when it has ended.</summary>
internal static class RegistryRoutes
{
    public static void MapRegistries(this IEndpointRouteBuilder api)
    {
        var images = api.MapGroup("/images/-").WithTags("images");
        images.MapPost("/pull", PullAsync).Produces<EngineTask>(StatusCodes.Status202Accepted)
            .As("PullImage", "Begins to fetch an image; its task's result is the digest. platform: as linux/arm64, out of an image published for several; this machine's unless told. Asked for by digest it is called name@digest.");
        images.MapPost("/push", PushAsync).Produces<EngineTask>(StatusCodes.Status202Accepted)
            .As("PushImage", "Begins to send the image of a tag to the registry in the tag; its task's result is the digest it has there.");

        var registries = api.MapGroup("/registries").WithTags("registries");
        registries.MapGet("/", (IRegistries all) => all.List())
            .As("ListRegistries", "Registries with settings of their own. Passwords are never told.");
        registries.MapPut("/{host}", SetAsync)
            .As("SetRegistry", "Replaces a registry's settings: insecure (http), mirrors, username and password. Without a password the one that is kept stays with its username; an empty one logs out. check: the registry is asked first, and nothing is kept if it refuses the login or does not answer.");
        registries.MapDelete("/{host}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveRegistry", "Forgets a registry's settings and login.");
        registries.MapPost("/{host}/check", CheckAsync).Produces(StatusCodes.Status204NoContent)
            .As("CheckRegistry", "Asks the registry whether it answers and takes the login.");
        registries.MapGet("/{host}/repositories", (string host, IRegistries all, CancellationToken stop, string? contains = null) => all.RepositoriesAsync(host, contains, stop))
            .As("ListRepositories", "The repositories of a registry that lists them.");
        registries.MapGet("/-/tags", (string repository, IRegistries all, CancellationToken stop, string? contains = null) => all.TagsAsync(repository, contains, stop: stop))
            .As("ListTags", "The tags of a repository, as docker.io/library/debian or localhost:5000/tool.");
    }

    private static async Task<IResult> PullAsync(string reference, IRegistries all, CancellationToken stop, string? platform = null) => Accepted(await all.PullAsync(reference, platform, stop: stop));

    private static async Task<IResult> PushAsync(string tag, IRegistries all, CancellationToken stop) => Accepted(await all.PushAsync(tag, stop: stop));

    private static async Task<RegistrySettings> SetAsync(string host, RegistryChange change, IRegistries all, CancellationToken stop, bool check = false)
    {
        if (check)
        {
            await all.CheckAsync(host, change, stop);
        }
        return await all.SetAsync(host, change, stop);
    }

    private static async Task<IResult> RemoveAsync(string host, IRegistries all, CancellationToken stop)
    {
        await all.RemoveAsync(host, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> CheckAsync(string host, IRegistries all, CancellationToken stop)
    {
        await all.CheckAsync(host, stop: stop);
        return TypedResults.NoContent();
    }

    private static Microsoft.AspNetCore.Http.HttpResults.Accepted<EngineTask> Accepted(EngineTask task) => TypedResults.Accepted($"/api/v1/tasks/{task.Id}", task);
}
