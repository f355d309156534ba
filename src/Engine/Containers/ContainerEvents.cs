using Brig.Engine.Events;

namespace Brig.Engine.Containers;

/// <summary>What happens to a container; that one is privileged is said with everything that happens to it.</summary>
internal static class ContainerEvents
{
    public const string Privileged = "privileged";

    public static void Add(this EventLog events, Container container, string action, params ReadOnlySpan<(string Key, string Value)> attributes) =>
        events.Add(action is "start" or "restart" or "die" ? WithPlaces(container) : Actor(container), container.Spec.Sandbox is null ? "container" : "pod", action, container.Id.Value, container.Name, With(container.Spec.Privileged, attributes));

    public static EventActor Actor(Container container) => new(container.Id.Value, container.Name, container.Spec.Image, container.Spec.Labels, container.ImageDigest);

    /// <summary>A start joins and mounts, an end leaves; both lists are in the order of the spec.</summary>
    private static EventActor WithPlaces(Container container) => Actor(container) with
    {
        Joins = [.. container.Endpoints.Zip(container.Spec.Networks ?? [], (endpoint, asked) => (endpoint.NetworkId, asked.Network))],
        Mounts = [.. container.Spec.Mounts.Where(mount => mount is { Kind: MountKind.Volume, Source: not null }).Select(mount => (mount.Source!, mount.Target, !mount.ReadOnly))],
    };

    /// <summary>The attributes, with that mark where it is due.</summary>
    public static (string Key, string Value)[] With(bool privileged, ReadOnlySpan<(string Key, string Value)> attributes) =>
        privileged ? [.. attributes, (Privileged, "true")] : [.. attributes];
}
