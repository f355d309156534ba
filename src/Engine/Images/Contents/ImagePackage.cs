namespace Brig.Engine.Images.Contents;

/// <summary>Somebody's software in an image, as its package manager noted it.</summary>
/// <param name="Kind">deb, apk, pypi, npm or nuget: the type of its purl.</param>
/// <param name="License">As the package says; null: it does not.</param>
/// <param name="Purl">Its package URL (purl-spec).</param>
/// <param name="Path">The file that says so.</param>
public sealed record ImagePackage(string Kind, string Name, string Version, string? Architecture, string? License, string Purl, string Path)
{
    /// <summary>The layer that brought it, the lowest is 0; null: it cannot be said.</summary>
    public int? Layer { get; init; }
}
