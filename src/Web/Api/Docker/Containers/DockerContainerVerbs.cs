using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>What is done to one container: start, stop, restart, kill, pause, unpause, rename, remove.</summary>
internal static class DockerContainerVerbs
{
    /// <summary>For a client that wants to wait for ever.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Bytes: clients write <c>{}</c> or <c>null</c> for no body, which Docker lets pass by its length.</summary>
    private const int MostOfNothing = 7;

    public static void MapContainerVerbs(this IEndpointRouteBuilder docker)
    {
        docker.MapPost("/containers/{id}/start", StartAsync);
        docker.MapPost("/containers/{id}/stop", (string id, HttpRequest request, IContainers all, CancellationToken stop) => DoneAsync(all.StopAsync(all.Named(id).Id.Value, Signal(request), Grace(request), stop)));
        docker.MapPost("/containers/{id}/restart", RestartAsync);
        docker.MapPost("/containers/{id}/kill", KillAsync);
        docker.MapPost("/containers/{id}/pause", PauseAsync);
        docker.MapPost("/containers/{id}/unpause", UnpauseAsync);
        docker.MapPost("/containers/{id}/rename", RenameAsync);
        docker.MapDelete("/containers/{id}", RemoveAsync);
    }

    private static async Task<IResult> StartAsync(string id, HttpRequest request, IContainers all, CancellationToken stop)
    {
        if (request.ContentLength > MostOfNothing || (request.ContentLength is null && request.Headers.ContainsKey("Transfer-Encoding")))
        {
            throw EngineException.Invalid("starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        }
        var container = all.Named(id);
        if (container.State.Status == ContainerStatus.Paused)
        {
            throw EngineException.Conflict("cannot start a paused container, try unpause instead");
        }
        try
        {
            return await DoneAsync(all.StartAsync(container.Id.Value, stop));
        }
        catch (EngineException e) when (e.Kind != EngineErrorKind.NotModified)
        {
            if (container.Spec.AutoRemove)
            {
                await TryRemoveAsync(all, container);   // whatever it failed by, this is its end, which the docker command waits for
            }
            throw StartErrors.Translate(e);
        }
    }

    private static async Task TryRemoveAsync(IContainers all, Container container)
    {
        try
        {
            await all.RemoveWithVolumesAsync(container.Id.Value, stop: CancellationToken.None);
        }
        catch (EngineException)
        {
            // Somebody else starts or removes it just now.
        }
    }

    private static async Task<IResult> RestartAsync(string id, HttpRequest request, IContainers all, CancellationToken stop)
    {
        var container = all.Named(id);
        try
        {
            return await DoneAsync(all.RestartAsync(container.Id.Value, Signal(request), Grace(request), stop));
        }
        catch (EngineException e) when (e.Kind is EngineErrorKind.Invalid or EngineErrorKind.Failed)
        {
            throw StartErrors.Translate(e);
        }
    }

    private static async Task<IResult> KillAsync(string id, HttpRequest request, IContainers all, CancellationToken stop)
    {
        var container = all.Named(id);
        string signal = request.Word("signal") ?? "SIGKILL";
        try
        {
            var done = await DoneAsync(all.KillAsync(container.Id.Value, signal, stop));
            if (signal is "9" || signal.EndsWith("KILL", StringComparison.OrdinalIgnoreCase))
            {
                await EndAsync(container, all, stop);
            }
            return done;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
        {
            throw EngineException.Conflict($"cannot kill container: {id}: container {container.Id} is not running");
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Invalid)
        {
            throw EngineException.Invalid($"Invalid signal: {signal}");
        }
    }

    /// <summary>Who kills a container lists it as ended at once, as Compose's <c>rm</c> after <c>kill</c>: Docker waits for the end for ten seconds.</summary>
    private static async Task EndAsync(Container container, IContainers all, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            await all.WaitAsync(container.Id.Value, limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException { Kind: EngineErrorKind.NotFound })
        {
            // It takes longer, or is gone with its end.
        }
    }

    private static Task<IResult> PauseAsync(string id, IContainers all, CancellationToken stop)
    {
        var container = all.Named(id);
        return container.State.Status == ContainerStatus.Paused
            ? throw EngineException.Conflict($"container {container.Id} is already paused") : DoneAsync(all.PauseAsync(container.MustRun().Id.Value, stop));
    }

    private static Task<IResult> UnpauseAsync(string id, IContainers all, CancellationToken stop)
    {
        var container = all.Named(id);
        return container.State.Status != ContainerStatus.Paused
            ? throw EngineException.Conflict($"Container {container.Id} is not paused") : DoneAsync(all.ResumeAsync(container.Id.Value, stop));
    }

    private static async Task<IResult> RenameAsync(string id, HttpRequest request, IContainers all, CancellationToken stop)
    {
        var container = all.Named(id);
        string name = request.Word("name")?.TrimStart('/') ?? throw EngineException.Invalid("Neither old nor new names may be empty");
        DockerCreates.CheckName(name);
        if (name == container.Name)
        {
            throw EngineException.Invalid("Renaming a container with the same name as its current name");
        }
        try
        {
            return await DoneAsync(all.RenameAsync(container.Id.Value, name, stop));
        }
        catch (EngineException e) when (DockerCreates.NameError(e, name, all) is { } told)
        {
            throw told;
        }
    }

    private static async Task<IResult> RemoveAsync(string id, HttpRequest request, IContainers all, CancellationToken stop)
    {
        var container = all.Named(id);
        if (request.Flag("link"))
        {
            throw EngineException.Conflict($"Cannot remove link {id}: links of Brig go with their container");
        }
        bool force = request.Flag("force");
        if (!force && container.State.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting)
        {
            string status = DockerStates.Word(container.State.Status);
            throw EngineException.Conflict($"cannot remove container \"/{container.Name}\": container is {status}: {(container.State.Status == ContainerStatus.Paused ? "unpause and then " : "")}stop the container before removing or force remove");
        }
        string full = container.Id.Value;
        await (request.Flag("v") ? all.RemoveWithVolumesAsync(full, force, stop) : all.RemoveAsync(full, force, stop));
        return Results.NoContent();
    }

    private static async Task<IResult> DoneAsync(Task<Container> verb)
    {
        await verb;
        return Results.NoContent();
    }

    /// <summary>By which it is asked to end, which clients can say since 1.42; null: its own.</summary>
    private static string? Signal(HttpRequest request) => ApiVersion.Of(request.HttpContext).IsBefore(1, 42) ? null : request.Word("signal");

    /// <summary>Seconds; null: its own.</summary>
    private static TimeSpan? Grace(HttpRequest request) => request.Number("t") switch
    {
        null => null,
        < 0 => Longest,
        var seconds => TimeSpan.FromSeconds(Math.Min(seconds.Value, Longest.TotalSeconds)),
    };
}
