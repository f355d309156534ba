namespace Brig.Engine.Images.Contents;

/// <summary>os-release(5).</summary>
/// <param name="Distro">As purls have it: <c>debian-12</c>.</param>
/// <param name="PrettyName">For people.</param>
internal sealed record OsRelease(string? Id, string? Distro, string? PrettyName)
{
    public static OsRelease Read(string text)
    {
        string? Value(string key) => text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..].Trim('"', '\'') is { Length: > 0 and < 100 } value
            ? value
            : null;
        string? id = Value("ID"), version = Value("VERSION_ID");
        return new(id, id is null ? null : version is null ? id : $"{id}-{version}", Value("PRETTY_NAME"));
    }
}
