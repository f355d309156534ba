using System.Globalization;
using Brig.Engine.Containers;

namespace Brig.Engine.Logs.Search;

/// <summary>A line that was found, on its way out.</summary>
/// <param name="Key">When it counts as written: its time, but within its piece's bounds and never against the order of its container.</param>
/// <param name="MayBelong">It is worth to look for lines that belong to it.</param>
/// <param name="Text">Null: not read yet.</param>
internal readonly record struct Hit(
    int Source, LogPosition Position, long Nanoseconds, long Key, OutputStream Stream, LineLevel Level, bool MayBelong, int Length, string? Text);

/// <summary>A place in the order of all that a search finds.</summary>
internal readonly record struct FoundPlace(long Key, string Id, LogPosition Position)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key}_{Position}_{Id}");

    /// <exception cref="EngineException">Invalid.</exception>
    public static FoundPlace Parse(string text)
    {
        string[] parts = text.Split('_');
        return parts.Length == 3 && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long key) && LogPosition.TryParse(parts[1], out var position)
            ? new(key, parts[2], position)
            : throw EngineException.Invalid($"\"{text}\" is no place to go on from; take \"next\" of the search before.");
    }
}

/// <summary>First to last as they are told: by time, then by container, then by position.</summary>
internal sealed class FoundOrder(IReadOnlyList<LogSource> sources, bool oldestFirst) : IComparer<Hit>
{
    public int Compare(Hit x, Hit y) => Compare(Place(x), Place(y));

    public int Compare(FoundPlace x, FoundPlace y)
    {
        int order = x.Key.CompareTo(y.Key);
        if (order == 0)
            order = string.CompareOrdinal(x.Id, y.Id);
        if (order == 0)
            order = x.Position.CompareTo(y.Position);
        return oldestFirst ? order : -order;
    }

    public FoundPlace Place(in Hit hit) => new(hit.Key, sources[hit.Source].Id.Value, hit.Position);
}
