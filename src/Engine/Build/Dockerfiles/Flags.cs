using System.Collections.Immutable;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>The <c>--name=value</c> words in front of an instruction's text.</summary>
internal sealed class Flags
{
    private readonly int _at;
    private readonly List<(string Name, string? Value)> _all = [];

    private Flags(int at) => _at = at;

    /// <param name="rest">What comes behind them.</param>
    public static Flags Read(int at, string instruction, string text, char escape, ImmutableArray<string> known, out string rest)
    {
        var flags = new Flags(at);
        while (text.StartsWith("--", StringComparison.Ordinal))
        {
            int end = Words.End(text, 0, escape);
            string word = text[2..end];
            text = text[end..].TrimStart();
            if (word.Length == 0)
            {
                break;   // "--" ends them
            }
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? word : word[..equals];
            if (!known.Contains(name))
            {
                throw Dockerfile.At(at, $"{instruction} has no option --{Text.Short(name)}{(known.IsEmpty ? "" : $"; it has {string.Join(", ", known.Select(k => "--" + k))}")}");
            }
            flags._all.Add((name, equals < 0 ? null : word[(equals + 1)..]));
        }
        rest = text;
        return flags;
    }

    /// <summary>As written; null when it is not there.</summary>
    public string? One(string name)
    {
        var values = Many(name);
        return values.Length switch
        {
            0 => null,
            1 => values[0],
            _ => throw Dockerfile.At(_at, $"the option --{name} stands here {values.Length} times; keep one"),
        };
    }

    public ImmutableArray<string> Many(string name) =>
        [.. _all.Where(flag => flag.Name == name).Select(flag => flag.Value is { Length: > 0 } value ? value : throw Dockerfile.At(_at, $"the option --{name} needs a value: --{name}=…"))];

    /// <summary><c>--name</c>, <c>--name=true</c> or <c>--name=false</c>.</summary>
    public bool Switch(string name) => _all.LastOrDefault(flag => flag.Name == name) switch
    {
        (null, _) => false,
        (_, null or "true") => true,
        (_, "false") => false,
        _ => throw Dockerfile.At(_at, $"the option --{name} takes true or false"),
    };
}
