using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;
using Brig.Engine.Health;
using Brig.Engine.Images;
using Brig.Engine.Networks;
using Brig.Engine.Volumes;

namespace Brig.Web.Api.Docker;

/// <summary>The chapter Containers of Docker's reference, without its streams. <c>{id}</c>: an id, an unambiguous start of one, or a name.</summary>
internal static class DockerContainerRoutes
{
    public static void MapDockerContainers(this IEndpointRouteBuilder docker)
    {
        docker.MapPost("/containers/create", CreateAsync);
        docker.MapGet("/containers/json", ListAsync);
        docker.MapGet("/containers/{id}/json", InspectAsync);
        docker.MapContainerVerbs();
        docker.MapContainerReports();
    }

    private static async Task<IResult> CreateAsync(HttpContext http, DockerCreates creates, CancellationToken stop)
    {
        var version = ApiVersion.Of(http);
        var asked = OlderClients.Today(await DockerBody.ReadAsync<DockerCreate>(http), version);
        var (container, warnings) = await creates.CreateAsync(asked, http.Request.Word("name"), version.IsBefore(1, 41) ? null : http.Request.Word("platform"), stop);
        if (asked.MacAddress is { Length: > 0 } && !version.IsBefore(1, 44))
        {
            warnings.Add("The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead.");
        }
        return DockerJson.Answer(new DockerCreated(container.Id.Value, [.. warnings]), StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IContainers all, IImages images, INetworks networks, IVolumes volumes, IContainerFiles files, TimeProvider time, CancellationToken stop)
    {
        var view = new ContainerView(images, networks, volumes, ApiVersion.Of(http));
        var now = time.GetUtcNow();
        var rows = ContainerSelection.Of(http).Choose(all.List(), all, view).Select(container => ContainerWriter.Row(container, view, now)).ToArray();
        return DockerJson.Answer(http.Request.Flag("size") ? await WithSizesAsync(rows, files, stop) : rows);
    }

    /// <summary>Without those that are removed meanwhile.</summary>
    public static async Task<DockerContainerRow[]> WithSizesAsync(DockerContainerRow[] rows, IContainerFiles files, CancellationToken stop)
    {
        var measured = new List<DockerContainerRow>(rows.Length);
        foreach (var row in rows)
        {
            try
            {
                var size = await files.SizeAsync(row.Id, stop);
                measured.Add(row with { SizeRw = size.OwnBytes, SizeRootFs = size.AllBytes });
            }
            catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
            {
                // It is gone.
            }
        }
        return [.. measured];
    }

    private static async Task<IResult> InspectAsync(
        string id, HttpContext http, IContainers all, IImages images, INetworks networks, IVolumes volumes, IContainerFiles files, IHealth health, EnginePaths paths, CancellationToken stop)
    {
        var container = all.Named(id);
        string[] execs = [.. all.ListExecs(container.Id.Value).Where(exec => exec.Exit is null).Select(exec => exec.Id)];
        var told = ContainerWriter.Write(container, new(images, networks, volumes, ApiVersion.Of(http)), health.Get(container.Id.Value), execs, paths);
        return DockerJson.Answer(http.Request.Flag("size") && await files.SizeAsync(container.Id.Value, stop) is { } size ? told with { SizeRw = size.OwnBytes, SizeRootFs = size.AllBytes } : told);
    }
}
