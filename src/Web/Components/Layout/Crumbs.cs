using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Layout;

/// <summary>Where a path is, as words with links; the last one has none.</summary>
internal static class Crumbs
{
    /// <param name="nameOf">A container's name by what stands for it in the path.</param>
    public static IReadOnlyList<(string Text, string? Path)> Of(string relative, Func<string, string?> nameOf)
    {
        var parts = relative.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            [] => [(T("frame.overview"), null)],
            ["create"] => [(T("frame.containers"), "/containers"), (T("frame.create"), null)],
            ["containers", var name, ..] => [(T("frame.containers"), "/containers"), (nameOf(name) ?? Short(name), null)],
            ["containers" or "images" or "events"] => [(T("frame." + parts[0]), null)],
            _ => [(relative, null)],
        };
    }

    private static string Short(string name) => Uri.UnescapeDataString(name is { Length: 64 } ? new ContainerId(name).Short : name);
}
