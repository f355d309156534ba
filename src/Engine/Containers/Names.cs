using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Brig.Engine.Containers;

/// <summary>What a container may be called, and what it is called when nobody says.</summary>
internal static partial class Names
{
    private static readonly string[] Adjectives =
    [
        "able", "bold", "brave", "bright", "brisk", "calm", "clear", "deep", "eager", "early", "fair", "fast", "fine", "fresh", "gentle",
        "glad", "golden", "grand", "green", "hardy", "happy", "high", "keen", "kind", "light", "lively", "long", "loyal", "lucky", "merry",
        "mighty", "neat", "noble", "proud", "quick", "quiet", "rapid", "ready", "salty", "sharp", "silver", "smart", "snug", "sound",
        "steady", "still", "strong", "sunny", "swift", "tidy", "trim", "true", "warm", "wide", "wise", "young",
    ];

    private static readonly string[] SeaNouns =
    [
        "anchor", "atoll", "ballast", "bay", "beacon", "boom", "bow", "breeze", "bridge", "brine", "buoy", "cabin", "capstan", "captain",
        "channel", "compass", "coral", "cove", "crew", "current", "deck", "dinghy", "dock", "dolphin", "ferry", "fleet", "galley", "gull",
        "harbour", "hatch", "helm", "hull", "island", "jetty", "jib", "keel", "ketch", "lagoon", "lantern", "mast", "mate", "oar", "otter",
        "pearl", "pier", "pilot", "quay", "reef", "rigging", "rudder", "sail", "schooner", "seal", "sextant", "shoal", "shore", "sloop",
        "spar", "spray", "stern", "strait", "surf", "tern", "tide", "tiller", "voyage", "wake", "wave", "whale", "wharf", "yacht",
    ];

    public static string Generate(Func<string, bool> taken)
    {
        for (int attempt = 0; ; attempt++)
        {
            string name = $"{Pick(Adjectives)}-{Pick(SeaNouns)}";
            if (attempt >= 8)
            {
                name += "-" + RandomNumberGenerator.GetInt32(1000, 1_000_000);
            }
            if (!taken(name))
            {
                return name;
            }
        }
    }

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(string name)
    {
        if (!Rule().IsMatch(name))
        {
            throw EngineException.Invalid(
                $"\"{Text.Short(name)}\" cannot be a name: 1 to 63 letters, digits, '_', '.' and '-', beginning with a letter or digit.");
        }
    }

    private static string Pick(string[] words) => words[RandomNumberGenerator.GetInt32(words.Length)];

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
