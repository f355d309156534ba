using System.Collections.Immutable;

namespace Brig.Engine.Stacks;

public enum PlanAction { Create, Change, Restart, Start, Keep, Remove }

public enum PlanSubject { Network, Volume, Image, Container }

/// <param name="Field">As <c>env.LEVEL</c> or <c>ports[0].hostPort</c>.</param>
/// <param name="Before">Null: it was not there.</param>
/// <param name="After">Null: it will not be there.</param>
public sealed record PlanChange(string Field, string? Before, string? After);

/// <summary>One thing that is done, or left alone.</summary>
/// <param name="Name">The network's, volume's, image's or container's.</param>
/// <param name="Service">A container's.</param>
/// <param name="Number">A container's, from 1.</param>
/// <param name="Why">One sentence.</param>
/// <param name="Changes">What is asked for otherwise than before; empty when that is not known.</param>
public sealed record PlanStep(PlanAction Action, PlanSubject Subject, string Name, string Why, string? Service = null, int? Number = null)
{
    public ImmutableArray<PlanChange> Changes { get; init; } = [];

    /// <summary>The container it is about, where there is one.</summary>
    public string? Container { get; init; }
}

/// <summary>What applying would do: the same for the same files and the same machine. Shown before it is applied.</summary>
/// <param name="Steps">Networks, volumes, images, then containers by service and number; what goes comes last.</param>
/// <param name="Findings">Warnings of the files.</param>
public sealed record StackPlan(string Stack, ImmutableArray<PlanStep> Steps, ImmutableArray<StackFinding> Findings)
{
    public bool IsNothing => Steps.All(step => step.Action == PlanAction.Keep);
}
