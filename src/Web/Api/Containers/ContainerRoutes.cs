using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api;

/// <summary>Verbs that make, change and remove containers. <c>{id}</c>: an id, an unambiguous start of one, or a name.</summary>
internal static class ContainerRoutes
{
    /// <summary>A day; nobody waits longer for a program to end by itself.</summary>
    private const double LongestGrace = 86400;

    public static void MapContainers(this IEndpointRouteBuilder api)
    {
        var containers = api.MapGroup("/containers").WithTags("containers");

        containers.MapGet("/", (IContainers all) => all.List())
            .As("ListContainers", "All containers, whatever their state.");
        containers.MapPost("/", CreateAsync).Produces<Container>(StatusCodes.Status201Created)
            .As("CreateContainer", "Makes a container; starting it is another step.");
        containers.MapPost("/prune", (IContainers all, CancellationToken stop) => all.PruneAsync(stop))
            .As("PruneContainers", "Removes all that neither run nor wait to restart.");

        containers.MapGet("/{id}", (string id, IContainers all) => all.Get(id))
            .As("GetContainer", "One container: what was asked for and what is.");
        containers.MapDelete("/{id}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveContainer", "Removes it and its files; with force also when it runs; with volumes also its anonymous volumes that no other container has.");

        containers.MapPost("/{id}/start", (string id, IContainers all, CancellationToken stop) => all.StartAsync(id, stop))
            .As("StartContainer", "Answers after the program was executed, or with the step that failed; 304 when it runs already.");
        containers.MapPost("/{id}/stop", (string id, IContainers all, CancellationToken stop, double? grace = null) => all.StopAsync(id, Grace(grace), stop))
            .As("StopContainer", "Its stop signal, then SIGKILL after grace (seconds); 304 when it does not run.");
        containers.MapPost("/{id}/restart", (string id, IContainers all, CancellationToken stop, double? grace = null) => all.RestartAsync(id, Grace(grace), stop))
            .As("RestartContainer", "Stop and start.");
        containers.MapPost("/{id}/kill", (string id, IContainers all, CancellationToken stop, string signal = "SIGKILL") => all.KillAsync(id, signal, stop))
            .As("KillContainer", "Sends PID 1 a signal, by name or number.");
        containers.MapPost("/{id}/pause", (string id, IContainers all, CancellationToken stop) => all.PauseAsync(id, stop))
            .As("PauseContainer", "Freezes all its processes.");
        containers.MapPost("/{id}/resume", (string id, IContainers all, CancellationToken stop) => all.ResumeAsync(id, stop))
            .As("ResumeContainer", "Thaws it.");
        containers.MapPost("/{id}/rename", (string id, string name, IContainers all, CancellationToken stop) => all.RenameAsync(id, name, stop))
            .As("RenameContainer", "Gives it another name.");
        containers.MapPut("/{id}/limits", (string id, Limits limits, IContainers all, CancellationToken stop) => all.UpdateLimitsAsync(id, limits, stop))
            .As("UpdateLimits", "Replaces all its limits, live when it runs; either all hold afterwards or none changed.");
        containers.MapPut("/{id}/restart-policy", (string id, RestartPolicy policy, IContainers all, CancellationToken stop) => all.UpdateRestartAsync(id, policy, stop))
            .As("UpdateRestartPolicy", "Replaces its restart policy.");
        containers.MapPost("/{id}/wait", (string id, IContainers all, Stopping stopping, CancellationToken stop) => stopping.WaitAsync(until => all.WaitAsync(id, until), stop))
            .As("WaitContainer", "Answers with how it ended: at once if it is not running, else when it ends.");
    }

    private static async Task<IResult> CreateAsync(ContainerSpec spec, IContainers all, CancellationToken stop)
    {
        var made = await all.CreateAsync(spec, stop);
        return TypedResults.Created($"/api/v1/containers/{made.Id}", made);
    }

    private static async Task<IResult> RemoveAsync(string id, IContainers all, CancellationToken stop, bool force = false, bool volumes = false)
    {
        await (volumes ? all.RemoveWithVolumesAsync(id, force, stop) : all.RemoveAsync(id, force, stop));
        return TypedResults.NoContent();
    }

    private static TimeSpan? Grace(double? seconds) => seconds switch
    {
        null => null,
        >= 0 and <= LongestGrace => TimeSpan.FromSeconds(seconds.Value),
        _ => throw EngineException.Invalid($"\"grace\" must be between 0 and {LongestGrace} seconds."),
    };
}
