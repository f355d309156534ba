using System.Globalization;
using Brig.Engine.Containers;

namespace Brig.Web.Components.Parts.Rewinding;

/// <summary>The moment of the past that a page shows; parts of it that can take it as a cascading value. Without one it is now.</summary>
/// <param name="State">What the container was then; null: nothing is kept of that time, or it was not yet.</param>
public sealed record PastMoment(DateTimeOffset At, ContainerState? State)
{
    /// <summary>Reads <c>at=</c> of an address: milliseconds since 1970. Null: it is none that a page could show.</summary>
    public static DateTimeOffset? Read(long? milliseconds) =>
        milliseconds is > 0 and < 253_402_300_799_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value) : null;

    /// <summary>The same view at the same moment.</summary>
    public static string Keep(string path, long? milliseconds) =>
        Read(milliseconds) is null ? path : string.Create(CultureInfo.InvariantCulture, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}at={milliseconds}");
}
