using System.Text.RegularExpressions;

namespace Brig.Architecture.Tests;

/// <summary>All style sheets hold for all pages: a class that one page lays out as a grid must be no other's table.</summary>
public sealed partial class StyleTests
{
    [Fact]
    public void ClassThatIsLaidOutByItself_OnPartsOfTables_Never()
    {
        var laidOut = Repository.Files("src/Web/wwwroot/css", ".css").SelectMany(LaidOut).ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(laidOut);
        Breaches.None(
            from file in Repository.Files("src/Web/Components", ".razor")
            from Match part in PartOfATable().Matches(Repository.Read(file))
            from Match word in Word().Matches(part.Groups["classes"].Value)
            where laidOut.Contains(word.Value)
            select $"{file}: <{part.Groups["tag"].Value}> has the class {word.Value}, which a style sheet lays out for another purpose");
    }

    /// <summary>Classes that one rule, for every width, gives a layout that ends a table's.</summary>
    private static IEnumerable<string> LaidOut(string sheet) =>
        from rule in Inner().Replace(Comment().Replace(Repository.Read(sheet), ""), "").Split('}')
        where rule.Contains('{', StringComparison.Ordinal) && Layout().IsMatch(rule)
        from selector in rule[..rule.IndexOf('{', StringComparison.Ordinal)].Split(',', StringSplitOptions.TrimEntries)
        where Bare().IsMatch(selector)
        select selector[1..];

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    /// <summary>Rules for some widths only: who turns a table into cards there means it.</summary>
    [GeneratedRegex(@"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")]
    private static partial Regex Inner();

    [GeneratedRegex(@"\bdisplay:\s*(inline-)?(grid|flex|block)\b")]
    private static partial Regex Layout();

    [GeneratedRegex(@"^\.[\w-]+$")]
    private static partial Regex Bare();

    [GeneratedRegex("""<(?<tag>table|thead|tbody|tr|td|th)\b[^<]*?\bclass="(?<classes>@\((?:[^()]|\([^()]*\))*\)|[^"]*)["]""")]
    private static partial Regex PartOfATable();

    [GeneratedRegex(@"[\w-]+")]
    private static partial Regex Word();
}
