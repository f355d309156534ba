using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Networks.Probing;

namespace Brig.Web.Api;

/// <summary>Networks and who is on them. <c>{id}</c>: an id, an unambiguous start of one, or a name.</summary>
internal static class NetworkRoutes
{
    public static void MapNetworks(this IEndpointRouteBuilder api)
    {
        var networks = api.MapGroup("/networks").WithTags("networks");

        networks.MapGet("/", (INetworks all) => all.List())
            .As("ListNetworks", "All networks with their endpoints.");
        networks.MapPost("/", CreateAsync).Produces<Network>(StatusCodes.Status201Created)
            .As("CreateNetwork", "Makes a network: its subnets as given, or from the pools. Its bridge is made when the first container needs it.");
        networks.MapPost("/-/prune", (INetworks all, CancellationToken stop) => all.PruneAsync(stop))
            .As("PruneNetworks", "Removes all that no container is on.");
        networks.MapPost("/-/test", (ProbeRequest asked, INetworkProbes probes, CancellationToken stop) => probes.TestAsync(asked.From, asked.To, asked.Port, stop))
            .As("TestNetwork", "Whether one container finds another by name and reaches it, tried from inside the first: an echo, and connections to a TCP port or to all it listens on.");
        networks.MapGet("/{id}", (string id, INetworks all) => all.Get(id))
            .As("GetNetwork", "One network: what was asked for, the addresses that follow from it, and who is on it.");
        networks.MapDelete("/{id}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveNetwork", "Removes a network that no container is on; 409 names those that are.");
        networks.MapGet("/{id}/traffic", async (string id, INetworks all, CancellationToken stop) => (await all.InspectAsync(id, stop)).Traffic)
            .As("NetworkTraffic", "What the kernel counted of each connected endpoint since it was plugged in.");
        networks.MapPost("/{id}/connect", (string id, ConnectRequest asked, INetworks all, CancellationToken stop) => all.ConnectAsync(asked.Container, asked.To(id), stop))
            .As("ConnectContainer", "Puts a container on the network: at once when it runs, else from its next start on.");
        networks.MapPost("/{id}/disconnect", (string id, string container, INetworks all, CancellationToken stop) => all.DisconnectAsync(container, id, stop))
            .As("DisconnectContainer", "Takes a container off the network, at once when it runs.");
        api.MapPut("/containers/{id}/ports", (string id, ImmutableArray<PortSpec> ports, INetworks all, CancellationToken stop) => all.ChangePortsAsync(id, ports, stop)).WithTags("containers")
            .As("UpdatePorts", "Replaces its published ports, live when it runs. Connections by those that stay go on; either all hold afterwards or none changed.");
    }

    private static async Task<IResult> CreateAsync(NetworkSpec spec, INetworks all, CancellationToken stop)
    {
        var made = await all.CreateAsync(spec, stop);
        return TypedResults.Created($"/api/v1/networks/{made.Id}", made);
    }

    private static async Task<IResult> RemoveAsync(string id, INetworks all, CancellationToken stop)
    {
        await all.RemoveAsync(id, stop);
        return TypedResults.NoContent();
    }
}

/// <param name="Container">Id or name.</param>
internal sealed record ConnectRequest(string Container)
{
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>A fixed address, inside the network's subnet.</summary>
    public string? Ipv4 { get; init; }

    public string? Ipv6 { get; init; }
    public string? Mac { get; init; }

    public NetworkAttachment To(string network) => new(network) { Aliases = Aliases, Ipv4 = Ipv4, Ipv6 = Ipv6, Mac = Mac };
}

/// <param name="From">Container, by id or name.</param>
/// <param name="To">Container, by id or name.</param>
internal sealed record ProbeRequest(string From, string To)
{
    /// <summary>TCP; null: those it listens on.</summary>
    public int? Port { get; init; }
}
