using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Layout;

/// <summary>Where a path is, as words with links; the last one has none.</summary>
internal static class Crumbs
{
    public static IReadOnlyList<(string Text, string? Path)> Of(string relative)
    {
        var parts = relative.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            [] => [(T("frame.overview"), null)],
            ["create"] => [(T("frame.containers"), "/containers"), (T("frame.create"), null)],
            ["containers", var name, ..] => [(T("frame.containers"), "/containers"), (Short(name), null)],
            ["containers" or "images" or "events"] => [(T("frame." + parts[0]), null)],
            _ => [(relative, null)],
        };
    }

    private static string Short(string name) => Uri.UnescapeDataString(name is { Length: 64 } ? new ContainerId(name).Short : name);
}
