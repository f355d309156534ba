using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Brig.Engine.Stacks;
using Brig.Engine.Tasks;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

/// <summary>Stacks by id or name. What takes time answers with a task; what is wrong in a file has line and column in the problem.</summary>
internal static class StackRoutes
{
    public static void MapStacks(this IEndpointRouteBuilder api)
    {
        var stacks = api.MapGroup("/stacks").WithTags("stacks");
        stacks.MapGet("/", (IStacks all) => all.List())
            .As("ListStacks", "All stacks by name, with their services and containers; also projects that another tool made (managed: false), which are only started, stopped, restarted and taken down.");
        stacks.MapPost("/", CreateAsync).Produces<Stack>(StatusCodes.Status201Created)
            .As("CreateStack", "Keeps a stack: texts (by path: compose.yaml, .env) or a folder of this machine. Starts nothing; apply does. variables win over .env, are kept encrypted and never told. 409 where another tool made a project of that name, unless takeOver says that it shall become this stack.");
        stacks.MapGet("/-/follow", Follow).Produces<StackChange>(contentType: OpenEnded.JsonLines)
            .As("FollowStacks", "All stacks, then every change of them and their containers, as JSON lines; stack is missing when it was removed.");
        stacks.MapGet("/-/schema", (IStacks all) => all.Schema())
            .As("StackSchema", "JSON Schema of a Compose file, made from the reader's own tables: what an editor completes and checks with.");
        stacks.MapGet("/-/templates", (IStacks all) => all.Templates)
            .As("ListStackTemplates", "Stacks to begin with.");
        stacks.MapPost("/-/check", (StackDraft draft, IStacks all) => all.Check(null, draft))
            .As("CheckNewStack", "Reads files and tells all that is wrong, each with its line and column; keeps nothing.");
        stacks.MapGet("/-/secrets", (IStacks all) => all.Secrets())
            .As("ListStackSecrets", "Names of the secrets that stacks can call external. What is in them is never told.");
        stacks.MapPut("/-/secrets/{secret}", SetSecretAsync).Accepts<string>("text/plain", "application/octet-stream").Produces(StatusCodes.Status204NoContent)
            .As("SetStackSecret", "Keeps the body, encrypted, as a secret of this name. Containers have the new one when their stack is applied again.");
        stacks.MapDelete("/-/secrets/{secret}", RemoveSecretAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveStackSecret", "Forgets a secret.");

        stacks.MapGet("/{id}", (string id, IStacks all) => all.Get(id))
            .As("GetStack", "One stack.");
        stacks.MapPatch("/{id}", (string id, StackDraft draft, IStacks all, CancellationToken stop) => all.SaveAsync(id, draft, stop))
            .As("SaveStack", "Keeps changed files, choice of files, profiles or variables. What runs stays as it is until apply.");
        stacks.MapDelete("/{id}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveStack", "Forgets a stack with its files and revisions. 409 while it has containers: take it down first.");
        stacks.MapPost("/{id}/check", (string id, StackDraft draft, IStacks all) => all.Check(id, draft))
            .As("CheckStack", "Reads the stack with what an editor holds in place of its files, and tells all that is wrong; keeps nothing.");
        stacks.MapPost("/{id}/plan", (string id, PlanRequest request, IStacks all, CancellationToken stop) => all.PlanAsync(id, request.Draft, request.Options, stop))
            .As("PlanStack", "What apply would do: create, change (with what is asked for otherwise), restart, start, keep, remove, and why.");
        stacks.MapPost("/{id}/apply", async (string id, ApplyOptions options, IStacks all, CancellationToken stop) => Accepted(await all.ApplyAsync(id, options, stop)))
            .As("ApplyStack", "Does what the plan says, as a new revision.");
        stacks.MapPost("/{id}/down", async (string id, IStacks all, CancellationToken stop, bool volumes = false) => Accepted(await all.DownAsync(id, volumes, stop)))
            .As("TakeStackDown", "Stops and removes its containers and networks; with volumes=true its volumes and all their files too.");
        stacks.MapPost("/{id}/start", async (string id, IStacks all, CancellationToken stop, string? service = null) => Accepted(await all.StartAsync(id, service, stop)))
            .As("StartStack", "Starts its containers, or those of a service, in their order.");
        stacks.MapPost("/{id}/stop", async (string id, IStacks all, CancellationToken stop, string? service = null) => Accepted(await all.StopAsync(id, service, stop)))
            .As("StopStack", "Stops its containers, or those of a service; what needs others first.");
        stacks.MapPost("/{id}/restart", async (string id, IStacks all, CancellationToken stop, string? service = null) => Accepted(await all.RestartAsync(id, service, stop)))
            .As("RestartStack", "Restarts its containers, or those of a service.");
        stacks.MapPost("/{id}/services/{service}/update", async (string id, string service, IStacks all, CancellationToken stop, string? image = null) => Accepted(await all.UpdateAsync(id, service, image, stop)))
            .As("UpdateStackService", "Replaces its containers by its update_config, watched by its health check: with another image, or with the same one fetched again. Rolled back by itself where update_config says so.");
        stacks.MapPost("/{id}/services/{service}/scale", async (string id, string service, int containers, IStacks all, CancellationToken stop) => Accepted(await all.ScaleAsync(id, service, containers, stop)))
            .As("ScaleStackService", "Gives it so many containers, until apply says otherwise.");
        stacks.MapGet("/{id}/revisions", (string id, IStacks all) => all.Revisions(id))
            .As("ListStackRevisions", "What was applied, the newest first, with the plan as it was; the last 50 are kept.");
        stacks.MapGet("/{id}/revisions/{number}/texts", (string id, int number, IStacks all) => all.RevisionTexts(id, number))
            .As("StackRevisionTexts", "The files of a revision by their paths.");
        stacks.MapPost("/{id}/rollback", async (string id, int revision, IStacks all, CancellationToken stop) => Accepted(await all.RollbackAsync(id, revision, stop)))
            .As("RollbackStack", "Applies the files of an earlier revision, as a new one.");
        stacks.MapGet("/{id}/logs", Logs).Produces<StackLogLine>(contentType: OpenEnded.JsonLines)
            .As("StackLogs", "The lines of all its containers by time, as JSON lines; with follow also what comes, of containers that come too.");
        stacks.MapGet("/{id}/files", (string id, IStacks all) => all.Files(id))
            .As("ListStackFiles", "Its files.");
        stacks.MapGet("/{id}/files/{**path}", async (string id, string path, IStacks all, CancellationToken stop) => TypedResults.Bytes(await all.ReadFileAsync(id, path, stop), "application/octet-stream"))
            .As("ReadStackFile", "A file's content.");
        stacks.MapPut("/{id}/files/{**path}", WriteFileAsync).Accepts<Stream>("application/octet-stream").Produces(StatusCodes.Status204NoContent).WithMetadata(new DisableRequestSizeLimitAttribute())
            .As("WriteStackFile", "Puts a file, 64 MB at most, into the stack's folder, which no path leaves.");
        stacks.MapDelete("/{id}/files/{**path}", RemoveFileAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveStackFile", "Removes a file of the stack's.");
    }

    private static async Task<IResult> CreateAsync(StackRequest request, IStacks all, CancellationToken stop)
    {
        var made = await all.CreateAsync(request, stop);
        return TypedResults.Created($"/api/v1/stacks/{made.Id}", made);
    }

    private static async Task<IResult> RemoveAsync(string id, IStacks all, CancellationToken stop)
    {
        await all.RemoveAsync(id, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> SetSecretAsync(string secret, HttpRequest http, IStacks all, CancellationToken stop)
    {
        using var text = new StreamReader(http.Body);
        await all.SetSecretAsync(secret, await text.ReadToEndAsync(stop), stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RemoveSecretAsync(string secret, IStacks all, CancellationToken stop)
    {
        await all.RemoveSecretAsync(secret, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> WriteFileAsync(string id, string path, HttpRequest http, IStacks all, CancellationToken stop)
    {
        await all.WriteFileAsync(id, path, http.Body, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RemoveFileAsync(string id, string path, IStacks all, CancellationToken stop)
    {
        await all.RemoveFileAsync(id, path, stop);
        return TypedResults.NoContent();
    }

    private static IResult Follow(IStacks all) => OpenEnded.Answer(OpenEnded.JsonLines, async (to, stop) =>
    {
        var lines = new JsonLines<StackChange>(to);
        while (!stop.IsCancellationRequested)
        {
            using var live = all.Follow();
            foreach (var stack in live.Snapshot)
            {
                await lines.WriteAsync(new(stack.Id, stack), stop);
            }
            await lines.FlushAsync(stop);
            await foreach (var change in live.Changes.ReadAllAsync(stop))
            {
                await lines.WriteAsync(change, stop);
                await lines.FlushAsync(stop);
            }
        }
    });

    private static IResult Logs(string id, IStacks all, string? service = null, int? tail = null, bool follow = false)
    {
        all.Get(id);        // while the answer can still say that it is not there
        return OpenEnded.Answer(OpenEnded.JsonLines, async (to, stop) =>
        {
            var lines = new JsonLines<StackLogLine>(to);
            await foreach (var line in all.LogsAsync(id, service, tail, follow, stop))
            {
                await lines.WriteAsync(line, stop);
                if (follow)
                {
                    await lines.FlushAsync(stop);
                }
            }
            await lines.FlushAsync(stop);
        });
    }

    private static Microsoft.AspNetCore.Http.HttpResults.Accepted<EngineTask> Accepted(EngineTask task) => TypedResults.Accepted($"/api/v1/tasks/{task.Id}", task);
}

/// <param name="Draft">What an editor holds; null: the stack as it is kept.</param>
internal sealed record PlanRequest(StackDraft? Draft = null, ApplyOptions? Options = null);
