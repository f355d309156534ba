using Brig.Engine.Containers;
using Brig.Web.Components.Parts;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Layout;

/// <summary>Where a path is, as words with links; the last one has none.</summary>
internal static class Crumbs
{
    /// <param name="nameOf">A container's or network's name by what stands for it in the path.</param>
    public static IReadOnlyList<(string Text, string? Path)> Of(string relative, Func<string, string?> nameOf)
    {
        var parts = relative.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            [] => [(T("frame.overview"), null)],
            ["create"] => [(T("frame.containers"), "containers"), (T("frame.create"), null)],
            ["containers", var name, ..] => [(T("frame.containers"), "containers"), (nameOf(name) ?? Short(name), null)],
            ["tasks"] => [(T("frame.tasks"), null)],
            ["tasks", var task] => [(T("frame.tasks"), "tasks"), (task, null)],
            ["images", "-", "compare"] => [(T("frame.images"), "images"), (T("image.compareTitle"), null)],
            ["images", .. var reference] when reference.Length > 0 => [(T("frame.images"), "images"), (Image(string.Join('/', reference)), null)],
            ["registries"] => [(T("frame.images"), "images"), (T("registries.title"), null)],
            ["registries", var host] => [(T("frame.images"), "images"), (T("registries.title"), "registries"), (Uri.UnescapeDataString(host), null)],
            ["volumes", var name] => [(T("frame.volumes"), "volumes"), (Uri.UnescapeDataString(name), null)],
            ["networks", var network, ..] => [(T("frame.networks"), "networks"), (nameOf(network) ?? Short(network), null)],
            ["volumes" or "pods" or "stacks" or "networks" or "containers" or "images" or "history" or "alerts" or "logs" or "events"] => [(T("frame." + parts[0]), null)],
            ["connect"] => [(T("connect.title"), null)],
            ["right-size"] => [(T("frame.overview"), "."), (T("sizing.title"), null)],
            ["post-mortems"] => [(T("frame.events"), "events"), (T("postMortem.title"), null)],
            ["post-mortems", var mortem] => [(T("frame.events"), "events"), (T("postMortem.title"), "post-mortems"), (mortem, null)],
            ["stacks", "-", "new"] => [(T("frame.stacks"), "stacks"), (T("stacks.new"), null)],
            ["stacks", var stack] => [(T("frame.stacks"), "stacks"), (Uri.UnescapeDataString(stack), null)],
            ["-", "nowhere"] => [(T("frame.notFound"), null)],
            _ => [(Uri.UnescapeDataString(string.Join('/', parts)), null)],
        };
    }

    private static string Image(string reference) => Uri.UnescapeDataString(reference.StartsWith("sha256:", StringComparison.Ordinal) ? Format.ShortDigest(reference) : reference);

    private static string Short(string name) => Uri.UnescapeDataString(name is { Length: 64 } ? new ContainerId(name).Short : name);
}
