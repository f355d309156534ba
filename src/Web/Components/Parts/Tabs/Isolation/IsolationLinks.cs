using Brig.Engine.Containers;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>The addresses of the views.</summary>
public static class IsolationLinks
{
    public static string View(Container container, string view) => Base(container) + (view == "cell" ? "" : "?view=" + view);

    public static string Wall(Container container, string wall) => Base(container) + "?wall=" + wall;

    private static string Base(Container container) => $"containers/{container.Id}/isolation";
}
