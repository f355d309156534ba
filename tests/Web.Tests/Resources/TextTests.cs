using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Brig.Web.Tests.Resources;

public sealed partial class TextTests
{
    private static string Web([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/Web"));

    private static readonly HashSet<string> s_entries = [.. Directory.EnumerateFiles(Path.Combine(Web(), "Resources"), "*.resx").SelectMany(Entries)];

    private static readonly string[] s_sources = [.. Directory.EnumerateFiles(Path.Combine(Web(), "Components"), "*", SearchOption.AllDirectories).Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal)).Select(File.ReadAllText)];

    [GeneratedRegex("""\bT\("([a-zA-Z]+\.[a-zA-Z.0-9]+)"[,)]""")]
    private static partial Regex Asked();

    [GeneratedRegex("""\bCount\("([a-zA-Z]+\.[a-zA-Z.]+)",""")]
    private static partial Regex Counted();

    /// <summary>A key that is put together, as <c>T("state." + key)</c>: every entry beginning so counts as asked for.</summary>
    [GeneratedRegex("""\bT\(\$?"([a-zA-Z]+\.[a-zA-Z.]*)(?:"\s*\+|\{)""")]
    private static partial Regex PutTogether();

    private static IEnumerable<string> Entries(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return XDocument.Load(file).Descendants("data").Select(d => char.ToLowerInvariant(name[0]) + name[1..] + "." + d.Attribute("name")!.Value);
    }

    private static IEnumerable<string> Keys() => s_sources.SelectMany(s =>
        Asked().Matches(s).Select(m => m.Groups[1].Value).Concat(Counted().Matches(s).SelectMany(m => new[] { m.Groups[1].Value + ".one", m.Groups[1].Value + ".many" })));

    [Fact]
    public void Sources_EveryKeyTheyAskFor_HasAText() => Assert.Equal([], Keys().Where(k => !s_entries.Contains(k)).Distinct());

    [Fact]
    public void Entries_EveryOne_IsAskedForSomewhere()
    {
        var asked = Keys().ToHashSet();
        var beginnings = s_sources.SelectMany(s => PutTogether().Matches(s).Select(m => m.Groups[1].Value)).ToHashSet();
        Assert.Equal([], s_entries.Where(e => !asked.Contains(e) && !beginnings.Any(b => e.StartsWith(b, StringComparison.Ordinal))).Order());
    }

    [Fact]
    public void T_EveryEntry_IsFoundAtRunTime() => Assert.All(s_entries, e => Assert.NotEmpty(Brig.Web.Resources.Text.T(e)));
}
