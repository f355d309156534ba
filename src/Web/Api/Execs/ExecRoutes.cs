using Brig.Engine.Containers;

namespace Brig.Web.Api;

/// <summary>Second programs in running containers.</summary>
internal static class ExecRoutes
{
    public static void MapExecs(this IEndpointRouteBuilder api)
    {
        var execs = api.MapGroup("").WithTags("exec");

        execs.MapPost("/containers/{id}/exec", StartAsync).Produces<Exec>(StatusCodes.Status201Created)
            .As("StartExec", "Runs a program in a running container.");
        execs.MapGet("/containers/{id}/execs", (string id, IContainers all) => all.ListExecs(id))
            .As("ListExecs", "The programs that were started in it.");
        execs.MapGet("/exec/{execId}", (string execId, IContainers all) => all.GetExec(execId))
            .As("GetExec", "One of them; its exit is absent while it runs.");
        execs.MapPost("/exec/{execId}/wait", (string execId, IContainers all, Stopping stopping, CancellationToken stop) =>
                stopping.WaitAsync(until => all.WaitExecAsync(execId, until), stop))
            .As("WaitExec", "Answers with how it ended.");
        execs.MapPost("/exec/{execId}/kill", KillAsync).Produces(StatusCodes.Status204NoContent)
            .As("KillExec", "Sends it a signal, by name or number.");
        execs.MapGet("/exec/{execId}/attach", AttachAsync).Produces(StatusCodes.Status101SwitchingProtocols)
            .As("AttachExec", "A web socket on its standard streams, in the frames of a container's attach.");
    }

    private static async Task<IResult> StartAsync(string id, ExecSpec spec, IContainers all, CancellationToken stop)
    {
        var exec = await all.ExecAsync(id, spec, stop);
        return TypedResults.Created($"/api/v1/exec/{exec.Id}", exec);
    }

    private static async Task<IResult> KillAsync(string execId, IContainers all, CancellationToken stop, string signal = "SIGKILL")
    {
        await all.KillExecAsync(execId, signal, stop);
        return TypedResults.NoContent();
    }

    private static Task AttachAsync(HttpContext http, string execId, IContainers all, Stopping stopping) =>
        AttachSocket.AnswerAsync(http, stopping, stop => all.AttachExecAsync(execId, stop));
}
