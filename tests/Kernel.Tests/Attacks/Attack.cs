using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Kernel.Tests.Attacks;

/// <summary>
/// Something that must not work in a container, and the walls it meets. Each of them alone stops it; only with all of them down it works. Both are tried, so
/// that no wall stands in the table that stops nothing.
/// </summary>
/// <param name="Name">Of the test's case; the program's word for it is the first of <see cref="Arguments"/>.</param>
/// <param name="Title">In docs/isolation.md.</param>
internal sealed record Attack(string Name, string Title)
{
    /// <summary>For the program "attack"; words in braces are the victim's (see <see cref="Victims"/>).</summary>
    public string Arguments { get; init; } = Name;

    /// <summary>Where the walls down need other ones: another device than the real disk.</summary>
    public string? ArgumentsWhenDown { get; init; }
    public ImmutableArray<Wall> Walls { get; init; } = [];

    /// <summary>Taken down with the others though it is not claimed to hold alone: the filter opens some calls to who has the capability.</summary>
    public ImmutableArray<Wall> Besides { get; init; } = [];

    /// <summary>What of <see cref="Wall.Capabilities"/> stops it.</summary>
    public ImmutableArray<string> Capabilities { get; init; } = [];

    /// <summary>What of <see cref="Wall.MountNamespace"/> or of the devices it wants, a path of the host's.</summary>
    public string HostFile { get; init; } = "";

    /// <summary>Where no specification takes the wall down, or it must not be: the same grip on something of no value, in the default container.</summary>
    public string? Dummy { get; init; }

    /// <summary>Where even that cannot be shown, why.</summary>
    public string? NotShown { get; init; }

    /// <summary>What the container was asked for besides; said in the table.</summary>
    public string? Asked { get; init; }
    public Func<ContainerSpec, ContainerSpec> Ask { get; init; } = spec => spec;

    /// <summary>How the wall is called that no specification takes down.</summary>
    public string? Otherwise { get; init; }

    public string WallNames => string.Join(", ", Walls.Select(wall => wall == Wall.Capabilities && Capabilities.Length > 0 ? $"{wall} ({string.Join(", ", Capabilities)})" : wall.Name).Append(Otherwise ?? "").Where(name => name.Length > 0));
}
