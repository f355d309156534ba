using System.Text;

namespace Brig.Engine.Stacks.Variables;

/// <summary>
/// <c>.env</c> and env_file, as the Compose specification's ".env file syntax" has it: NAME=value, <c>export</c> before it, # for comments, single quotes that keep all,
/// double quotes with escapes and variables, both over several lines.
/// </summary>
internal sealed class DotEnv
{
    /// <summary>Characters of all values together.</summary>
    private const int Most = 4 << 20;

    private readonly string _text;
    private readonly Func<string, string?> _outside;
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private int _at, _line = 1, _grown;

    private DotEnv(string text, Func<string, string?> outside) => (_text, _outside) = (text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimStart('\uFEFF'), outside);

    /// <param name="outside">What is set already, and wins where a value names a variable.</param>
    /// <returns>In the order written. Null: a name without a value, which is taken from where the stack is.</returns>
    /// <exception cref="DotEnvFailure">With the line.</exception>
    public static IReadOnlyList<KeyValuePair<string, string?>> Parse(string text, Func<string, string?> outside)
    {
        var file = new DotEnv(text, outside);
        file.Run();
        return [.. file._order.Select(name => KeyValuePair.Create(name, file._values[name]))];
    }

    /// <summary>The format <c>raw</c>: what is behind = is the value as it stands.</summary>
    public static IReadOnlyList<KeyValuePair<string, string?>> ParseRaw(string text) =>
        [.. text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Trim().Length > 0 && !line.TrimStart().StartsWith('#')).Select(line =>
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            return equals < 0 ? KeyValuePair.Create(line.Trim(), (string?)null) : KeyValuePair.Create(line[..equals].Trim(), (string?)line[(equals + 1)..]);
        })];

    private void Run()
    {
        while (_at < _text.Length)
        {
            Skip(char.IsWhiteSpace);
            if (_at >= _text.Length)
            {
                return;
            }
            if (_text[_at] == '#')
            {
                Skip(c => c != '\n');
                continue;
            }
            Entry();
        }
    }

    private void Entry()
    {
        int start = _at;
        Skip(c => c is not ('=' or '\n'));
        string name = _text[start.._at].Trim();
        if (name.StartsWith("export ", StringComparison.Ordinal))
        {
            name = name[7..].Trim();
        }
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-') || char.IsAsciiDigit(name[0]))
        {
            throw Failure($"\"{Text.Short(name)}\" is no name of a variable; a line is NAME=value, or begins with #.");
        }
        string? value = null;
        if (_at < _text.Length && _text[_at] == '=')
        {
            _at++;
            Skip(c => c is ' ' or '\t');
            value = Value();
            if ((_grown += value.Length) > Most)
            {
                throw Failure($"With its variables put in the file is larger than {Most >> 20} MB.");
            }
        }
        if (!_values.ContainsKey(name))
        {
            _order.Add(name);
        }
        _values[name] = value;
    }

    private string Value()
    {
        if (_at < _text.Length && _text[_at] is '\'' or '"')
        {
            return Quoted(_text[_at]);
        }
        int start = _at;
        Skip(c => c != '\n');
        string line = _text[start.._at];
        int comment = line.StartsWith('#') ? 0 : line.IndexOf(" #", StringComparison.Ordinal);
        return Variables((comment >= 0 ? line[..comment] : line).Trim());
    }

    private string Quoted(char quote)
    {
        int line = _line;
        var value = new StringBuilder();
        for (_at++; ; _at++)
        {
            if (_at >= _text.Length)
            {
                throw new DotEnvFailure(line, $"The quote {quote} is never closed.");
            }
            char c = _text[_at];
            if (c == quote)
            {
                break;
            }
            if (c == '\n')
            {
                _line++;
            }
            if (c == '\\' && _at + 1 < _text.Length && (quote == '"' || _text[_at + 1] == '\''))
            {
                c = _text[++_at];
                value.Append(quote == '\'' ? "'" : c switch { 'n' => "\n", 'r' => "\r", 't' => "\t", '"' => "\"", '\\' => "\\", '$' => "$$", _ => "\\" + c });
                continue;
            }
            value.Append(c);
        }
        _at++;
        Skip(c => c is ' ' or '\t');
        if (_at < _text.Length && _text[_at] == '#')
        {
            Skip(c => c != '\n');
        }
        return _at >= _text.Length || _text[_at] == '\n'
            ? quote == '"' ? Variables(value.ToString()) : value.ToString()
            : throw Failure("There is something behind the closing quote.");
    }

    private string Variables(string text)
    {
        try
        {
            return new Substitution(name => _outside(name) ?? _values.GetValueOrDefault(name), _ => { }).Apply(text);
        }
        catch (FormatException e)
        {
            throw Failure(e.Message);
        }
    }

    private void Skip(Func<char, bool> while_)
    {
        for (; _at < _text.Length && while_(_text[_at]); _at++)
        {
            if (_text[_at] == '\n')
            {
                _line++;
            }
        }
    }

    private DotEnvFailure Failure(string sentence) => new(_line, sentence);
}

internal sealed class DotEnvFailure(int line, string sentence) : Exception(sentence)
{
    public int Line { get; } = line;
}
