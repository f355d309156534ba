using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Pods;

namespace Brig.Web.Api;

/// <summary>Containers that live together. <c>{id}</c>: an id, an unambiguous start of one, or a name.</summary>
internal static class PodRoutes
{
    private const double LongestGrace = 86400;

    public static void MapPods(this IEndpointRouteBuilder api)
    {
        var pods = api.MapGroup("/pods").WithTags("pods");

        pods.MapGet("/", (IPods all) => all.List())
            .As("ListPods", "All pods with what is in them.");
        pods.MapPost("/", CreateAsync).Produces<Pod>(StatusCodes.Status201Created)
            .As("CreatePod", "Makes a pod. Containers come into it by their \"pod\" when they are created; their networks, ports and host name are the pod's.");
        pods.MapGet("/{id}", (string id, IPods all) => all.Get(id))
            .As("GetPod", "One pod with what is in it.");
        pods.MapPost("/{id}/start", (string id, IPods all, CancellationToken stop) => all.StartAsync(id, stop))
            .As("StartPod", "It and its containers, in the order in which they were made; 304 when all run already.");
        pods.MapPost("/{id}/stop", (string id, IPods all, CancellationToken stop, double? grace = null) => all.StopAsync(id, Grace(grace), stop))
            .As("StopPod", "Its containers in reverse order, each with its stop signal and after grace (seconds) SIGKILL; 304 when nothing of it runs.");
        pods.MapPost("/{id}/restart", (string id, IPods all, CancellationToken stop, double? grace = null) => all.RestartAsync(id, Grace(grace), stop))
            .As("RestartPod", "Stop and start.");
        pods.MapPut("/{id}/limits", (string id, Limits limits, IPods all, CancellationToken stop) => all.UpdateLimitsAsync(id, limits, stop))
            .As("UpdatePodLimits", "Replaces the limits of the whole, live when it runs; either all hold afterwards or none changed.");
        pods.MapDelete("/{id}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemovePod", "Removes it with all its containers; with force also when they run.");
    }

    private static async Task<IResult> CreateAsync(PodSpec spec, IPods all, CancellationToken stop)
    {
        var made = await all.CreateAsync(spec, stop);
        return TypedResults.Created($"/api/v1/pods/{made.Id}", made);
    }

    private static async Task<IResult> RemoveAsync(string id, IPods all, CancellationToken stop, bool force = false)
    {
        await all.RemoveAsync(id, force, stop);
        return TypedResults.NoContent();
    }

    private static TimeSpan? Grace(double? seconds) => seconds switch
    {
        null => null,
        >= 0 and <= LongestGrace => TimeSpan.FromSeconds(seconds.Value),
        _ => throw EngineException.Invalid($"\"grace\" must be between 0 and {LongestGrace} seconds."),
    };
}
