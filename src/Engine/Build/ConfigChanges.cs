using System.Collections.Immutable;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Images;

namespace Brig.Engine.Build;

/// <summary>Changes to a configuration, written as a Dockerfile's instructions: <c>CMD ["sh"]</c>, <c>ENV a=b</c>. For imports and commits.</summary>
public static class ConfigChanges
{
    /// <exception cref="EngineException">Invalid: no instruction, or one that makes files.</exception>
    public static ImageConfig Apply(ImageConfig config, IReadOnlyCollection<string?> changes)
    {
        string text = string.Join('\n', changes.Where(change => !string.IsNullOrWhiteSpace(change)));
        if (text.Length == 0)
        {
            return config;
        }
        var file = Dockerfile.Parse("FROM scratch\n" + text);
        if (file.Stages.Length > 1 || file.Stages[0].From.Image != "scratch")
        {
            throw EngineException.Invalid("FROM is not a valid change command");
        }
        var scope = Scope.Of(file, ImmutableDictionary<string, string>.Empty).Begin(config.Env);
        var draft = Draft.Scratch with { Config = config };
        bool commandIsOurs = false;
        foreach (var instruction in file.Stages[0].Instructions)
        {
            switch (instruction)
            {
                case EnvInstruction env:
                    scope = scope.Set(env, file.Escape);
                    draft = draft with { Config = draft.Config with { Env = scope.Environment } };
                    break;
                case WorkDirInstruction dir:
                    draft = draft with { Config = draft.Config with { WorkingDir = InnerPath.Of(scope.Stage(file.Escape, dir.At).Word(dir.Path), draft.Config.WorkingDir, dir.At) } };
                    break;
                case RunInstruction or CopyInstruction or ArgInstruction or FromInstruction:
                    throw EngineException.Invalid($"{instruction.Text.Split(' ')[0]} is not a valid change command");
                default:
                    draft = ConfigSteps.Apply(draft, instruction, scope.Stage(file.Escape, instruction.At), ref commandIsOurs);
                    break;
            }
        }
        return draft.Config;
    }
}
