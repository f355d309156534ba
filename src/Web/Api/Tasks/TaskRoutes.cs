using Brig.Engine;
using Brig.Engine.Tasks;

namespace Brig.Web.Api;

internal static class TaskRoutes
{
    public static void MapTasks(this IEndpointRouteBuilder api)
    {
        var tasks = api.MapGroup("/tasks").WithTags("tasks");
        tasks.MapGet("/", (ITasks all) => all.List())
            .As("ListTasks", "Pulls, pushes, loads, builds and the like that run, and the last 200 that ended; the newest first.");
        tasks.MapGet("/follow", Follow).Produces<EngineTaskChange>(contentType: OpenEnded.JsonLines)
            .As("FollowTasks", "All tasks, then every change, as JSON lines; a running one changes at most ten times a second.");
        tasks.MapGet("/{id}", (string id, ITasks all) => all.Get(id))
            .As("GetTask", "One task with the progress of each of its steps.");
        tasks.MapGet("/{id}/output", Output).Produces<TaskLine>(contentType: OpenEnded.JsonLines)
            .As("TaskOutput", "The lines it printed as JSON lines, from the one numbered from on; with follow until it ends.");
        tasks.MapPost("/{id}/cancel", Cancel).Produces(StatusCodes.Status204NoContent)
            .As("CancelTask", "Asks it to end.");
        tasks.MapPost("/{id}/wait", (string id, ITasks all, Stopping stopping, CancellationToken stop) => stopping.WaitAsync(until => all.WaitAsync(id, until), stop))
            .As("WaitTask", "Answers with it when it has ended, however it did.");
        tasks.MapDelete("/{id}", ForgetAsync).Produces(StatusCodes.Status204NoContent)
            .As("ForgetTask", "Forgets one that has ended.");
    }

    private static IResult Follow(ITasks all) => OpenEnded.Answer(OpenEnded.JsonLines, async (to, stop) =>
    {
        var lines = new JsonLines<EngineTaskChange>(to);
        while (!stop.IsCancellationRequested)
        {
            using var live = all.Follow();
            foreach (var task in live.Snapshot)
            {
                await lines.WriteAsync(new(task.Id, task), stop);
            }
            await lines.FlushAsync(stop);
            await foreach (var change in live.Changes.ReadAllAsync(stop))
            {
                await lines.WriteAsync(change, stop);
                await lines.FlushAsync(stop);
            }
        }
    });

    private static IResult Output(string id, ITasks all, long from = 0, bool follow = false)
    {
        all.Get(id);        // while the answer can still say that it is not there
        return from < 0 ? throw EngineException.Invalid("\"from\" must be 0 or more.") : OpenEnded.Answer(OpenEnded.JsonLines, async (to, stop) =>
        {
            var lines = new JsonLines<TaskLine>(to);
            await foreach (var line in all.OutputAsync(id, from, follow, stop))
            {
                await lines.WriteAsync(line, stop);
                await lines.FlushAsync(stop);
            }
        });
    }

    private static Microsoft.AspNetCore.Http.HttpResults.NoContent Cancel(string id, ITasks all)
    {
        all.Cancel(id);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ForgetAsync(string id, ITasks all, CancellationToken stop)
    {
        await all.ForgetAsync(id, stop);
        return TypedResults.NoContent();
    }
}
