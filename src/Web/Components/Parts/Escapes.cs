using System.Text.RegularExpressions;

namespace Brig.Web.Components.Parts;

/// <summary>Control sequences of terminals (ECMA-48) in plain text.</summary>
public static partial class Escapes
{
    public static string Strip(string text) => text.Contains('\e') || text.Contains('\r') ? Sequence().Replace(text, "") : text;

    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]|\r")]
    private static partial Regex Sequence();
}
