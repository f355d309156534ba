using System.Text.RegularExpressions;
using Brig.Engine;
using Brig.Engine.Events;
using Brig.Engine.Build;
using Brig.Engine.Images;
using Brig.Engine.Tasks;

namespace Brig.Web.Api.Docker;

/// <summary>Builds, of the chapter Images of Docker's reference: the classic ones. BuildKit's session is a protocol of its own that Brig does not speak.</summary>
internal static partial class DockerBuildRoutes
{
    public const string Classic = "Brig builds in the classic way: set DOCKER_BUILDKIT=0.";

    public static void MapBuilds(this IEndpointRouteBuilder docker)
    {
        docker.MapPost("/build", BuildAsync);
        docker.MapPost("/build/prune", PruneAsync);
        docker.MapPost("/build/cancel", Cancel);
        docker.MapPost("/session", Refuse);
        docker.MapPost("/grpc", Refuse);
    }

    private static async Task<IResult> BuildAsync(HttpContext http, IBuilder builder, IImages images, ITasks tasks, RunningBuilds running, EngineOptions options)
    {
        var progress = new BuildProgress();
        var request = BuildParameters.Read(http, options) with { Progress = progress };
        bool isQuiet = DockerQuery.Flag(http, "q");
        DockerBody.Unlimited(http);
        var task = await StartAsync(builder, request, http);
        using var known = running.Add(DockerQuery.Text(http, "buildid"), task.Id);
        return await ProgressAnswer.RunAsync(http, answer => new BuildAnswer(answer, progress, images, tasks, isQuiet).TellAsync(task.Id, [.. request.Tags], http.RequestAborted));
    }

    private static async Task<EngineTask> StartAsync(IBuilder builder, BuildRequest request, HttpContext http)
    {
        try
        {
            return await builder.StartAsync(request, http.Request.Body, http.RequestAborted);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Invalid && Words(e.Message) is { } words)
        {
            throw EngineException.Invalid($"{words}: {e.Message}");
        }
    }

    /// <summary>What clients look for in Docker's sentence; null: nothing in particular.</summary>
    private static string? Words(string message) =>
        NoInstruction().Match(message) is { Success: true } found ? $"dockerfile parse error: unknown instruction: {found.Groups[1].Value}"
        : message.StartsWith("The Dockerfile has no FROM", StringComparison.Ordinal) ? "the Dockerfile cannot be empty"
        : null;

    [GeneratedRegex("\"([^\"]*)\" is no instruction", RegexOptions.CultureInvariant)]
    private static partial Regex NoInstruction();

    private static async Task<IResult> PruneAsync(IBuilder builder, IEvents events, CancellationToken stop)
    {
        long bytes = await builder.PruneCacheAsync(stop);
        events.TellPruned("builder", bytes);
        return DockerJson.Answer(new BuildCachePruned([], bytes));
    }

    private static IResult Cancel(HttpContext http, RunningBuilds running, ITasks tasks)
    {
        running.Cancel(DockerQuery.Text(http, "id") ?? throw EngineException.Invalid("build ID not provided"), tasks);
        return Results.Ok();
    }

    private static IResult Refuse() => throw DockerException.NotImplemented(Classic);
}

/// <summary>POST /build/prune. What is kept of steps has no ids here.</summary>
internal sealed record BuildCachePruned(string[] CachesDeleted, long SpaceReclaimed);
