using System.Text;

namespace Brig.Web.Components.Parts;

/// <summary>RFC 4180.</summary>
public static class Csv
{
    public static string Of(IEnumerable<string> heads, IEnumerable<IEnumerable<string?>> rows)
    {
        var csv = new StringBuilder().AppendJoin(',', heads).Append("\r\n");
        foreach (var row in rows)
            csv.AppendJoin(',', row.Select(Field)).Append("\r\n");
        return csv.ToString();
    }

    public static string Field(string? text) =>
        text is null ? "" : Harmless(text) is var plain && plain.AsSpan().ContainsAny(",\"\r\n") ? "\"" + plain.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : plain;

    /// <summary>What a spreadsheet would take for a formula begins with an apostrophe instead.</summary>
    private static string Harmless(string text) => text.Length > 1 && text[0] is '=' or '+' or '-' or '@' && !double.TryParse(text, out _) ? "'" + text : text;
}
