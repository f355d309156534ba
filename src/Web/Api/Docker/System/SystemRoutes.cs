using System.Text.Json.Serialization;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <param name="Name">Of the part, as <c>Engine</c>.</param>
internal sealed record VersionPart(string Name, string Version, Dictionary<string, string> Details);

/// <summary>GET /version.</summary>
internal sealed record VersionAnswer(
    VersionPlatform Platform, VersionPart[] Components, string Version, string ApiVersion, [property: JsonPropertyName("MinAPIVersion")] string MinApiVersion,
    string GitCommit, string GoVersion, string Os, string Arch, string KernelVersion, string BuildTime);

internal sealed record VersionPlatform(string Name);

/// <summary>The chapter System of Docker's reference.</summary>
internal static class DockerSystemRoutes
{
    public static void MapSystem(this IEndpointRouteBuilder docker)
    {
        docker.MapMethods("/_ping", [HttpMethods.Get, HttpMethods.Head], Ping);
        docker.MapGet("/version", () => DockerJson.Answer(Version()));
        docker.MapGet("/info", (HttpContext http, IContainers containers, IImages images, EngineOptions engine, IEngineStatus status, TimeProvider time) =>
            DockerJson.Answer(new InfoTelling(containers, images, engine, status, time).Tell(ApiVersion.Of(http))));
        docker.MapGet("/system/df", DiskUsage.AnswerAsync);
        docker.MapGet("/events", DockerEventRoutes.Follow);
    }

    private static IResult Ping(HttpContext http)
    {
        // "1" makes the docker command build in the classic way; it has no session that we could refuse then.
        http.Response.Headers["Builder-Version"] = "1";
        http.Response.Headers["Swarm"] = "inactive";
        http.Response.Headers.CacheControl = "no-cache, no-store, must-revalidate";
        http.Response.Headers.Pragma = "no-cache";
        return Results.Text("OK", "text/plain; charset=utf-8");
    }

    private static VersionAnswer Version()
    {
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var details = new Dictionary<string, string>
        {
            ["ApiVersion"] = ApiVersion.Most.ToString(),
            ["MinAPIVersion"] = ApiVersion.Least.ToString(),
            ["Arch"] = ApiVersion.Architecture,
            ["Os"] = "linux",
            ["KernelVersion"] = kernel,
            ["GitCommit"] = "brig",
            ["GoVersion"] = $"none; .NET {Environment.Version}",
            ["BuildTime"] = "",
            ["Experimental"] = "false",
            ["BrigVersion"] = Api.SystemRoutes.Version,
        };
        return new(new($"Brig {Api.SystemRoutes.Version}"), [new("Engine", ApiVersion.Server, details)], ApiVersion.Server, ApiVersion.Most.ToString(), ApiVersion.Least.ToString(),
            "brig", Environment.Version.ToString(), "linux", ApiVersion.Architecture, kernel, "");
    }
}
