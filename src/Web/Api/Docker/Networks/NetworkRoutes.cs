using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>The chapter Networks of Docker's reference.</summary>
internal static class DockerNetworkRoutes
{
    public static void MapNetworks(this IEndpointRouteBuilder docker)
    {
        docker.MapGet("/networks", ListAsync);
        docker.MapGet("/networks/{id}", InspectAsync);
        docker.MapPost("/networks/create", CreateAsync);
        docker.MapPost("/networks/prune", PruneAsync);
        docker.MapPost("/networks/{id}/connect", ConnectAsync);
        docker.MapPost("/networks/{id}/disconnect", DisconnectAsync);
        docker.MapDelete("/networks/{id}", RemoveAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, INetworks networks, IContainers containers, CancellationToken stop)
    {
        var filters = DockerFilters.Of(http, "dangling", "driver", "id", "label", "name", "scope", "type");
        var telling = new NetworkTelling(networks, containers);
        if (filters["type"].FirstOrDefault(type => type is not ("custom" or "builtin")) is { } type)
        {
            throw EngineException.Invalid($"invalid filter: 'type'='{type}'");
        }
        bool? dangling = filters.Flag("dangling");
        var used = containers.List().SelectMany(one => one.Endpoints.Select(endpoint => endpoint.NetworkId)).ToHashSet(StringComparer.Ordinal);
        var found = (await telling.ListAsync(ApiVersion.Of(http).IsBefore(1, 28), stop)).Where(network =>
            filters.Matches("name", network.Name) && filters.Begins("id", network.Id) && filters.Is("driver", network.Driver) && filters.Is("scope", network.Scope) && filters.HasLabels(network.Labels)
            && filters.Is("type", NetworkNames.IsPredefined(network.Name) ? "builtin" : "custom")
            && (dangling is null || dangling == (!NetworkNames.IsPredefined(network.Name) && !used.Contains(network.Id))));
        return DockerJson.Answer<NetworkResource[]>([.. found]);
    }

    private static async Task<IResult> InspectAsync(string id, HttpContext http, INetworks networks, IContainers containers, CancellationToken stop)
    {
        if (http.Request.Query["scope"].ToString() is { Length: > 0 } scope and not "local")
        {
            throw EngineException.NotFound($"network {id} not found");   // this machine has local ones only: "swarm" and "global" name none
        }
        return DockerJson.Answer(await new NetworkTelling(networks, containers).GetAsync(id, stop));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, INetworks networks, CancellationToken stop)
    {
        var spec = NetworkOptions.Read(await DockerBody.ReadAsync<NetworkCreateBody>(http));
        try
        {
            return DockerJson.Answer(new NetworkCreated((await networks.CreateAsync(spec, stop)).Id, ""), StatusCodes.Status201Created);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
        {
            throw IsThere(networks, spec.Name!) ? EngineException.Conflict($"network with name {spec.Name} already exists")
                : DockerException.Forbidden(e.Message);   // its subnet overlaps: Docker calls that forbidden
        }
    }

    private static async Task<IResult> ConnectAsync(string id, HttpContext http, INetworks networks, IContainers containers, CancellationToken stop)
    {
        var body = await DockerBody.ReadAsync<NetworkConnectBody>(http);
        var container = containers.Named(Named(body.Container));
        RefusePredefined(id, "connected to");
        if (id == NetworkNames.Bridge)
        {
            await networks.DefaultAsync(stop);
        }
        var network = NetworkTelling.Find(networks, id);
        var settings = body.EndpointConfig ?? new();
        await NetworkLinks.GiveAsync(containers, networks, network.Name, settings.Links ?? [], stop);
        try
        {
            await networks.ConnectAsync(container.Id.Value, settings.ToAttachment(network.Name, container.Spec.Hostname), stop);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
        {
            throw DockerException.Forbidden(container.Endpoints.Any(endpoint => endpoint.NetworkId == network.Id)
                ? $"endpoint with name {container.Name} already exists in network {NetworkNames.ToDocker(network.Name)}" : e.Message);
        }
        return Results.Ok();
    }

    private static async Task<IResult> DisconnectAsync(string id, HttpContext http, INetworks networks, IContainers containers, CancellationToken stop)
    {
        var body = await DockerBody.ReadAsync<NetworkDisconnectBody>(http);
        string named = Named(body.Container);
        RefusePredefined(id, "disconnected from");
        var network = NetworkTelling.Find(networks, id);
        Container container;
        try
        {
            container = containers.Named(named);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound && body.Force == true)
        {
            return Results.Ok();   // force takes a place whose container has gone; here places go with their containers
        }
        if (container.Endpoints.All(endpoint => endpoint.NetworkId != network.Id))
        {
            throw DockerException.Forbidden($"container {container.Name} is not connected to network {NetworkNames.ToDocker(network.Name)}");
        }
        await networks.DisconnectAsync(container.Id.Value, network.Id, stop);
        return Results.Ok();
    }

    private static async Task<IResult> RemoveAsync(string id, INetworks networks, CancellationToken stop)
    {
        if (NetworkTelling.TryPredefined(id) is { } predefined)
        {
            throw DockerException.Forbidden($"{predefined} is a pre-defined network and cannot be removed");
        }
        var network = NetworkTelling.Find(networks, id);
        if (network.Name == NetworkSpec.DefaultName)
        {
            throw DockerException.Forbidden($"{NetworkNames.Bridge} is a pre-defined network and cannot be removed");
        }
        try
        {
            await networks.RemoveAsync(network.Id, stop);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
        {
            throw DockerException.Forbidden($"error while removing network: network {network.Name} id {network.Id} has active endpoints: {e.Message}");
        }
        return Results.NoContent();
    }

    private static async Task<IResult> PruneAsync(HttpContext http, INetworks networks, IEvents events, TimeProvider time, CancellationToken stop)
    {
        var filters = DockerFilters.Of(http, "until", "label", "label!");
        var until = filters.Until(time.GetUtcNow());
        var removed = new List<string>();
        foreach (var network in networks.List().Where(network =>
            network.Endpoints.IsEmpty && network.Name != NetworkSpec.DefaultName && filters.HasLabels(network.Spec.Labels) && (until is null || network.CreatedAt < until)))
        {
            try
            {
                await networks.RemoveAsync(network.Id, stop);
                removed.Add(network.Name);
            }
            catch (EngineException e) when (e.Kind is EngineErrorKind.Conflict or EngineErrorKind.NotFound)
            {
                // Somebody came on it meanwhile, or removed it.
            }
        }
        events.TellPruned("network", 0);
        return DockerJson.Answer(new NetworksPruned([.. removed]));
    }

    private static string Named(string? container) => container is { Length: > 0 } name ? name : throw EngineException.Invalid("The container is missing: give its name or id as Container.");

    private static void RefusePredefined(string id, string verb)
    {
        if (NetworkTelling.TryPredefined(id) is { } predefined)
        {
            throw DockerException.Forbidden($"container cannot be {verb} {predefined} network");
        }
    }

    private static bool IsThere(INetworks networks, string name) => networks.List().Any(network => network.Name == name);
}
