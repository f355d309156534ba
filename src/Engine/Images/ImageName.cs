using System.Text.RegularExpressions;

namespace Brig.Engine.Images;

/// <summary>
/// A reference as Docker's users write it, <c>[registry/]repository[:tag][@digest]</c>. Without a registry it is docker.io, without a namespace there it is library, without a
/// tag or digest it is latest. Kept and shown in its short form: <c>busybox:latest</c>, <c>quay.io/a/b:1</c>.
/// </summary>
/// <param name="Registry">A host with perhaps a port, as <c>docker.io</c>.</param>
/// <param name="Repository">As <c>library/busybox</c>.</param>
public sealed partial record ImageName(string Registry, string Repository, string? Tag, string? Digest)
{
    public const string DockerHub = "docker.io";

    /// <summary>Repository and registry, without what every reader adds.</summary>
    public string Familiar => Registry != DockerHub ? $"{Registry}/{Repository}"
        : Repository.StartsWith("library/", StringComparison.Ordinal) ? Repository["library/".Length..] : Repository;

    /// <summary>What is shown and kept: the tag where there is one, else the digest.</summary>
    public override string ToString() => Familiar + (Tag is not null ? ":" + Tag : "@" + Digest);

    /// <exception cref="EngineException">Invalid.</exception>
    public static ImageName Parse(string reference)
    {
        string rest = reference, registry = DockerHub;
        string? tag = null, digest = null;
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            (rest, digest) = (rest[..at], rest[(at + 1)..]);
        }
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            (rest, tag) = (rest[..colon], rest[(colon + 1)..]);
        }
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        // Docker's rule: a first part with a dot or colon, or localhost, is a registry.
        if (slash > 0 && (rest.AsSpan(0, slash).ContainsAny('.', ':') || rest.AsSpan(0, slash).SequenceEqual("localhost")))
        {
            (registry, rest) = (rest[..slash], rest[(slash + 1)..]);
        }
        bool isRight = rest.Length is > 0 and <= 255 && Repositories().IsMatch(rest) && Hosts().IsMatch(registry) && (tag is null || Tags().IsMatch(tag));
        if (!isRight)
        {
            throw EngineException.Invalid(
                $"\"{Text.Short(reference)}\" cannot be an image's reference: lower-case parts of letters, digits, '.', '_' and '-' with '/' between them, then perhaps ':' and a tag.");
        }
        if (digest is not null && !IsDigest(digest))
        {
            throw EngineException.Invalid($"\"{Text.Short(digest)}\" is not a digest: sha256: and 64 digits.");
        }
        if (registry is "index.docker.io" or "registry-1.docker.io")
        {
            registry = DockerHub;
        }
        if (registry == DockerHub && !rest.Contains('/', StringComparison.Ordinal))
        {
            rest = "library/" + rest;
        }
        return new(registry, rest, tag ?? (digest is null ? "latest" : null), digest);
    }

    /// <summary>A registry by its address alone, as it is written.</summary>
    /// <exception cref="EngineException">Invalid: among them a host without a dot and a port, which in an image's name would be a part of Docker Hub's.</exception>
    public static string ParseRegistry(string host)
    {
        string registry = Parse(host + "/a").Registry;
        return registry != DockerHub || host is DockerHub or "index.docker.io" or "registry-1.docker.io" ? registry
            : throw EngineException.Invalid($"\"{Text.Short(host)}\" is not a registry's address: a host with a dot or a port in it, as registry.example.com or {Text.Short(host)}:5000, or localhost.");
    }

    /// <summary>A name that an image can be given: with a tag, without a digest.</summary>
    public static string ParseTag(string reference)
    {
        var name = Parse(reference);
        return name.Digest is null ? name.ToString() : throw EngineException.Invalid($"\"{Text.Short(reference)}\" has a digest; a name that is given has a tag instead.");
    }

    public static bool IsDigest(string digest) => Digests().IsMatch(digest);

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Repositories();

    [GeneratedRegex(@"\A(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hosts();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Digests();
}
