using System.Collections.Immutable;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>A Dockerfile, read and checked as far as its text alone allows.</summary>
/// <param name="Arguments">The ARGs before the first FROM: only FROM sees them, and a stage's ARG of the same name without a default.</param>
/// <param name="Stages">At least one.</param>
/// <param name="Escape"><c>\</c>, or <c>`</c> by the directive <c># escape=`</c>.</param>
public sealed record Dockerfile(ImmutableArray<ArgInstruction> Arguments, ImmutableArray<Stage> Stages, char Escape)
{
    /// <summary>More than anybody writes: each is a step that is shown, and history keeps it.</summary>
    private const int Most = 10_000;

    /// <exception cref="EngineException">Invalid, with the line's number.</exception>
    public static Dockerfile Parse(string text)
    {
        var (lines, escape) = LineReader.Read(text);
        var parser = new InstructionParser(escape);
        var arguments = ImmutableArray.CreateBuilder<ArgInstruction>();
        var stages = ImmutableArray.CreateBuilder<Stage>();
        if (lines.Length > Most)
        {
            throw EngineException.Invalid($"The Dockerfile has more than {Most} instructions.");
        }
        foreach (var line in lines)
        {
            var instruction = parser.Parse(line);
            if (instruction is FromInstruction from)
            {
                if (from.Name is not null && stages.FirstOrDefault(stage => stage.From.Name == from.Name) is { } other)
                {
                    throw At(from.At, $"the stage name \"{Brig.Engine.Text.Short(from.Name)}\" is taken by line {other.From.At}; give it another");
                }
                stages.Add(new(stages.Count, from, []));
            }
            else if (stages.Count > 0)
            {
                stages[^1] = stages[^1] with { Instructions = stages[^1].Instructions.Add(instruction) };
            }
            else if (instruction is ArgInstruction argument)
            {
                arguments.Add(argument);
            }
            else
            {
                throw At(line.At, "nothing but ARG may come before the first FROM");
            }
        }
        return stages.Count > 0
            ? new(arguments.ToImmutable(), stages.ToImmutable(), escape)
            : throw EngineException.Invalid("The Dockerfile has no FROM; its first instruction names the image to begin with, or scratch.");
    }

    /// <summary>One sentence that begins with the place.</summary>
    public static EngineException At(int line, string what) => EngineException.Invalid($"Dockerfile line {line}: {what}{(what.EndsWith('?') ? "" : ".")}");
}

/// <param name="Index">From 0, as <c>COPY --from=0</c> says it.</param>
public sealed record Stage(int Index, FromInstruction From, ImmutableArray<Instruction> Instructions)
{
    /// <summary>What people call it.</summary>
    public string Label => From.Name ?? Index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
