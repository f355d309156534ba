namespace Brig.Engine.Images.Contents;

/// <summary>What /usr/share/doc/PACKAGE/copyright says, where it is for machines to read (Debian's copyright-format 1.0).</summary>
internal static class DebianCopyright
{
    private const int Most = 12;

    /// <returns>The short names, each once, the first being the software's own; null: it is prose, or not there.</returns>
    public static string? Licenses(string? text)
    {
        if (text is null || !text.StartsWith("Format:", StringComparison.Ordinal))
        {
            return null;
        }
        var names = Notes.Paragraphs(text).Select(fields => fields.GetValueOrDefault("License")).OfType<string>().Where(name => name.Length is > 0 and < 100).Distinct(StringComparer.OrdinalIgnoreCase).Take(Most + 1).ToArray();
        return names.Length == 0 ? null : string.Join(", ", names.Take(Most)) + (names.Length > Most ? " …" : "");
    }
}
