using System.Collections.Concurrent;
using System.Globalization;
using System.Resources;

namespace Brig.Web.Resources;

/// <summary>
/// Every visible word. A key is <c>file.name</c>: <c>create.image</c> is the entry <c>image</c> of Create.resx. A test reads all
/// sources and fails for a key that has no entry, and for an entry that nobody asks for.
/// </summary>
public static class Text
{
    private static readonly ConcurrentDictionary<string, ResourceManager> s_files = new();

    public static string T(string key)
    {
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        return File(key[..dot]).GetString(key[(dot + 1)..], CultureInfo.CurrentUICulture)
            ?? throw new MissingManifestResourceException($"there is no text \"{key}\"");
    }

    public static string T(string key, params object?[] values) => string.Format(CultureInfo.CurrentCulture, T(key), values);

    /// <summary>The entry <c>key.one</c> or <c>key.many</c>, with the count as {0}.</summary>
    public static string Count(string key, long count) => T(count == 1 ? key + ".one" : key + ".many", count);

    private static ResourceManager File(string name) => s_files.GetOrAdd(
        name, static n => new ResourceManager($"Brig.Web.Resources.{char.ToUpperInvariant(n[0])}{n[1..]}", typeof(Text).Assembly));
}
