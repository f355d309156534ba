using System.Collections.Immutable;
using System.IO.Enumeration;
using Brig.Engine.Containers;

namespace Brig.Engine.Alerts.Watching;

/// <summary>Whom a rule may be about: a container, or the machine.</summary>
internal sealed record AlertSource(string Id, string Name, string Image, ImmutableDictionary<string, string> Labels)
{
    /// <summary>The machine's id.</summary>
    public const string MachineId = "machine";

    /// <summary>As Compose labels its containers.</summary>
    private const string StackLabel = Stacks.Plans.Labels.Project;

    public static readonly AlertSource Machine = new(MachineId, "this machine", "", ImmutableDictionary<string, string>.Empty);

    /// <summary>A container without walls.</summary>
    public bool Privileged { get; init; }

    public bool IsMachine => Id == MachineId;

    public string? Stack => Labels.GetValueOrDefault(StackLabel);

    public static AlertSource Of(Container container) => new(container.Id.Value, container.Name, container.Spec.Image, container.Spec.Labels) { Privileged = container.Spec.Privileged };

    public bool IsIn(AlertScope scope) =>
        IsMachine == scope.Machine
        && (scope.Containers.IsDefaultOrEmpty || scope.Containers.Any(IsCalled))
        && (scope.Stacks.IsDefaultOrEmpty || (Stack is { } stack && scope.Stacks.Contains(stack)))
        && (scope.Labels.IsDefaultOrEmpty || scope.Labels.All(HasLabel));

    /// <param name="pattern">An id, the start of one (12 digits or more), or a name in which <c>*</c> stands for anything.</param>
    public bool IsCalled(string pattern) =>
        FileSystemName.MatchesSimpleExpression(pattern, Name, ignoreCase: false) || (pattern.Length >= 12 && Id.StartsWith(pattern, StringComparison.Ordinal));

    private bool HasLabel(string label) =>
        label.IndexOf('=', StringComparison.Ordinal) is var at and >= 0
            ? Labels.GetValueOrDefault(label[..at]) == label[(at + 1)..]
            : Labels.ContainsKey(label);
}
