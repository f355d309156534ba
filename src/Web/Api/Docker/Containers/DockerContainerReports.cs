using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;
using Brig.Engine.Events;

namespace Brig.Web.Api.Docker;

/// <summary>Top, changes, update and prune.</summary>
internal static class DockerContainerReports
{
    public static void MapContainerReports(this IEndpointRouteBuilder docker)
    {
        docker.MapGet("/containers/{id}/top", TopAsync);
        docker.MapGet("/containers/{id}/changes", ChangesAsync);
        docker.MapPost("/containers/{id}/update", UpdateAsync);
        docker.MapPost("/containers/prune", PruneAsync);
    }

    private static async Task<IResult> TopAsync(string id, HttpRequest request, IContainers all, IEvents events, TimeProvider time, CancellationToken stop)
    {
        var container = all.Named(id);
        if (container.State.Status == ContainerStatus.Restarting)
        {
            container.MustRun();
        }
        if (container.State.Pid == 0)
        {
            throw DockerContainers.NotRunning(container);
        }
        var columns = TopColumns.Parse(request.Word("ps_args") ?? "-ef");
        var rows = await all.TopAsync(container.Id.Value, stop);
        events.Tell(container, "top");
        return DockerJson.Answer(columns.Write(rows, time.GetUtcNow()));
    }

    private static async Task<IResult> ChangesAsync(string id, IContainers all, IContainerFiles files, CancellationToken stop)
    {
        var changes = await files.ChangesAsync(all.Named(id).Id.Value, stop);
        return DockerJson.Answer(changes.Select(change => new DockerPathChange(change.Path, (int)change.Kind)).ToArray());
    }

    private static async Task<IResult> UpdateAsync(string id, HttpContext http, IContainers all, IEngineStatus status, CancellationToken stop)
    {
        var container = all.Named(id);
        var asked = OlderClients.Today(await DockerBody.ReadAsync<DockerUpdate>(http), ApiVersion.Of(http));
        List<string> warnings = [];
        LimitReader.Check(asked);
        LimitReader.Warn(asked, status.Abilities, warnings);
        await all.UpdateAsync(container.Id.Value, before => LimitReader.Over(before, asked, status.Abilities), stop);
        return DockerJson.Answer(new DockerWarnings([.. warnings]));
    }

    private static async Task<IResult> PruneAsync(HttpContext http, IContainers all, IEvents events, TimeProvider time, CancellationToken stop)
    {
        var filters = DockerFilters.Of(http, "until", "label", "label!");
        var pruned = await all.PruneAsync(new ContainerPrune(filters.Until(time.GetUtcNow()), filters["label"], filters["label!"]), stop);
        events.TellPruned("container", pruned.ReclaimedBytes);
        return DockerJson.Answer(new DockerContainersPruned([.. pruned.Ids], pruned.ReclaimedBytes));
    }
}
