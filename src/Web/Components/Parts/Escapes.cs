using System.Text.RegularExpressions;

namespace Brig.Web.Components.Parts;

/// <summary>Control sequences of terminals (ECMA-48) in plain text.</summary>
public static partial class Escapes
{
    public static string Strip(string text) => text.Contains('\e') || text.Contains('\r') ? Sequence().Replace(text, "") : text;

    /// <summary>A container's own names, as they may be shown in a line: what would draw over others or turn their direction is a box.</summary>
    public static string Visible(string text) => text.Any(Hides) ? string.Concat(text.Select(c => Hides(c) ? '\ufffd' : c)) : text;

    private static bool Hides(char c) => char.IsControl(c) || c is >= '\u200e' and <= '\u200f' or >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' or '\u2028' or '\u2029';

    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]|\r")]
    private static partial Regex Sequence();
}
