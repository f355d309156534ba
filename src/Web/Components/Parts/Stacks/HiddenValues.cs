using System.Text.RegularExpressions;
using Brig.Engine.Stacks;

namespace Brig.Web.Components.Parts.Stacks;

/// <summary>What a file of variables (<c>.env</c>) and a plan should not show to whoever looks over a shoulder, until it is asked for: values of names that sound like secrets, and addresses with a password in them.</summary>
public static partial class HiddenValues
{
    private const string Dots = "••••••••";

    /// <summary>Of that file something is hidden.</summary>
    public static bool Has(string path, string text) => IsOfVariables(path[(path.LastIndexOf('/') + 1)..]) && Mask(text) != text;

    /// <summary>The text of that file, to be looked at only.</summary>
    public static string Of(string path, string text) => Has(path, text) ? Mask(text) : text;

    /// <summary>A value of a plan's change, or dots for it.</summary>
    public static string Of(PlanChange change, string value) => IsSecret(change.Field, value) ? Dots : value;

    public static bool Has(StackPlan plan) =>
        plan.Steps.Any(step => step.Changes.Any(change => (change.Before is { } before && IsSecret(change.Field, before)) || (change.After is { } after && IsSecret(change.Field, after))));

    /// <summary>The same text, with dots for those values, also where they go over several lines.</summary>
    public static string Mask(string text)
    {
        var lines = new List<string>();
        char quote = '\0';   // of a hidden value that has not ended
        foreach (string line in text.Split('\n'))
        {
            if (quote != '\0')
            {
                quote = Ends(line, quote) ? '\0' : quote;
                continue;
            }
            if (Variable().Match(line) is not { Success: true } match || !(Secret().IsMatch(match.Groups["name"].Value) || Login().IsMatch(match.Groups["value"].Value)))
            {
                lines.Add(line);
                continue;
            }
            lines.Add(match.Groups["before"].Value + Dots);
            string value = match.Groups["value"].Value;
            quote = value[0] is '"' or '\'' && !Ends(value[1..], value[0]) ? value[0] : '\0';
        }
        return string.Join('\n', lines);
    }

    /// <summary>What is no name that somebody chose, as a capability or a path, is none of a secret's.</summary>
    private static bool IsSecret(string field, string value) =>
        value.Length > 0 && ((field.StartsWith("env.", StringComparison.Ordinal) || field.StartsWith("labels.", StringComparison.Ordinal)) && Secret().IsMatch(field[(field.IndexOf('.') + 1)..]) || Login().IsMatch(value));

    /// <summary>As Compose reads it: a quote behind a backslash is part of the value.</summary>
    private static bool Ends(string text, char quote)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == quote)
            {
                return true;
            }
            i += text[i] == '\\' ? 1 : 0;
        }
        return false;
    }

    private static bool IsOfVariables(string name) => name.EndsWith(".env", StringComparison.OrdinalIgnoreCase) || name.StartsWith(".env.", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<before>\s*(?:export\s+)?(?<name>[^\s=:#]+)\s*[=:]\s*)(?<value>\S.*)$")]
    private static partial Regex Variable();

    [GeneratedRegex("(^|_|pg)pass(_|$)|passwor[dt]|passwd|passphrase|pwd|secret|token|key|credential|auth|private|salt", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    /// <summary>As <c>postgres://user:password@db</c>.</summary>
    [GeneratedRegex(@"://[^/\s:@]*:[^/\s@]+@")]
    private static partial Regex Login();
}
