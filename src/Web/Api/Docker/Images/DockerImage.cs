using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>
/// An image as Docker counts them: by the digest of its configuration. The engine counts manifests, of which several may have one configuration (pushed unpacked and pulled packed); here they are one.
/// </summary>
/// <param name="Id"><c>sha256:…</c>.</param>
/// <param name="Parts">The engine's, one as a rule.</param>
internal sealed record DockerImage(string Id, ImmutableArray<Image> Parts)
{
    public const string IdPrefix = "sha256:";

    /// <summary>The one whose layers and configuration are told; those of the others are the same.</summary>
    public Image First => Parts[0];

    /// <summary>As <c>busybox:latest</c>: what is on Docker Hub without its host, as people write it.</summary>
    public ImmutableArray<string> Tags => [.. Parts.SelectMany(part => part.Tags).Order(StringComparer.Ordinal)];

    /// <summary>As <c>busybox@sha256:…</c>, of registries that have it.</summary>
    public ImmutableArray<string> Digests => [.. Parts.SelectMany(part => part.Digests.Concat(part.Published)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>As Docker's sentences have it.</summary>
    public string ShortId => Id[IdPrefix.Length..][..12];

    /// <summary>Without those that live as long as a build's step.</summary>
    public static ImmutableArray<DockerImage> List(IImages images) => [.. Grouped(images.List().Where(image => !image.IsStep))];

    /// <summary>Its id for Docker's clients.</summary>
    public static string IdOf(Image image) => image.ConfigDigest.Length > 0 ? image.ConfigDigest : image.Digest;

    /// <summary>By name, by id or the start of its digits.</summary>
    /// <exception cref="EngineException">NotFound in Docker's words. Invalid: it can be no name, or is the start of several ids.</exception>
    public static DockerImage Find(IImages images, string name)
    {
        var all = List(images);
        string hex = name.StartsWith(IdPrefix, StringComparison.Ordinal) ? name[IdPrefix.Length..] : name;
        bool isHex = hex.Length is > 0 and <= 64 && hex.All(char.IsAsciiHexDigitLower);
        bool isId = isHex && (hex.Length == 64 || hex.Length != name.Length);
        if (!isId)
        {
            var parsed = Name(name);
            if (all.FirstOrDefault(parsed.Digest is { } digest ? image => DigestsOf(image).Contains(digest) : image => image.Tags.Contains(parsed.ToString())) is { } named)
            {
                return named;
            }
        }
        var starting = isHex ? all.Where(image => DigestsOf(image).Any(digest => digest.AsSpan(IdPrefix.Length).StartsWith(hex, StringComparison.Ordinal))).Take(2).ToArray() : [];
        return starting.Length switch
        {
            1 => starting[0],
            0 => throw EngineException.NotFound($"No such image: {(isId ? name : Name(name))}"),
            _ => throw EngineException.Invalid($"Several images' ids begin with {hex}; give more digits."),
        };
    }

    /// <exception cref="EngineException">Invalid, beginning as clients know it.</exception>
    public static ImageName Name(string reference)
    {
        try
        {
            return ImageName.Parse(reference);
        }
        catch (EngineException e)
        {
            throw EngineException.Invalid($"invalid reference format: {e.Message}");
        }
    }

    /// <summary>A name to be given, of its two parameters.</summary>
    /// <param name="tag">Null: the one in the repository's name, or latest.</param>
    /// <exception cref="EngineException">Invalid: the tag, or there is a digest.</exception>
    public static string Tagged(string repository, string? tag)
    {
        var name = Name(repository);
        return name.Digest is not null ? throw EngineException.Invalid("refusing to create a tag with a digest reference")
            : tag is null ? name.ToString() : Name($"{name.Familiar}:{tag}").ToString();
    }

    private static IEnumerable<string> DigestsOf(DockerImage image) =>
        image.Parts.SelectMany(part => part.PulledBy.Append(part.Digest)).Concat(image.Digests.Select(name => name[(name.IndexOf('@', StringComparison.Ordinal) + 1)..])).Append(image.Id);

    private static IEnumerable<DockerImage> Grouped(IEnumerable<Image> images) => images.GroupBy(IdOf).Select(parts => new DockerImage(parts.Key, [.. parts]));
}
