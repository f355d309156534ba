using Brig.Engine.Volumes;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

/// <summary>What is no volume's name lies below <c>-/</c>, which no name begins with.</summary>
internal static class VolumeRoutes
{
    private const string Tar = "application/x-tar";

    public static void MapVolumes(this IEndpointRouteBuilder api)
    {
        var volumes = api.MapGroup("/volumes").WithTags("volumes");

        volumes.MapGet("/", (IVolumes all) => all.List())
            .As("ListVolumes", "All volumes by name, with what they take (measured now and then), their snapshots, and the containers that have them.");
        volumes.MapPost("/", CreateAsync).Produces<Volume>(StatusCodes.Status201Created)
            .As("CreateVolume", "Makes a volume. options, as Docker's local driver has them: none; type=tmpfs with o=size=64m,mode=0755,uid=1,gid=1; or type=none, o=bind and device=/a/folder.");
        volumes.MapGet("/{name}", (string name, IVolumes all) => all.Get(name))
            .As("GetVolume", "One volume.");
        volumes.MapDelete("/{name}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveVolume", "Removes a volume with its files and snapshots. 409, naming by whom, while a container has it, running or not.");
        volumes.MapPost("/{name}/measure", (string name, IVolumes all, CancellationToken stop) => all.MeasureAsync(name, stop))
            .As("MeasureVolume", "Measures now what its files take.");

        volumes.MapGet("/-/follow", Follow).Produces<VolumeChange>(contentType: OpenEnded.JsonLines)
            .As("FollowVolumes", "All volumes, then every change, as JSON lines; now is missing when it was removed. Who uses them is told by the containers.");
        volumes.MapPost("/-/prune", PruneAsync)
            .As("PruneVolumes", "Removes volumes that no container has: anonymous ones, or with all=true those with names too. label: key or key=value, several times for several.");

        volumes.MapGet("/{name}/export", Export).Produces<Stream>(contentType: Tar)
            .As("ExportVolume", "All its files as a tar.");
        volumes.MapPost("/{name}/import", ImportAsync).Accepts<Stream>(Tar, "application/gzip", "application/zstd").Produces<Volume>(StatusCodes.Status201Created)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .As("ImportVolume", "Makes a volume of this name with the files of the tar in the body (plain, gzip or zstd). Nothing of it is there until all is; devices are refused, and whatever leads outside.");
        volumes.MapPost("/{name}/clone", CloneAsync).Produces<Volume>(StatusCodes.Status201Created)
            .As("CloneVolume", "Makes another volume with its files as they are now.");

        volumes.MapGet("/{name}/snapshots", (string name, IVolumes all) => all.Get(name).Snapshots)
            .As("ListSnapshots", "Its snapshots, the oldest first. running: containers that ran with it meanwhile, whose writes may be in it by halves.");
        volumes.MapPost("/{name}/snapshots", SnapshotAsync).Produces<VolumeSnapshot>(StatusCodes.Status201Created)
            .As("TakeSnapshot", "Keeps its files as they are now, under a name of your own or the time. Where the disk can, blocks are shared until they change.");
        volumes.MapDelete("/{name}/snapshots/{snapshot}", RemoveSnapshotAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveSnapshot", "Removes a snapshot.");
        volumes.MapPost("/{name}/snapshots/{snapshot}/restore", RestoreAsync).Produces<Volume>(StatusCodes.Status201Created)
            .As("RestoreSnapshot", "Makes another volume with a snapshot's files; this one stays as it is.");
    }

    private static async Task<IResult> CreateAsync(VolumeSpec spec, IVolumes all, CancellationToken stop) => Created(await all.CreateAsync(spec, stop));

    private static async Task<IResult> CloneAsync(string name, VolumeSpec to, IVolumes all, CancellationToken stop) => Created(await all.CloneAsync(name, to, stop));

    private static async Task<IResult> RestoreAsync(string name, string snapshot, VolumeSpec to, IVolumes all, CancellationToken stop) =>
        Created(await all.RestoreAsync(name, snapshot, to, stop));

    private static async Task<IResult> ImportAsync(string name, Stream tar, IVolumes all, CancellationToken stop) => Created(await all.ImportAsync(new(name), tar, stop));

    private static async Task<IResult> SnapshotAsync(string name, IVolumes all, CancellationToken stop, string? snapshot = null)
    {
        var made = await all.SnapshotAsync(name, snapshot, stop);
        return TypedResults.Created($"/api/v1/volumes/{name}/snapshots", made);
    }

    private static async Task<IResult> RemoveAsync(string name, IVolumes all, CancellationToken stop)
    {
        await all.RemoveAsync(name, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RemoveSnapshotAsync(string name, string snapshot, IVolumes all, CancellationToken stop)
    {
        await all.RemoveSnapshotAsync(name, snapshot, stop);
        return TypedResults.NoContent();
    }

    private static Task<VolumePruneReport> PruneAsync(IVolumes volumes, CancellationToken stop, bool all = false, [FromQuery] string[]? label = null) =>
        volumes.PruneAsync(new(all, [.. label ?? []]), stop);

    private static IResult Export(HttpResponse response, string name, IVolumes all)
    {
        all.Get(name);      // while the answer can still say that it is not there
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.tar\"";
        return OpenEnded.Answer(Tar, (to, stop) => all.ExportAsync(name, to, stop));
    }

    private static IResult Follow(IVolumes all) => OpenEnded.Answer(OpenEnded.JsonLines, async (to, stop) =>
    {
        var lines = new JsonLines<VolumeChange>(to);
        while (!stop.IsCancellationRequested)
        {
            using var live = all.Follow();
            foreach (var volume in live.Snapshot)
            {
                await lines.WriteAsync(new(volume.Name, volume), stop);
            }
            await lines.FlushAsync(stop);
            await foreach (var change in live.Changes.ReadAllAsync(stop))
            {
                await lines.WriteAsync(change, stop);
                await lines.FlushAsync(stop);
            }
        }
    });

    private static Microsoft.AspNetCore.Http.HttpResults.Created<Volume> Created(Volume made) => TypedResults.Created($"/api/v1/volumes/{made.Name}", made);
}
