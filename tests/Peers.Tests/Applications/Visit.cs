using System.Globalization;
using System.Text.RegularExpressions;

namespace Brig.Peers.Tests.Applications;

/// <summary>What the application of the template answers.</summary>
/// <param name="Number">Counted by the database.</param>
/// <param name="Version">Of the application.</param>
/// <param name="Host">Its container's name for itself.</param>
internal sealed partial record Visit(int Number, int Version, string Host)
{
    public static Visit Parse(string text) => Words().Match(text) is { Success: true } found
        ? new(int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(found.Groups[2].ValueSpan, CultureInfo.InvariantCulture), found.Groups[3].Value)
        : throw new InvalidOperationException($"That is no answer of the application: {text}");

    [GeneratedRegex(@"Visit (\d+)(?s:.*)by version (\d+) of the application in (\w+)")]
    private static partial Regex Words();
}
