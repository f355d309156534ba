using System.Collections.Immutable;
using System.Globalization;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>Which stages the asked one needs, and what each waits for; the others are not built.</summary>
/// <param name="Stages">In the file's order.</param>
/// <param name="Needs">By a stage's index: the indices it begins with or copies from.</param>
public sealed record StageGraph(ImmutableArray<Stage> Stages, ImmutableDictionary<int, ImmutableArray<int>> Needs)
{
    /// <param name="target">A stage's name or number; null: the last.</param>
    /// <exception cref="EngineException">Invalid: no such stage, or a stage that copies from itself or a later one.</exception>
    public static StageGraph Of(Dockerfile file, string? target, Scope scope)
    {
        int goal = target is null ? file.Stages.Length - 1 : Find(file, target, file.Stages.Length)
            ?? throw EngineException.Invalid($"The Dockerfile has no stage \"{Text.Short(target)}\".{Near.Hint(target, file.Stages.Select(stage => stage.Label))}");
        var needs = new Dictionary<int, ImmutableArray<int>>();
        var open = new Stack<int>([goal]);
        while (open.TryPop(out int index))
        {
            if (!needs.ContainsKey(index))
            {
                needs[index] = Direct(file, file.Stages[index], scope);
                foreach (int need in needs[index])
                {
                    open.Push(need);
                }
            }
        }
        return new([.. needs.Keys.Order().Select(index => file.Stages[index])], needs.ToImmutableDictionary());
    }

    /// <summary>The stage that a FROM or a <c>--from</c> in stage <paramref name="before"/> means; null: it means an image.</summary>
    public static int? Find(Dockerfile file, string name, int before)
    {
        for (int i = 0; i < before; i++)
        {
            if (name.Equals(file.Stages[i].From.Name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < before ? index : null;
    }

    private static ImmutableArray<int> Direct(Dockerfile file, Stage stage, Scope scope)
    {
        var needs = new SortedSet<int>();
        // A FROM takes names only: a number there would be an image's name.
        string image = scope.Global(file.Escape, stage.From.At).Word(stage.From.Image);
        if (!image.All(char.IsAsciiDigit) && Find(file, image, stage.Index) is { } parent)
        {
            needs.Add(parent);
        }
        foreach (var (name, at) in Sources(stage))
        {
            if (Find(file, name, stage.Index) is { } source)
            {
                needs.Add(source);
            }
            else if (Find(file, name, file.Stages.Length) is { } later)
            {
                throw Dockerfile.At(at, later == stage.Index
                    ? $"the stage \"{Text.Short(name)}\" cannot copy from itself"
                    : $"the stage \"{Text.Short(name)}\" begins at line {file.Stages[later].From.At}, after this one; a stage copies from earlier ones only");
            }
            else if (name.All(char.IsAsciiDigit))
            {
                throw Dockerfile.At(at, $"there is no stage {name}; the file has {file.Stages.Length}, the first is 0");
            }
        }
        return [.. needs];
    }

    /// <summary>What its COPYs and its RUNs' mounts take from.</summary>
    private static IEnumerable<(string Name, int At)> Sources(Stage stage) =>
        stage.Instructions.OfType<CopyInstruction>().Where(copy => copy.From is not null).Select(copy => (copy.From!, copy.At))
            .Concat(stage.Instructions.OfType<RunInstruction>().SelectMany(run => run.Mounts.Select(RunMount.FromOf).OfType<string>().Select(from => (from, run.At))));
}
