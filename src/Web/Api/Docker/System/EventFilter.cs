namespace Brig.Web.Api.Docker;

/// <summary>Which events a client wants to hear of.</summary>
internal sealed class EventFilter(DockerFilters filters)
{
    public static readonly string[] Known = ["config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope", "secret", "service", "type", "volume"];

    private static readonly string[] Actors = ["container", "network", "volume", "daemon", "plugin", "service", "node", "secret", "config"];

    public bool Wants(DockerEvent e) =>
        filters.Is("type", e.Type) && filters.Is("scope", e.Scope) && filters.HasLabels(e.Actor.Attributes)
        && (filters["event"] is [] || filters["event"].Any(action => action == e.Action || e.Action.StartsWith(action + ":", StringComparison.Ordinal)))
        && Actors.All(kind => filters[kind] is [] || (e.Type == kind && filters[kind].Any(one => Begins(e.Actor.Id, one) || Begins(e.Actor.Attributes.GetValueOrDefault("name", ""), one))))
        && (filters["image"] is [] || Image(e));

    /// <summary>Of an image by its id or name, of a container by its image; with or without the tag.</summary>
    private bool Image(DockerEvent e)
    {
        string name = e.Actor.Attributes.GetValueOrDefault(e.Type == "image" ? "name" : "image", "");
        return filters["image"].Any(one => one == e.Actor.Id || one == name || one == WithoutTag(name));
    }

    private static bool Begins(string text, string with) => text.StartsWith(with, StringComparison.Ordinal);

    private static string WithoutTag(string name) => name.LastIndexOf(':') is var colon && colon > name.LastIndexOf('/') ? name[..colon] : name;
}
