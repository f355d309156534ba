using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Brig.Peers.Tests.Docker;

/// <summary>Some lines for a shell, and what they print with any engine of Docker's kind.</summary>
/// <param name="Area">The file it is in.</param>
/// <param name="Number">From 1, over all files; its names and ports come of it.</param>
/// <param name="Expected">Lines as in the file: <c>= literally</c>, <c>~ a regular expression</c>, <c>...</c> for any number of lines.</param>
internal sealed record Check(string Area, string Name, int Number, string Script, ImmutableArray<string> Expected, int ExitCode)
{
    private static readonly string s_run = Guid.NewGuid().ToString("N")[..4];

    /// <summary>Unlike any other's, in this run and in the next.</summary>
    public string Prefix => $"{Area}{Number}-{s_run}";

    /// <summary>On the loopback of the machine that the engine has for itself; below those of <see cref="Brig.Tests.FreePort"/>, of which dockerd's registries there have two.</summary>
    public int Port => 5_000 + Number;

    public string Title => $"{Area}: {Name}";

    /// <summary>Whether an output is the expected one, line for line.</summary>
    public bool Matches(string output)
    {
        string[] lines = output.Length == 0 ? [] : (output.EndsWith('\n') ? output[..^1] : output).Split('\n');
        return Matches(lines, [.. Expected.Select(line => line.Replace("$N", Prefix, StringComparison.Ordinal))]);
    }

    private static bool Matches(ReadOnlySpan<string> lines, ReadOnlySpan<string> expected)
    {
        if (expected.IsEmpty)
        {
            return lines.IsEmpty;
        }
        if (expected[0] == "...")
        {
            for (int skipped = 0; skipped <= lines.Length; skipped++)
            {
                if (Matches(lines[skipped..], expected[1..]))
                {
                    return true;
                }
            }
            return false;
        }
        return !lines.IsEmpty && MatchesLine(lines[0], expected[0]) && Matches(lines[1..], expected[1..]);
    }

    private static bool MatchesLine(string line, string expected) => expected[0] == '~'
        ? Regex.IsMatch(line, $"^(?:{expected[2..]})$", RegexOptions.ECMAScript)
        : line == (expected.Length > 2 ? expected[2..] : "");
}
