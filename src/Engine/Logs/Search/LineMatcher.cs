using System.Text;
using System.Text.RegularExpressions;

namespace Brig.Engine.Logs.Search;

/// <summary>Decides over the text of one line. Has memory of its own: one for each thread.</summary>
internal sealed class LineMatcher
{
    /// <summary>.NET's NonBacktracking takes time in proportion to the line, so this ends only what is broken.</summary>
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    private const int LongestPattern = 2_000;

    private readonly LogSearch _search;
    private readonly Regex? _regex;
    private readonly FieldFilter[] _fields;
    private readonly Needle? _text, _not;
    private readonly uint _levels;
    private char[] _characters = [];

    /// <exception cref="EngineException">Invalid.</exception>
    public LineMatcher(LogSearch search)
    {
        _search = search with { Text = NotEmpty(search.Text), Regex = NotEmpty(search.Regex), Not = NotEmpty(search.Not) };
        _regex = _search.Regex is { } pattern ? Compile(pattern, search.MatchCase) : null;
        _fields = [.. search.Fields.Select(FieldFilter.Parse)];
        _text = NeedleOf(_search.Text);
        _not = NeedleOf(_search.Not);
        foreach (var level in search.Levels)
            _levels |= 1u << (int)level;
        Prefilter = Required() is { } required ? new(required) : null;
    }

    /// <summary>Lines without its texts do not match; null: every line may.</summary>
    public Prefilter? Prefilter { get; }

    /// <exception cref="EngineException">Invalid: the expression takes for ever.</exception>
    public bool Matches(ReadOnlySpan<byte> text, out LineLevel level)
    {
        level = LineLevel.Unknown;
        if ((_search.Text is not null || _regex is not null) && Finds(text) == _search.Invert)
            return false;
        if (_search.Not is { } not && Contains(text, _not, not))
            return false;
        foreach (var field in _fields)
            if (!field.Passes(FieldReader.Read(text, field)))
                return false;
        level = LevelGuess.Of(text);
        return _levels == 0 || (_levels >> (int)level & 1) != 0;
    }

    private bool Finds(ReadOnlySpan<byte> text)
    {
        if (_search.Text is { } wanted && !Contains(text, _text, wanted))
            return false;
        if (_regex is null)
            return true;
        try
        {
            return _regex.IsMatch(Decoded(text));
        }
        catch (RegexMatchTimeoutException)
        {
            throw EngineException.Invalid("The expression takes more than a second on one line; make it simpler.");
        }
    }

    private bool Contains(ReadOnlySpan<byte> text, Needle? needle, string wanted)
        => needle is not null ? needle.IndexOf(text) >= 0 : Decoded(text).Contains(wanted, StringComparison.OrdinalIgnoreCase);

    private ReadOnlySpan<char> Decoded(ReadOnlySpan<byte> text)
    {
        if (_characters.Length < text.Length)
            _characters = new char[Math.Max(1024, text.Length)];
        return _characters.AsSpan(0, Encoding.UTF8.GetChars(text, _characters));
    }

    /// <summary>Null when letters other than ASCII's must be compared ignoring case: that takes characters.</summary>
    private Needle? NeedleOf(string? text) => text is not null && (_search.MatchCase || Ascii.IsValid(text)) ? new(text, _search.MatchCase) : null;

    private Needle[]? Required()
    {
        if (!_search.Invert && _search.Text is { } text)
        {
            if (_text is not null)
                return [_text];
            if (LongestAscii(text) is { Length: > 1 } part)
                return [new(part, matchCase: false)];
        }
        if (!_search.Invert && _search.Regex is { } pattern && RequiredText.Of(pattern) is { } texts)
            return [.. texts.Select(each => new Needle(each, _search.MatchCase))];
        return _fields.Select(field => field.Required).Where(each => each is not null).MaxBy(each => each!.Length) is { } one ? [new(one, matchCase: false)] : null;
    }

    private static string LongestAscii(string text)
    {
        string best = "";
        foreach (var part in new string([.. text.Select(c => char.IsAscii(c) ? c : '\0')]).Split('\0'))
            best = part.Length > best.Length ? part : best;
        return best;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static Regex Compile(string pattern, bool matchCase)
    {
        if (pattern.Length > LongestPattern)
            throw EngineException.Invalid($"The expression has {pattern.Length} characters; {LongestPattern} are the most.");
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (matchCase ? RegexOptions.None : RegexOptions.IgnoreCase), LongestMatch);
        }
        catch (RegexParseException e)
        {
            throw EngineException.Invalid($"The expression is wrong at character {e.Offset}: {Reason(e)}");
        }
        catch (NotSupportedException)
        {
            throw EngineException.Invalid("The expression needs lookarounds, backreferences or atomic groups, or is too large: those could take for ever. Say it without them.");
        }
    }

    private static string Reason(RegexParseException e) => e.Error switch
    {
        RegexParseError.InsufficientClosingParentheses => "a parenthesis is not closed.",
        RegexParseError.InsufficientOpeningParentheses => "a parenthesis is closed that was not opened.",
        RegexParseError.UnterminatedBracket => "a bracket is not closed.",
        RegexParseError.QuantifierAfterNothing => "there is nothing to repeat.",
        RegexParseError.NestedQuantifiersNotParenthesized => "two repetitions follow each other.",
        RegexParseError.UnescapedEndingBackslash => "a backslash at the end escapes nothing.",
        RegexParseError.ReversedCharacterRange or RegexParseError.ReversedQuantifierRange => "a range goes backwards.",
        var other => $"{other}.",
    };
}
