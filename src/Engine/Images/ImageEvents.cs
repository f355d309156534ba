using Brig.Engine.Events;

namespace Brig.Engine.Images;

/// <summary>What happens to images, with what they are then: one may be gone before anybody is told.</summary>
internal static class ImageEvents
{
    /// <param name="name">By which it happened.</param>
    public static void Add(this EventLog events, Image image, string action, string name, params ReadOnlySpan<(string Key, string Value)> attributes) =>
        events.Add(Actor(image), "image", action, image.Digest, name, attributes);

    private static EventActor Actor(Image image) => new(image.ConfigDigest is { Length: > 0 } id ? id : image.Digest, image.Reference, image.Reference, image.Config.Labels, image.Digest);
}
