using System.Collections.Immutable;
using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>The label that Compose (v2) tells dependencies by: <c>db:service_healthy:false,cache:service_started:true</c>.</summary>
internal static class ComposeDependencies
{
    public static ImmutableArray<StackDependency> Read(string label) =>
    [
        .. label.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':')).Where(parts => parts[0].Length > 0).Select(parts => new StackDependency(parts[0], parts.ElementAtOrDefault(1) switch
        {
            "service_healthy" => DependencyCondition.Healthy,
            "service_completed_successfully" => DependencyCondition.Completed,
            _ => DependencyCondition.Started,
        })),
    ];
}
