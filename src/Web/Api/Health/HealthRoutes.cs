using Brig.Engine.Health;

namespace Brig.Web.Api;

/// <summary>Health checks of containers.</summary>
internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder api)
    {
        var one = api.MapGroup("/containers/{id}/health").WithTags("health");

        one.MapGet("/", (string id, IHealth health) => health.Get(id))
            .As("GetHealth", "Its health check with nothing left to decide, how it is, and the last five probes with what they wrote, oldest first.");
        one.MapPost("/", (string id, IHealth health, Stopping stopping, CancellationToken stop) => stopping.WaitAsync(until => health.RunNowAsync(id, until), stop))
            .As("ProbeContainer", "Probes it now, or joins the probe that runs; answers with how that went. It counts like any other.");
    }
}
