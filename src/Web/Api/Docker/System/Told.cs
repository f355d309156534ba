using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>What Docker tells of and Brig would not: somebody looked, resized, exported, saved or pruned.</summary>
internal static class Told
{
    public static void Tell(this IEvents events, Container container, string action, params ReadOnlySpan<(string Key, string Value)> attributes) =>
        events.Tell(new(container.Id.Value, container.Name, container.Spec.Image, container.Spec.Labels, container.ImageDigest), "container", action, container.Id.Value, container.Name, attributes);

    public static void Tell(this IEvents events, Image image, string action, string name) =>
        events.Tell(new(DockerImage.IdOf(image), name, name, image.Config.Labels, image.Digest), "image", action, image.Digest, name);

    /// <param name="kind">container, image, network, volume, builder.</param>
    /// <param name="bytes">That are free now.</param>
    public static void TellPruned(this IEvents events, string kind, long bytes) => events.Tell(kind, "prune", "", $"{kind}s", ("reclaimed", bytes.ToString(CultureInfo.InvariantCulture)));
}
