using System.Collections.Immutable;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>A logical line to its instruction. One method per instruction; those with options of their own lie beside this file.</summary>
internal sealed partial class InstructionParser(char escape)
{
    private static readonly ImmutableArray<string> s_names =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    public Instruction Parse(LogicalLine line)
    {
        int blank = line.Text.AsSpan().IndexOfAny(" \t");
        string name = (blank < 0 ? line.Text : line.Text[..blank]).ToUpperInvariant(), rest = blank < 0 ? "" : line.Text[blank..].Trim();
        if (!s_names.Contains(name))
        {
            string hint = Near.Hint(name, s_names);
            throw Dockerfile.At(line.At, $"\"{Text.Short(name)}\" is no instruction{(hint.Length > 0 ? "." : "")}{hint}");
        }
        if (rest.Length == 0)
        {
            throw Dockerfile.At(line.At, $"{name} stands alone; it needs an argument");
        }
        var (at, text) = (line.At, $"{name} {rest}");
        return name switch
        {
            "FROM" => From(at, text, rest),
            "RUN" => Run(line, text, rest),
            "CMD" => new CmdInstruction(at, text, Command(rest)),
            "ENTRYPOINT" => new EntrypointInstruction(at, text, Command(rest)),
            "SHELL" => new ShellInstruction(at, text, Words.Json(rest) is { IsEmpty: false } shell ? shell : throw Dockerfile.At(at, "SHELL takes a JSON array of strings, for example [\"/bin/bash\", \"-c\"]")),
            "ENV" => new EnvInstruction(at, text, Pairs(at, name, rest)),
            "LABEL" => new LabelInstruction(at, text, Pairs(at, name, rest)),
            "ARG" => new ArgInstruction(at, text, Arguments(at, rest)),
            "COPY" or "ADD" => Copy(line, text, rest, unpacks: name == "ADD"),
            "EXPOSE" => new ExposeInstruction(at, text, Words.Split(rest, escape)),
            "VOLUME" => new VolumeInstruction(at, text, Words.Json(rest) ?? Words.Split(rest, escape)),
            "USER" => new UserInstruction(at, text, rest),
            "WORKDIR" => new WorkDirInstruction(at, text, rest),
            "STOPSIGNAL" => new StopSignalInstruction(at, text, rest),
            "MAINTAINER" => new MaintainerInstruction(at, text, rest),
            "ONBUILD" => OnBuild(line, text, rest),
            _ => HealthCheck(at, text, rest),
        };
    }

    private FromInstruction From(int at, string text, string rest)
    {
        var flags = Flags.Read(at, "FROM", rest, escape, ["platform"], out rest);
        var words = Words.Split(rest, escape);
        if (words.Length is not (1 or 3) || (words.Length == 3 && !words[1].Equals("AS", StringComparison.OrdinalIgnoreCase)))
        {
            throw Dockerfile.At(at, "FROM takes an image, and perhaps AS and a name for the stage");
        }
        string? name = words.Length == 3 ? words[2].ToLowerInvariant() : null;
        if (name is not null && !(char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.')))
        {
            throw Dockerfile.At(at, $"\"{Text.Short(name)}\" cannot be a stage's name: a letter, then letters, digits, '-', '_' and '.'");
        }
        return new(at, text, words[0], flags.One("platform"), name);
    }

    private static CommandText Command(string rest) => Words.Json(rest) is { } exec ? new(null, exec) : new(rest, []);

    private OnBuildInstruction OnBuild(LogicalLine line, string text, string rest)
    {
        // Read once now, so that a mistake is told here and not in somebody else's build.
        return Parse(line with { Text = rest, Heredocs = [] }) switch
        {
            FromInstruction or MaintainerInstruction or OnBuildInstruction => throw Dockerfile.At(line.At, $"ONBUILD cannot hold {rest.Split(' ', '\t')[0].ToUpperInvariant()}"),
            CopyInstruction { From: not null } => throw Dockerfile.At(line.At, "ONBUILD COPY cannot have --from: the stages are another Dockerfile's"),
            _ => new(line.At, text, rest),
        };
    }

    /// <summary><c>name=value …</c>, or the older <c>name the rest of the line</c>.</summary>
    private ImmutableArray<Pair> Pairs(int at, string instruction, string rest)
    {
        var words = Words.Split(rest, escape);
        if (!words[0].Contains('=', StringComparison.Ordinal))
        {
            string value = rest[words[0].Length..].Trim();
            return value.Length > 0 ? [new(words[0], value)] : throw Dockerfile.At(at, $"{instruction} takes name=value");
        }
        return [.. words.Select(word => word.IndexOf('=', StringComparison.Ordinal) is var equals and > 0
            ? new Pair(word[..equals], word[(equals + 1)..])
            : throw Dockerfile.At(at, $"\"{Text.Short(word)}\" is not name=value; a value with blanks goes into quotes"))];
    }

    private ImmutableArray<(string, string?)> Arguments(int at, string rest) =>
        [.. Words.Split(rest, escape).Select(word =>
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? word : word[..equals];
            return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0])
                ? (name, equals < 0 ? null : word[(equals + 1)..])
                : throw Dockerfile.At(at, $"\"{Text.Short(name)}\" cannot be an argument's name: letters, digits and '_', no digit first");
        })];
}
