using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Brig.Engine.Volumes;

internal static partial class VolumeNames
{
    /// <summary>As long as Docker's, for an anonymous volume is called by it.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a volume of this name was never given one: it is its id.</summary>
    public static bool IsId(string name) => name.Length is 64 or 24 && name.All(char.IsAsciiHexDigitLower);   // 24 until there was Docker's API

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(string name, string what = "volume")
    {
        if (!Rule().IsMatch(name))
        {
            throw EngineException.Invalid($"\"{Text.Short(name)}\" cannot be the name of a {what}: 1 to 200 letters, digits, '_', '.' and '-', beginning with a letter or digit.");
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
