using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>What flows out of a container and into it: the parts of Docker's chapter Containers that last.</summary>
internal static class DockerStreamRoutes
{
    public static void MapStreams(this IEndpointRouteBuilder docker)
    {
        var one = docker.MapGroup("/containers/{id}");
        one.MapPost("/wait", WaitRoutes.WaitAsync);
        one.MapGet("/logs", DockerLogRoutes.Logs);
        one.MapGet("/stats", StatsRoutes.Stats);
        one.MapGet("/attach/ws", AttachSocketRoute.AttachAsync);
        one.MapGet("/archive", ArchiveRoutes.ReadAsync);
        one.MapMethods("/archive", [HttpMethods.Head], ArchiveRoutes.StatAsync);
        one.MapPut("/archive", ArchiveRoutes.WriteAsync);
        one.MapGet("/export", ArchiveRoutes.Export);
        one.MapPost("/attach", AttachRoutes.AttachAsync);
        one.MapPost("/resize", AttachRoutes.ResizeAsync);
    }
}

[JsonSerializable(typeof(WaitAnswer))]
[JsonSerializable(typeof(PathStat))]
internal sealed partial class StreamsJson : JsonSerializerContext;
