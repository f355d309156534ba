using Brig.Web.Clients;

namespace Brig.Web.Api.Docker;

/// <summary>Docker's endpoints (docs/docker-api.md): one file of routes for each of the reference's chapters; a route translates, and calls one verb of the engine.</summary>
internal static class DockerRoutes
{
    public static IServiceCollection AddDockerApi(this IServiceCollection services) => services.AddSingleton<DockerClients>().AddSingleton<DockerCreates>().AddSingleton<RunningBuilds>().AddSingleton<DockerServer>().AddHostedService(all => all.GetRequiredService<DockerServer>());

    /// <summary>All that a request to the socket goes through. It shares the services of the dashboard's, nothing else.</summary>
    public static RequestDelegate Pipeline(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        var clients = services.GetRequiredService<DockerClients>();
        app.Use((http, next) =>
        {
            clients.Saw(http);
            return next(http);
        });
        app.UseMiddleware<DockerErrors>();
        app.UseApiVersion();
        app.UseRouting();
        app.UseWebSockets();
        app.UseEndpoints(Map);
        return app.Build();
    }

    /// <summary>Chapter by chapter.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var docker = routes.MapGroup("").DisableAntiforgery().ExcludeFromDescription();
        docker.MapSystem();
        docker.MapNetworks();
        docker.MapVolumes();
        docker.MapStreams();
        docker.MapDockerContainers();
        docker.MapExecs();
        docker.MapImages();
        docker.MapBuilds();
        docker.MapSwarm();
    }
}
