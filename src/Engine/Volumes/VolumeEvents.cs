using Brig.Engine.Events;

namespace Brig.Engine.Volumes;

internal static class VolumeEvents
{
    public static void Add(this EventLog events, Volume volume, string action, params ReadOnlySpan<(string Key, string Value)> attributes) =>
        events.Add("volume", action, volume.Id, volume.Name, volume.Anonymous ? [.. attributes, ("anonymous", "true")] : attributes);
}
