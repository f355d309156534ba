using System.Collections.Immutable;
using System.Security.Cryptography;
using Brig.Engine;
using Brig.Engine.Events;
using Brig.Engine.Volumes;

namespace Brig.Web.Api.Docker;

/// <summary>The chapter Volumes of Docker's reference. The driver is always <c>local</c>.</summary>
internal static class DockerVolumeRoutes
{
    public static void MapVolumes(this IEndpointRouteBuilder docker)
    {
        docker.MapGet("/volumes", List);
        docker.MapPost("/volumes/create", CreateAsync);
        docker.MapPost("/volumes/prune", PruneAsync);
        docker.MapGet("/volumes/{name}", (string name, IVolumes volumes) => DockerJson.Answer(Tell(Find(volumes, name))));
        docker.MapPut("/volumes/{name}", (string name) => Task.FromException(Swarm.NotAManager));
        docker.MapDelete("/volumes/{name}", RemoveAsync);
    }

    public static VolumeResource Tell(Volume volume) => new()
    {
        CreatedAt = DockerTime.Text(volume.CreatedAt),
        Labels = volume.Anonymous ? volume.Labels.SetItem(Anonymous, "") : volume.Labels.IsEmpty ? null : volume.Labels,
        Mountpoint = volume.Path,
        Name = volume.Name,
        Options = volume.Options.IsEmpty ? null : volume.Options,
    };

    /// <summary>By it Docker and its clients know a volume that nobody named.</summary>
    private const string Anonymous = "com.docker.volume.anonymous";

    private static IResult List(HttpContext http, IVolumes volumes)
    {
        var filters = DockerFilters.Of(http, "dangling", "driver", "label", "name");
        bool? dangling = filters.Flag("dangling");
        var found = volumes.List().Where(volume => filters.Matches("name", volume.Name) && filters.Is("driver", "local") && filters.HasLabels(Tell(volume).Labels ?? ImmutableDictionary<string, string>.Empty)
            && (dangling is null || dangling == volume.UsedBy.IsEmpty));
        return DockerJson.Answer(new VolumesAnswer([.. found.Select(Tell)], null));
    }

    /// <summary>One that is there already is the answer, unless it is another kind of volume.</summary>
    private static async Task<IResult> CreateAsync(HttpContext http, IVolumes volumes, CancellationToken stop)
    {
        var body = await DockerBody.ReadAsync<VolumeCreateBody>(http);
        if (body.ClusterVolumeSpec is not null)
        {
            throw Swarm.NotAManager;
        }
        if (body.Driver is { Length: > 0 } driver and not "local")
        {
            throw EngineException.NotFound($"error looking up volume plugin {driver}: plugin \"{driver}\" not found");
        }
        var options = (body.DriverOpts ?? []).ToImmutableDictionary();
        bool isNamed = body.Name is { Length: > 0 };
        if (body.Name is [var letter])
        {
            throw EngineException.Invalid($"create {letter}: volume name is too short, names should be at least two alphanumeric characters");
        }
        var spec = new VolumeSpec(isNamed ? body.Name : NewName()) { Anonymous = !isNamed, Labels = (body.Labels ?? []).ToImmutableDictionary(), Options = options };
        if (volumes.List().FirstOrDefault(one => one.Name == spec.Name) is { } there)
        {
            return options.IsEmpty || Same(options, there.Options)
                ? DockerJson.Answer(Tell(there), StatusCodes.Status201Created)
                : throw EngineException.Conflict($"Volume {spec.Name} is there already, with other options; remove it first, or choose another name.");
        }
        try
        {
            return DockerJson.Answer(Tell(await volumes.CreateAsync(spec, stop)), StatusCodes.Status201Created);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Invalid)
        {
            throw EngineException.Invalid($"create {spec.Name}: invalid: {e.Message}");
        }
    }

    /// <summary>Of a volume that nobody names.</summary>
    public static string NewName() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static async Task<IResult> RemoveAsync(string name, HttpContext http, IVolumes volumes, CancellationToken stop)
    {
        bool force = http.Request.Query["force"].ToString() is "1" or "true" or "True";
        try
        {
            Find(volumes, name);
            await volumes.RemoveAsync(name, stop);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound && force)
        {
            // Gone already, which is all that force asks for.
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
        {
            throw EngineException.Conflict($"remove {name}: volume is in use: {e.Message}");
        }
        return Results.NoContent();
    }

    /// <summary>Before 1.42 everything that nobody has, since then only what nobody named, unless all is asked for.</summary>
    private static async Task<IResult> PruneAsync(HttpContext http, IVolumes volumes, IEvents events, CancellationToken stop)
    {
        var filters = DockerFilters.Of(http, "all", "label", "label!");
        bool all = ApiVersion.Of(http).IsBefore(1, 42) || filters.Flag("all") == true;
        var report = await volumes.PruneAsync(new(all, filters["label"]) { NotLabels = filters["label!"] }, stop);
        events.TellPruned("volume", report.FreedBytes);
        return DockerJson.Answer(new VolumesPruned([.. report.Removed], report.FreedBytes));
    }

    private static Volume Find(IVolumes volumes, string name)
    {
        try
        {
            return volumes.Get(name);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            throw EngineException.NotFound($"get {name}: no such volume");   // clients look for these words
        }
    }

    private static bool Same(ImmutableDictionary<string, string> a, ImmutableDictionary<string, string> b) => a.Count == b.Count && a.All(pair => b.GetValueOrDefault(pair.Key) == pair.Value);
}
