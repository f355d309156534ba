namespace Brig.Engine.Images;

/// <summary>Which entry of an index of several platforms is wanted: os/architecture[/variant] (image-spec, image-index.md; Go's names).</summary>
public static class Platforms
{
    public const string Own = "linux/amd64";

    /// <summary>As people write it: linux/arm64, arm64, aarch64, linux/arm/v7; linux alone is this machine's.</summary>
    /// <returns>In the one way that is compared.</returns>
    /// <exception cref="EngineException">Invalid.</exception>
    public static string Parse(string text)
    {
        string[] parts = text.Trim().ToLowerInvariant().Split('/');
        if (parts.Length is 0 or > 3 || parts.Any(part => part.Length is 0 or > 32 || !part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')))
        {
            throw EngineException.Invalid($"\"{Text.Short(text)}\" is no platform: write for example linux/arm64.");
        }
        return parts is ["linux"] ? Own : Normal(parts.Length == 1 ? $"linux/{parts[0]}" : string.Join('/', parts));
    }

    /// <summary>Whether what is published for one platform is what was wanted; v1 is what every amd64 can, v2 and v3 ask for more than we know of.</summary>
    public static bool Fits(string platform, string wanted = Own) => Normal(platform) == wanted;

    private static string Normal(string platform)
    {
        string[] parts = platform.Split('/');
        string os = parts[0], architecture = parts.Length > 1 ? parts[1] switch { "x86_64" or "x86-64" => "amd64", "aarch64" => "arm64", "armhf" => "arm", "i386" => "386", var other => other } : "";
        string variant = parts.Length > 2 ? parts[2] : "";
        return (architecture, variant) switch
        {
            ("amd64", "v1") or ("arm64", "v8") or (_, "") and not ("arm", "") => $"{os}/{architecture}",
            ("arm", "") => $"{os}/arm/v7",
            _ => $"{os}/{architecture}/{variant}",
        };
    }
}
