using System.Buffers;
using System.Text;

namespace Brig.Engine.Logs.Search;

/// <summary>
/// What every match of an expression contains, read off the expression: <c>GET /api/\d+ (5\d\d)</c> contains <c>GET /api/</c>. Where that is not plain to see there is
/// none, and every line is tried.
/// </summary>
internal ref struct RequiredText(ReadOnlySpan<char> pattern)
{
    private const int MaxAlternatives = 6;
    private const int Shortest = 2;

    private static readonly SearchValues<char> Count = SearchValues.Create("0123456789,");

    private readonly ReadOnlySpan<char> _pattern = pattern;
    private readonly List<string> _alternatives = [];
    private readonly StringBuilder _run = new();
    private string _best = "";
    private int _at;

    /// <summary>One of these is in every match, ASCII each; null: unknown.</summary>
    public static string[]? Of(string pattern) => new RequiredText(pattern).Read();

    private string[]? Read()
    {
        while (_at < _pattern.Length)
            if (!Step())
                return null;
        EndAlternative();
        return _alternatives.Count <= MaxAlternatives && _alternatives.TrueForAll(text => text.Length >= Shortest) ? [.. _alternatives] : null;
    }

    private bool Step()
    {
        char now = _pattern[_at];
        switch (now)
        {
            case '|':
                EndAlternative();
                _at++;
                return true;
            case '(':
                EndRun();
                return SkipGroup();
            case '[':
                EndRun();
                return SkipClass();
            case '\\':
                return Escape();
            case '*' or '?':
                DropLast();
                _at++;
                SkipLazy();
                return true;
            case '+':
                EndRun();
                _at++;
                SkipLazy();
                return true;
            case '{' when CountEnd() is > 0 and var end:
                DropLast();
                _at = end;
                SkipLazy();
                return true;
            case '.' or '^' or '$' or > '~' or < ' ':
                EndRun();
                _at++;
                return true;
            default:
                _run.Append(now);
                _at++;
                return true;
        }
    }

    private bool Escape()
    {
        if (_at + 1 >= _pattern.Length)
            return false;
        char escaped = _pattern[_at + 1];
        if (char.IsAsciiLetterOrDigit(escaped))
        {
            EndRun();
            if (!"bBdDwWsSAzZtrnfve".Contains(escaped, StringComparison.Ordinal))
                return false; // names and numbers follow
        }
        else if (escaped is >= ' ' and <= '~')
            _run.Append(escaped);
        else
            EndRun();
        _at += 2;
        return true;
    }

    /// <summary>Options in the middle may change how all that follows is read.</summary>
    private bool SkipGroup()
    {
        int open = 0;
        while (_at < _pattern.Length)
        {
            switch (_pattern[_at])
            {
                case '\\':
                    _at += 2;
                    continue;
                case '[':
                    if (!SkipClass())
                        return false;
                    continue;
                case '(':
                    if (_at + 2 < _pattern.Length && _pattern[_at + 1] == '?' && _pattern[_at + 2] is not (':' or '<' or '\''))
                        return false;
                    open++;
                    break;
                case ')':
                    open--;
                    break;
                default:
                    break;
            }
            _at++;
            if (open == 0)
                return true;
        }
        return false;
    }

    private bool SkipClass()
    {
        _at++;
        if (_at < _pattern.Length && _pattern[_at] == '^')
            _at++;
        if (_at < _pattern.Length && _pattern[_at] == ']')
            _at++;
        for (; _at < _pattern.Length; _at++)
        {
            if (_pattern[_at] == '\\')
                _at++;
            else if (_pattern[_at] == '[' && _pattern[_at - 1] == '-')
                return false; // a class taken from a class
            else if (_pattern[_at] == ']')
            {
                _at++;
                return true;
            }
        }
        return false;
    }

    /// <summary>Behind <c>{2}</c>, <c>{2,}</c> or <c>{2,3}</c>; 0: the brace is a character.</summary>
    private readonly int CountEnd()
    {
        int close = _pattern[_at..].IndexOf('}');
        return close > 1 && char.IsAsciiDigit(_pattern[_at + 1]) && !_pattern.Slice(_at + 1, close - 1).ContainsAnyExcept(Count) ? _at + close + 1 : 0;
    }

    private void SkipLazy()
    {
        if (_at < _pattern.Length && _pattern[_at] == '?')
            _at++;
    }

    private void DropLast()
    {
        if (_run.Length > 0)
            _run.Length--;
        EndRun();
    }

    private void EndRun()
    {
        if (_run.Length > _best.Length)
            _best = _run.ToString();
        _run.Clear();
    }

    private void EndAlternative()
    {
        EndRun();
        _alternatives.Add(_best);
        _best = "";
    }
}
