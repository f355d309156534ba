using System.Collections.Immutable;
using System.Globalization;

namespace Brig.Peers.Tests.Docker;

/// <summary>
/// Reads the folder <c>checks</c>. A file is one area; a check in it begins with <c># name</c> after an empty line, then come the shell's lines, then what they print (<see cref="Check.Expected"/>),
/// and where it is not 0, <c>? exit code</c>. Without expected lines nothing is printed.
/// </summary>
internal static class CheckReader
{
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Docker", "checks");

    /// <summary>Debian 12 has no Compose 2: what is asked of it is asked where scripts/setup could fetch it.</summary>
    private static readonly bool s_hasCompose2 = File.Exists(Environment.GetEnvironmentVariable("BRIG_COMPOSE"));

    public static ImmutableArray<Check> All { get; } = [.. Directory.GetFiles(Folder, "*.checks").Where(file => s_hasCompose2 || Path.GetFileName(file) != "compose2.checks")
        .Order(StringComparer.Ordinal).SelectMany(Read).Select((check, index) => check with { Number = index + 1 })];

    private static IEnumerable<Check> Read(string file)
    {
        string area = Path.GetFileNameWithoutExtension(file);
        foreach (string text in ("\n" + File.ReadAllText(file)).Split("\n\n# ").Skip(1))
        {
            string[] lines = text.Split('\n');
            var expected = lines.Skip(1).Where(IsExpected);
            var code = lines.Skip(1).FirstOrDefault(IsExitCode);
            yield return new(area, lines[0], 0, string.Join('\n', lines.Skip(1).Where(line => !IsExpected(line) && !IsExitCode(line))), [.. expected], code is null ? 0 : int.Parse(code[2..], CultureInfo.InvariantCulture));
        }
    }

    private static bool IsExpected(string line) => line is "=" or "..." || line.StartsWith("= ", StringComparison.Ordinal) || line.StartsWith("~ ", StringComparison.Ordinal);

    private static bool IsExitCode(string line) => line.StartsWith("? ", StringComparison.Ordinal);
}
