using System.Collections.Immutable;
using System.Text.Json;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Networks;

/// <summary>What the map draws, as its element reads it (wwwroot-assets/src/network/model.ts).</summary>
internal static class MapModel
{
    private const string Host = "host", None = "none";

    public static string Of(ImmutableArray<Network> networks, ImmutableArray<Container> containers)
    {
        var boxes = networks.Select(n => new Box(n.Id, n.Name, Note(n), n.Spec.Internal, false)).ToList();
        var known = networks.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        var cards = containers.Select(c => Card(c, known)).Where(card => card.Plugs.Length > 0).ToArray();
        if (cards.Any(card => card.Plugs[0].Network == Host))
            boxes.Add(new(Host, T("networks.hostNetwork"), T("networks.hostNetworkNote"), false, true));
        if (cards.Any(card => card.Plugs[0].Network == None))
            boxes.Add(new(None, T("networks.noNetwork"), T("networks.noNetworkNote"), false, true));
        return JsonSerializer.Serialize(new { networks = boxes, containers = cards }, JsonSerializerOptions.Web);
    }

    /// <summary>Its addresses.</summary>
    public static string Note(Network network) => string.Join(" · ", ((string?[])[network.Plan.Ipv4?.Subnet, network.Plan.Ipv6?.Subnet]).OfType<string>());

    private static CardModel Card(Container c, HashSet<string> known)
    {
        var look = StateLook.Of(c.State);
        Plug[] plugs = [.. c.Endpoints.Where(e => known.Contains(e.NetworkId)).Select(e => new Plug(e.NetworkId, e.Ipv4 ?? e.Ipv6 ?? ""))];
        if (plugs.Length == 0)
        {
            plugs = c.Spec.Namespaces.Net.Source switch
            {
                NamespaceSource.Host => [new(Host, "")],
                NamespaceSource.Container => [],   // it is where the other is
                _ => [new(None, "")],
            };
        }

        return new(c.Id.Value, c.Name, look.Key, look.Word, plugs, [.. c.Ports.Select(p => new Pill(PortWords.Short(p), PortWords.Long(p), PortWords.IsLocal(p)))], c.Spec.Privileged ? T("container.privileged") : null);
    }

    private sealed record Box(string Id, string Name, string Note, bool Closed, bool Loose);
    private sealed record CardModel(string Id, string Name, string State, string Word, Plug[] Plugs, Pill[] Ports, string? Mark);
    private sealed record Plug(string Network, string Address);
    private sealed record Pill(string Short, string Long, bool Local);
}
