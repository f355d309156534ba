using System.Globalization;
using System.Text;

namespace Brig.Engine.Logs.Search;

internal enum FieldTest { Exists, Equal, NotEqual, Contains, Greater, GreaterOrEqual, Less, LessOrEqual }

/// <summary>One condition on a member of a line: <c>status=500</c>. Numbers are compared as numbers where both are some, words ignoring case.</summary>
internal sealed class FieldFilter
{
    private static readonly (string Sign, FieldTest Test)[] Signs =
    [
        ("!=", FieldTest.NotEqual), (">=", FieldTest.GreaterOrEqual), ("<=", FieldTest.LessOrEqual), ("=", FieldTest.Equal), (">", FieldTest.Greater), ("<", FieldTest.Less),
        ("~", FieldTest.Contains),
    ];

    private readonly string _value;
    private readonly double? _number;

    private FieldFilter(string key, FieldTest test, string value)
    {
        (Key, Test, _value) = (key, test, value);
        Path = [.. key.Split('.').Select(Encoding.UTF8.GetBytes)];
        Name = Encoding.UTF8.GetBytes(key);
        _number = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    public string Key { get; }
    public FieldTest Test { get; }

    /// <summary>The key as it is, and at its dots: members within members.</summary>
    public byte[] Name { get; }
    public byte[][] Path { get; }

    /// <summary>What a line that passes contains somewhere; null: it cannot be said.</summary>
    public string? Required =>
        Test == FieldTest.NotEqual ? null
        : Test is FieldTest.Equal or FieldTest.Contains && _value.Length > 2 && _value.All(char.IsAsciiLetterOrDigit) ? _value
        : Key.Split('.')[^1] is { Length: > 0 } last && last.All(char.IsAscii) ? last : null;

    /// <exception cref="EngineException">Invalid.</exception>
    public static FieldFilter Parse(string text)
    {
        int at = text.AsSpan().IndexOfAny("!=<>~");
        string key = (at < 0 ? text : text[..at]).Trim();
        if (key.Length == 0)
            throw EngineException.Invalid($"\"{text}\" is no condition on a field; write status=500, duration>100, path~/api, or trace_id alone.");
        if (at < 0)
            return new(key, FieldTest.Exists, "");
        foreach (var (sign, test) in Signs)
            if (text.AsSpan(at).StartsWith(sign))
                return new FieldFilter(key, test, text[(at + sign.Length)..].Trim()).Checked(text);
        throw EngineException.Invalid($"\"{text}\" has a sign nobody knows; there are = != > >= < <= and ~ (contains).");
    }

    /// <summary>Null: the line has no such field.</summary>
    public bool Passes(string? value)
    {
        if (value is null)
            return Test == FieldTest.NotEqual;
        double? number = _number is not null && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) ? parsed : null;
        return Test switch
        {
            FieldTest.Exists => true,
            FieldTest.Equal => Same(value, number),
            FieldTest.NotEqual => !Same(value, number),
            FieldTest.Contains => value.Contains(_value, StringComparison.OrdinalIgnoreCase),
            FieldTest.Greater => number > _number,
            FieldTest.GreaterOrEqual => number >= _number,
            FieldTest.Less => number < _number,
            _ => number <= _number,
        };
    }

    private bool Same(string value, double? number) => number is not null ? number == _number : value.Equals(_value, StringComparison.OrdinalIgnoreCase);

    private FieldFilter Checked(string text) => Test is FieldTest.Greater or FieldTest.GreaterOrEqual or FieldTest.Less or FieldTest.LessOrEqual && _number is null
        ? throw EngineException.Invalid($"\"{text}\" compares with what is no number; write it as duration>100.")
        : this;
}
