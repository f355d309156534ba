using System.Collections.Immutable;

namespace Brig.Engine.Isolation;

/// <summary>
/// The same questions answered inside a container and on the host. Inside is read by a process of Brig's own that joined its namespaces and executed nothing of
/// the image, so it works for images without any program. All of inside is hostile text.
/// </summary>
/// <param name="Sections">ps, id, mount, ip addr, /proc/self/status, in this order.</param>
public sealed record TwoViews(ImmutableArray<ViewSection> Sections);

/// <param name="Key"><c>ps id mount ip status</c>.</param>
/// <param name="Command">What a person would type for it.</param>
/// <param name="Missing">Why one side is empty, as a sentence; null: it is not.</param>
public sealed record ViewSection(string Key, string Command, string Inside, string Outside, string? Missing);
