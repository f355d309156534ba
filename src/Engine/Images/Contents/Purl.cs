namespace Brig.Engine.Images.Contents;

/// <summary>Package URLs (purl-spec).</summary>
internal static class Purl
{
    public static string Of(string type, string? space, string name, string version, params (string Key, string? Value)[] qualifiers)
    {
        string with = string.Join('&', qualifiers.Where(pair => !string.IsNullOrEmpty(pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Escape(pair.Value!)}"));
        return $"pkg:{type}/{(space is null ? "" : Escape(space) + "/")}{Escape(name)}@{Escape(version)}{(with.Length > 0 ? "?" + with : "")}";
    }

    /// <summary>The colon stands as it is, as the specification has it.</summary>
    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal);
}
