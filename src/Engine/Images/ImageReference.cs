using System.Text.RegularExpressions;

namespace Brig.Engine.Images;

/// <summary><c>name[:tag]</c>; without a tag it is <c>latest</c>.</summary>
internal static partial class ImageReference
{
    /// <summary>With its tag.</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public static string Normalise(string reference)
    {
        if (!Rule().IsMatch(reference))
        {
            throw EngineException.Invalid(
                $"\"{Text.Short(reference)}\" cannot be an image's reference: lower-case parts of letters, digits, '.', '_' and '-' with '/' between them, then perhaps ':' and a tag.");
        }
        return reference.LastIndexOf(':') > reference.LastIndexOf('/') ? reference : reference + ":latest";
    }

    /// <summary>Without the tag.</summary>
    public static string Repository(string reference)
    {
        int at = reference.IndexOf('@', StringComparison.Ordinal), colon = reference.LastIndexOf(':');
        return at >= 0 ? reference[..at] : colon > reference.LastIndexOf('/') ? reference[..colon] : reference;
    }

    // distribution-spec: a registry's host with a port may be the first part.
    [GeneratedRegex(@"\A(?=.{1,255}\z)(?:[a-zA-Z0-9.-]+:[0-9]+/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
