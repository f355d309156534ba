namespace Brig.Engine.Images.Contents;

/// <summary>Text of "Field: value" lines in paragraphs, as dpkg, apk and Python's tools write it.</summary>
internal static class Notes
{
    /// <summary>The first line of each field; lines that go on (a blank in front) are left out, for no field that counts here has them.</summary>
    public static IEnumerable<Dictionary<string, string>> Paragraphs(string? text)
    {
        var fields = new Dictionary<string, string>();
        foreach (string line in (text ?? "").Split('\n'))
        {
            string shown = line.TrimEnd('\r');
            if (shown.Length == 0)
            {
                if (fields.Count > 0)
                {
                    yield return fields;
                    fields = [];
                }
                continue;
            }
            int colon = shown.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && shown[0] is not (' ' or '\t'))
            {
                fields.TryAdd(shown[..colon], shown[(colon + 1)..].Trim());
            }
        }
        if (fields.Count > 0)
        {
            yield return fields;
        }
    }
}
