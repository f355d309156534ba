using Brig.Web.Api.OpenApi;
using Microsoft.AspNetCore.Http.Json;

namespace Brig.Web.Api;

/// <summary><c>/api/v1</c>: one file of routes for each domain; a route is one line that calls one verb of the engine.</summary>
internal static class ApiRoutes
{
    public static IServiceCollection AddBrigApi(this IServiceCollection services)
    {
        services.AddSingleton<Stopping>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // ErrorAnswers makes the sentence
        services.Configure<JsonOptions>(json => ApiJson.Configure(json.SerializerOptions));
        return services.AddOpenApi("v1", ApiDocument.Configure);
    }

    public static void MapBrigApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").DisableAntiforgery();
        api.RefuseUnknownQueries();
        foreach (int status in (int[])[400, 401, 404, 409, 500, 503])
        {
            api.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), ["application/problem+json"]));
        }
        api.MapContainers();
        api.MapContainerReports();
        api.MapContainerStreams();
        api.MapContainerFiles();
        api.MapLogs();
        api.MapIsolation();
        api.MapHealth();
        api.MapPods();
        api.MapNetworks();
        api.MapExecs();
        api.MapImages();
        api.MapRegistries();
        api.MapCommits();
        api.MapBuilds();
        api.MapContents();
        api.MapVolumes();
        api.MapVolumeFiles();
        api.MapStacks();
        api.MapAlerts();
        api.MapTasks();
        api.MapEvents();
        api.MapPostMortems();
        api.MapSizing();
        api.MapMetrics();
        api.MapHistory();
        api.MapSystem();
        routes.MapOpenApi();
    }

    /// <summary>The name and the sentence a route has in the OpenAPI document.</summary>
    public static RouteHandlerBuilder As(this RouteHandlerBuilder route, string name, string summary) => route.WithName(name).WithSummary(summary);
}
