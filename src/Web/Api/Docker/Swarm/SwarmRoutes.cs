namespace Brig.Web.Api.Docker;

/// <summary>The chapters Swarm, Node, Service, Task, Secret, Config and Plugin: as of a daemon that is in no swarm and has no plugins.</summary>
internal static class DockerSwarmRoutes
{
    private static readonly string[] OfManagers =
    [
        "GET /swarm", "POST /swarm/update", "GET /swarm/unlockkey", "POST /swarm/unlock",
        "GET /nodes", "GET /nodes/{id}", "DELETE /nodes/{id}", "POST /nodes/{id}/update",
        "GET /services", "POST /services/create", "GET /services/{id}", "DELETE /services/{id}", "POST /services/{id}/update", "GET /services/{id}/logs",
        "GET /tasks", "GET /tasks/{id}", "GET /tasks/{id}/logs",
        "GET /secrets", "POST /secrets/create", "GET /secrets/{id}", "DELETE /secrets/{id}", "POST /secrets/{id}/update",
        "GET /configs", "POST /configs/create", "GET /configs/{id}", "DELETE /configs/{id}", "POST /configs/{id}/update",
    ];

    public static void MapSwarm(this IEndpointRouteBuilder docker)
    {
        foreach (string[] route in OfManagers.Select(route => route.Split(' ')))
        {
            docker.MapMethods(route[1], [route[0]], Refuse);
        }
        docker.MapPost("/swarm/init", () => Refuse("Brig runs on one machine; it has no swarm. Its stacks are made of the same Compose files."));
        docker.MapPost("/swarm/join", () => Refuse("Brig runs on one machine; it cannot join a swarm."));
        docker.MapPost("/swarm/leave", () => Refuse("This node is not part of a swarm", StatusCodes.Status503ServiceUnavailable));
        docker.MapGet("/plugins", () => Results.Text("[]", "application/json"));
        docker.MapGet("/plugins/privileges", () => NoPlugins());
        docker.MapPost("/plugins/pull", () => NoPlugins());
        docker.MapPost("/plugins/create", () => NoPlugins());
        docker.MapGet("/plugins/{name}/json", (string name) => NoPlugin(name));
        docker.MapDelete("/plugins/{name}", (string name) => NoPlugin(name));
        foreach (string verb in (string[])["enable", "disable", "upgrade", "push", "set"])
        {
            docker.MapPost($"/plugins/{{name}}/{verb}", (string name) => NoPlugin(name));
        }
        docker.MapGet("/containers/{id}/checkpoints", NoCheckpoints);
        docker.MapPost("/containers/{id}/checkpoints", NoCheckpoints);
        docker.MapDelete("/containers/{id}/checkpoints/{checkpoint}", NoCheckpoints);
    }

    private static Task Refuse(HttpContext http) => Task.FromException(Swarm.NotAManager);

    private static Task Refuse(string message, int status = StatusCodes.Status501NotImplemented) => Task.FromException(new DockerException(status, message));

    private static Task NoPlugins() => Task.FromException(DockerException.NotImplemented("Brig has no plugins; its networks, volumes and logs are its own."));

    private static Task NoPlugin(string name) => Task.FromException(new DockerException(StatusCodes.Status404NotFound, $"plugin \"{name}\" not found"));

    /// <summary>As a daemon without its experimental features: they are not there.</summary>
    private static Task NoCheckpoints(HttpContext http) => DockerErrors.TellAsync(http, StatusCodes.Status404NotFound, "page not found");
}
