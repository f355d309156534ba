using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;

namespace Brig.Web.Api;

/// <summary>What holds a container in, and what would be enough for it.</summary>
internal static class IsolationRoutes
{
    public static void MapIsolation(this IEndpointRouteBuilder api)
    {
        var one = api.MapGroup("/containers/{id}/isolation").WithTags("isolation");

        one.MapGet("/", (string id, IIsolation all, CancellationToken stop) => all.ReportAsync(id, stop))
            .As("ContainerIsolation", "Every wall around it: its state, what the kernel says inside and outside, how it differs from the default, and which steps built it.");
        one.MapGet("/compare", (string id, string with, IIsolation all, CancellationToken stop) => all.CompareAsync(id, with, stop))
            .As("CompareContainers", "Its eight namespaces beside those of another container.");
        one.MapGet("/view", (string id, IIsolation all, CancellationToken stop) => all.ViewAsync(id, stop))
            .As("ViewContainer", "What it sees of processes, ids, mounts, network and its own status, beside what the host sees of it.");
        one.MapGet("/denials", (string id, IContainers all, IDenials denials) => denials.Of(all.Get(id).Id))
            .As("ContainerDenials", "System calls that its seccomp filter denied since its start, oldest first.");

        one.MapGet("/recording", FindAsync)
            .As("ContainerRecording", "What it was seen to use; 404 when nobody ever recorded it.");
        one.MapPost("/recording", (string id, IRecordings all, CancellationToken stop, bool fromNextStart = false, bool keep = false) => all.StartAsync(id, fromNextStart, keep, stop))
            .As("StartRecording", "Watches it from now or from its next start on, over restarts; what was seen before is forgotten unless kept; 304 when it is watched already.");
        one.MapDelete("/recording", (string id, IRecordings all, CancellationToken stop) => all.StopAsync(id, stop))
            .As("StopRecording", "Ends the watching; what was seen is kept.");

        one.MapGet("/proposal", (string id, IRecordings all, CancellationToken stop) => all.ProposeAsync(id, stop))
            .As("ProposePrivilege", "The least privilege that is enough for what was seen: a seccomp profile and capabilities, and what they leave out.");
        one.MapGet("/proposal/profile", ProfileAsync).Produces<string>(contentType: "application/json")
            .As("DownloadProfile", "The proposed seccomp profile as a file, in Docker's JSON format.");
        one.MapPost("/proposal/apply", (string id, IRecordings all, CancellationToken stop) => all.ApplyAsync(id, stop))
            .As("ApplyProposal", "The proposal takes effect at its next start.");
        one.MapDelete("/proposal/apply", DiscardAsync).Produces(StatusCodes.Status204NoContent)
            .As("DiscardProposal", "Its next start is as its spec says; 304 when nothing waits.");
    }

    private static async Task<Recording> FindAsync(string id, IRecordings all, CancellationToken stop) =>
        await all.FindAsync(id, stop) ?? throw EngineException.NotFound($"Container \"{id}\" was never recorded.");

    private static async Task<IResult> ProfileAsync(string id, IRecordings all, IContainers containers, CancellationToken stop)
    {
        string profile = (await all.ProposeAsync(id, stop)).SeccompProfile;
        return TypedResults.File(Encoding.UTF8.GetBytes(profile), "application/json", $"{containers.Get(id).Name}-seccomp.json");
    }

    private static async Task<IResult> DiscardAsync(string id, IRecordings all, CancellationToken stop)
    {
        await all.DiscardAsync(id, stop);
        return TypedResults.NoContent();
    }
}
