namespace Brig.Web.Api.Docker;

/// <summary>What the docker command prints as it comes: a registry's or a file's words must not move the cursor of who reads them.</summary>
internal static class TerminalText
{
    /// <summary>The same with ? for each control character but those that only break a line or indent it.</summary>
    public static string Of(string text) => text.Any(IsControl) ? string.Concat(text.Select(c => IsControl(c) ? '?' : c)) : text;

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}
