using Brig.Engine;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;

namespace Brig.Web.Api.Docker;

/// <summary>The chapter Images of Docker's reference. Names hold slashes (<c>/images/localhost:5000/a/b/json</c>), so what is asked of one image is the last part of the path.</summary>
internal static class DockerImageRoutes
{
    public static void MapImages(this IEndpointRouteBuilder docker)
    {
        docker.MapGet("/images/json", ImageList.AnswerAsync);
        docker.MapGet("/images/get", (HttpContext http, IImages images, IEvents events) => ImageArchives.Save(http, images, events));
        docker.MapGet("/images/search", Search);
        docker.MapPost("/images/create", ImageCreation.CreateAsync);
        docker.MapPost("/images/load", ImageArchives.LoadAsync);
        docker.MapPost("/images/prune", ImagePruning.PruneAsync);
        docker.MapGet("/images/{**path}", Get);
        docker.MapPost("/images/{**path}", PostAsync);
        docker.MapDelete("/images/{**path}", ImageRemoval.RemoveAsync);
        docker.MapPost("/commit", DockerCommits.CommitAsync);
        docker.MapPost("/auth", RegistryAnswers.LoginAsync);
        docker.MapGet("/distribution/{**path}", RegistryAnswers.FindAsync);
    }

    private static IResult Get(HttpContext http, string path, IImages images, IEvents events) => PathOf(path) switch
    {
        (var name, "json") => DockerJson.Answer(ImageShapes.Inspect(DockerImage.Find(images, name), ApiVersion.Of(http))),
        (var name, "history") => DockerJson.Answer(ImageShapes.History(DockerImage.Find(images, name))),
        (var name, "get") => ImageArchives.Save([name], images, events),
        _ => Unknown,
    };

    private static Task<IResult> PostAsync(HttpContext http, string path, IImages images, IRegistries registries, ITasks tasks) => PathOf(path) switch
    {
        (var name, "tag") => TagAsync(http, name, images),
        (var name, "push") => ImagePush.PushAsync(http, name, images, registries, tasks),
        _ => Task.FromResult(Unknown),
    };

    private static IResult Unknown => Results.StatusCode(StatusCodes.Status404NotFound);

    private static IResult Search() => throw DockerException.NotImplemented("Brig does not search Docker Hub by words: look at hub.docker.com, and pull by name.");

    private static async Task<IResult> TagAsync(HttpContext http, string name, IImages images)
    {
        string repository = DockerQuery.Text(http, "repo") ?? throw EngineException.Invalid("repository name must have at least one component");
        string? tag = DockerQuery.Text(http, "tag");
        var image = DockerImage.Find(images, name);
        await images.TagAsync(image.First.Digest, DockerImage.Tagged(repository, tag), http.RequestAborted);
        return Results.StatusCode(StatusCodes.Status201Created);
    }

    private static (string Name, string Verb) PathOf(string path)
    {
        path = Plain(path);
        int slash = path.LastIndexOf('/');
        return slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
    }

    /// <summary>Routing leaves an encoded slash as it is; a name has them either way.</summary>
    public static string Plain(string path) => path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
