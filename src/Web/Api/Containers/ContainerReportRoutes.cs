using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Web.Api;

/// <summary>Questions about one container.</summary>
internal static class ContainerReportRoutes
{
    public static void MapContainerReports(this IEndpointRouteBuilder api)
    {
        var one = api.MapGroup("/containers/{id}").WithTags("reports");

        one.MapGet("/top", (string id, IContainers all, CancellationToken stop) => all.TopAsync(id, stop))
            .As("TopContainer", "Its processes, as /proc tells them.");
        one.MapGet("/namespaces", (string id, IContainers all, CancellationToken stop) => all.NamespacesAsync(id, stop))
            .As("ContainerNamespaces", "Its eight namespaces beside the host's, and with whom each is shared.");
        one.MapGet("/birth", (string id, IContainers all, CancellationToken stop) => all.BirthAsync(id, stop))
            .As("ContainerBirth", "Every step that made its last start: call, arguments, result, microseconds.");
        one.MapGet("/inspect", (string id, IContainers all, CancellationToken stop) => all.InspectAsync(id, stop))
            .As("InspectContainer", "Everything about it as a tree: asked, derived, actual.");
        one.MapGet("/stats", (string id, IContainers all, IMetrics metrics, CancellationToken stop) => ContainerStats.NewestAsync(all.Get(id), metrics, stop))
            .As("ContainerStats", "What it uses now.");
    }
}
