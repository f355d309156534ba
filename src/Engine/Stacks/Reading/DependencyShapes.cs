using System.Collections.Immutable;
using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Stacks.Reading;

internal static class DependencyShapes
{
    private static readonly Table<ServiceDependency> One = new Table<ServiceDependency>("dependency", "a dependency", node => new("", DependencyCondition.Started, false, true, node.Place))
        .Require("condition")
        .Add("condition", Scalars.Word(
            ("service_started", DependencyCondition.Started), ("service_healthy", DependencyCondition.Healthy), ("service_completed_successfully", DependencyCondition.Completed)),
            (dependency, value) => dependency with { Condition = value }, "What the other must have reached.")
        .Add("restart", Scalars.Bool, (dependency, value) => dependency with { Restart = value }, "Restart this one when the other is changed.")
        .Add("required", Scalars.Bool, (dependency, value) => dependency with { Required = value }, "false: start it also without the other.");

    public static readonly Shape<ImmutableArray<ServiceDependency>> All = Shapes.OneOf(
        list: Shapes.ListOf(Scalars.Name.To((name, node, _) => (true, new ServiceDependency(name, DependencyCondition.Started, false, true, node.Place)))),
        map: Shapes.MapOf(One).To(pairs => pairs.Select(pair => pair.Value with { Service = pair.Key }).ToImmutableArray()));
}
