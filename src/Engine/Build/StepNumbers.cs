using System.Collections.Immutable;
using Brig.Engine.Build.Dockerfiles;

namespace Brig.Engine.Build;

/// <summary>The instructions of all stages that are built, FROMs too, counted from 1 as they stand in the file.</summary>
/// <param name="Firsts">By a stage's index: its FROM's.</param>
internal sealed record StepNumbers(int Total, ImmutableDictionary<int, int> Firsts)
{
    public static readonly StepNumbers None = new(0, ImmutableDictionary<int, int>.Empty);

    public static StepNumbers Of(StageGraph graph)
    {
        int next = 1;
        var firsts = ImmutableDictionary.CreateBuilder<int, int>();
        foreach (var stage in graph.Stages)
        {
            firsts[stage.Index] = next;
            next += 1 + stage.Instructions.Length;
        }
        return new(next - 1, firsts.ToImmutable());
    }

    public int First(Stage stage) => Firsts.GetValueOrDefault(stage.Index);
}
