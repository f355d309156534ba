using System.Collections.Immutable;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>How a wall of the cell is drawn.</summary>
public enum WallLook
{
    /// <summary>It stands as by default.</summary>
    Up,

    /// <summary>It stands, and holds more than by default.</summary>
    Strict,

    /// <summary>It stands, and lets through something that the default does not.</summary>
    Weak,

    /// <summary>It stands around this container and others.</summary>
    Shared,

    /// <summary>It is not there, though by default it is.</summary>
    Down,

    /// <summary>It is not there, and nobody has it without asking.</summary>
    Open,

    /// <summary>This kernel cannot build it.</summary>
    Missing,
}

/// <summary>One wall as it is drawn: one of the engine's, or several that belong together.</summary>
/// <param name="Key">For the address and the words: <c>seccomp</c>, or a namespace's kind.</param>
/// <param name="Value">In a few words, beside its name.</param>
/// <param name="With">Shared: the other containers' names.</param>
public sealed record CellWall(string Key, WallLook Look, string Value, ImmutableArray<string> With)
{
    public string Name => T("wall.name." + Key);

    public string Class => Look.ToString().ToLowerInvariant();
}
