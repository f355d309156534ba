using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>Which containers a list shows: all, limit and filters of GET /containers/json.</summary>
internal sealed class ContainerSelection(bool all, int? limit, DockerFilters filters)
{
    private static readonly string[] Known =
    [
        "ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation", "label", "name", "network", "publish", "since", "status", "volume",
    ];

    /// <exception cref="EngineException">Invalid.</exception>
    public static ContainerSelection Of(HttpContext http)
    {
        var (filters, request) = (DockerFilters.Of(http, Known), http.Request);
        filters.Check("status", word => word is "created" or "running" or "paused" or "restarting" or "removing" or "exited" or "dead");
        filters.Check("health", word => word is "none" or "starting" or "healthy" or "unhealthy");
        filters.Check("exited", word => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        return new(request.Flag("all"), request.Number("limit"), filters);
    }

    /// <summary>The newest first.</summary>
    /// <exception cref="EngineException">NotFound: a container that before or since names.</exception>
    public IEnumerable<Container> Choose(ImmutableArray<Container> containers, IContainers named, ContainerView view)
    {
        var newest = containers.Reverse();
        if (filters.Has("before"))
        {
            var before = filters["before"].Select(named.Named).Min(one => one.CreatedAt);
            newest = newest.Where(container => container.CreatedAt < before);
        }
        if (filters.Has("since"))
        {
            var since = filters["since"].Select(named.Named).Max(one => one.CreatedAt);
            newest = newest.Where(container => container.CreatedAt > since);
        }
        var found = newest.Where(container => (ShowsStopped || IsUp(container)) && Matches(container, view));
        return limit > 0 ? found.Take(limit.Value) : found;
    }

    /// <summary>A limit, and filters that are about those that do not run, mean all.</summary>
    private bool ShowsStopped => all || limit > 0 || filters.Has("status") || filters.Has("exited") || filters.Has("before") || filters.Has("since");

    private static bool IsUp(Container container) => container.State.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting;

    private bool Matches(Container container, ContainerView view) =>
        container.Spec.Sandbox is null
        && filters.Begins("id", container.Id.Value)
        && filters.MatchesAny("name", ["/" + container.Name, container.Name])
        && filters.Any("status", word => word == DockerStates.Word(container.State.Status))
        && filters.Any("exited", code => container.State is { Status: ContainerStatus.Exited, Exit: { } exit } && exit.Code == int.Parse(code, CultureInfo.InvariantCulture))
        && filters.Any("health", word => word == (container.State.Health is { } health ? DockerStates.Word(health.Status) : "none"))
        && filters.Flag("is-task") != true
        && filters.Any("isolation", word => word is "" or "default")
        && (!filters.Has("label") || filters.HasLabels(view.Labels(container)))
        && filters.Any("ancestor", image => IsFrom(container, image, view))
        && filters.Any("network", network => IsOn(container, network, view))
        && filters.Any("volume", volume => container.Spec.Mounts.Any(mount => mount.Target == volume || (mount.Source == volume && mount.Kind != MountKind.Tmpfs)))
        && filters.Any("publish", port => container.Ports.Any(published => Meets(port, published.ContainerPort, published.Count, published.Protocol) || Meets(port, published.HostPort, published.Count, published.Protocol)))
        && filters.Any("expose", port => NetworkWriter.Exposed(container, view).Any(exposed => NetworkWriter.TryPort(exposed, out int number) && Meets(port, number, 1, exposed.EndsWith("/udp", StringComparison.Ordinal) ? PortProtocol.Udp : PortProtocol.Tcp)));

    private static bool IsFrom(Container container, string asked, ContainerView view)
    {
        if (view.Image(container) is not { } image)
        {
            return container.Spec.Image == asked;
        }
        string id = asked.StartsWith("sha256:", StringComparison.Ordinal) ? asked : "sha256:" + asked;
        return container.Spec.Image == asked || view.Ancestor(asked) is { } ancestor && IsMadeOf(image, ancestor) || (asked.Length >= 4 && image.ConfigDigest.StartsWith(id, StringComparison.Ordinal));
    }

    /// <summary>Itself, or all its layers are the lowest of the other's.</summary>
    private static bool IsMadeOf(Image image, Image ancestor) =>
        image.Digest == ancestor.Digest || (ancestor.Layers.Length > 0 && image.Layers.Length >= ancestor.Layers.Length && image.Layers.AsSpan(0, ancestor.Layers.Length).SequenceEqual(ancestor.Layers.AsSpan()));

    private static bool IsOn(Container container, string asked, ContainerView view) =>
        view.Places(container).Any(pair => pair.Key == asked || (pair.Value.NetworkId is { Length: > 0 } id && id.StartsWith(asked, StringComparison.Ordinal)));

    /// <param name="asked">As <c>80</c>, <c>80/udp</c>, <c>8000-8080/tcp</c>.</param>
    private static bool Meets(string asked, int first, int count, PortProtocol protocol)
    {
        string[] parts = asked.Split('/');
        string[] range = parts[0].Split('-');
        return int.TryParse(range[0], NumberStyles.None, CultureInfo.InvariantCulture, out int low) && int.TryParse(range[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int high)
            && (parts.ElementAtOrDefault(1) ?? "tcp") == (protocol == PortProtocol.Tcp ? "tcp" : "udp") && first <= high && first + count > low;
    }
}
