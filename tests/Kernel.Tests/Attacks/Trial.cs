using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Kernel.Tests.Attacks;

/// <summary>One attack once, with some of its walls down.</summary>
internal sealed record Trial(Attack Attack, ImmutableArray<Wall> Down, string Arguments)
{
    public static Trial Default(Attack attack) => new(attack, [], attack.Arguments);

    /// <summary>All its walls down, or the same grip on a dummy.</summary>
    public static Trial WithoutWalls(Attack attack) => attack.Dummy is { } dummy ? new(attack, [], dummy) : new(attack, [.. attack.Walls, .. attack.Besides], WhenDown(attack));

    /// <summary>Only this wall is left.</summary>
    public static Trial WithOnly(Attack attack, Wall wall) => new(attack, [.. attack.Walls.Remove(wall), .. attack.Besides], WhenDown(attack));

    public static IEnumerable<Trial> All() => Catalog.All.SelectMany(attack => (IEnumerable<Trial>)
    [
        Default(attack),
        .. attack.NotShown is null ? [WithoutWalls(attack)] : Array.Empty<Trial>(),
        .. attack.Walls.Length > 1 ? attack.Walls.Select(wall => WithOnly(attack, wall)) : [],
    ]);

    public ContainerSpec Spec(Victims victims) =>
        Down.Aggregate(Attack.Ask(new() { Image = AttackImage.Reference }), (spec, wall) => wall.Lower(spec, Attack with { HostFile = victims.Fill(Attack.HostFile) }));

    /// <summary>The same for trials that ask for the same container.</summary>
    public string Key => $"{string.Join('+', Down)}|{(Down.Contains(Wall.Capabilities) ? string.Join('+', Attack.Capabilities) : "")}|{(Down.Length > 0 ? Attack.HostFile : "")}|{(Attack.Asked is null ? "" : Attack.Name)}";

    private static string WhenDown(Attack attack) => attack.ArgumentsWhenDown ?? attack.Arguments;
}
