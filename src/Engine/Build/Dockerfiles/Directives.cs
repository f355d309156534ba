using System.Text.RegularExpressions;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>The comments at the very top that mean something: <c># escape=`</c>, <c># syntax=…</c>, <c># check=…</c>.</summary>
internal static partial class Directives
{
    /// <summary>The escape character. The others are read and do nothing: this is the only front end there is, and it checks always.</summary>
    public static char Escape(string[] lines)
    {
        char escape = '\\';
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < lines.Length && Rule().Match(lines[i]) is { Success: true } match; i++)
        {
            string name = match.Groups[1].Value, value = match.Groups[2].Value.Trim();
            if (!name.Equals("escape", StringComparison.OrdinalIgnoreCase) && !name.Equals("syntax", StringComparison.OrdinalIgnoreCase) && !name.Equals("check", StringComparison.OrdinalIgnoreCase))
            {
                break;   // a comment, and after a comment nothing is a directive
            }
            if (!seen.Add(name))
            {
                throw Dockerfile.At(i + 1, $"the directive {name} stands here a second time; keep one");
            }
            if (name.Equals("escape", StringComparison.OrdinalIgnoreCase))
            {
                escape = value is "\\" or "`" ? value[0] : throw Dockerfile.At(i + 1, $"the escape character \"{Text.Short(value)}\" must be \\ or `");
            }
        }
        return escape;
    }

    [GeneratedRegex(@"\A\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
