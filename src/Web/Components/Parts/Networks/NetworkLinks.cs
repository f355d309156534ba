using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Web.Components.Parts.Networks;

/// <summary>Addresses of what is picked in the map: <c>c:</c> and a container's id, <c>n:</c> and a network's.</summary>
internal static class NetworkLinks
{
    public const string Map = "networks?at=";

    public static string Picked(Network network) => Map + Uri.EscapeDataString("n:" + network.Id);

    public static string Picked(Container container) => Map + Uri.EscapeDataString("c:" + container.Id);

    public static string Page(Network network) => "networks/" + network.Id;
}
