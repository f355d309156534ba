using Brig.Engine.Stacks.Variables;

namespace Brig.Engine.Tests.Stacks;

public sealed class SubstitutionTests
{
    private static readonly Dictionary<string, string> Set = new() { ["A"] = "a", ["EMPTY"] = "", ["B"] = "$A" };

    [Theory]
    [InlineData("$A-${A}", "a-a")]
    [InlineData("$$A $${A}", "$A ${A}")]
    [InlineData("$B", "$A")]
    [InlineData("${X:-d}${EMPTY:-d}${A:-d}", "dda")]
    [InlineData("${X-d}${EMPTY-d}", "d")]
    [InlineData("${X:+y}${EMPTY:+y}${A:+y}", "y")]
    [InlineData("${X+y}${EMPTY+y}", "y")]
    [InlineData("${X:-${Y:-${A}}}", "a")]
    [InlineData("${X:-{\"k\": 1}", "{\"k\": 1")]
    [InlineData("${X:-http://h:80/?q=$A}", "http://h:80/?q=a")]
    [InlineData("${A:?no}", "a")]
    [InlineData("$NOT-there", "-there")]
    [InlineData("no dollar", "no dollar")]
    public void Apply_Forms_AreTheSpecifications(string text, string expected) =>
        Assert.Equal(expected, new Substitution(Set.GetValueOrDefault, _ => { }).Apply(text));

    [Theory]
    [InlineData("${X:?}")]
    [InlineData("${X?say}")]
    [InlineData("${EMPTY:?say}")]
    [InlineData("${")]
    [InlineData("${}")]
    [InlineData("$")]
    [InlineData("$5")]
    [InlineData("${A!}")]
    [InlineData("${A:-b")]
    public void Apply_Wrong_IsASentence(string text) =>
        Assert.EndsWith(".", Assert.Throws<FormatException>(() => new Substitution(Set.GetValueOrDefault, _ => { }).Apply(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Apply_DefaultInDefaultVeryDeep_IsRefused() =>
        Assert.Throws<FormatException>(() => new Substitution(_ => null, _ => { }).Apply(string.Concat(Enumerable.Repeat("${X:-", 100_000)) + new string('}', 100_000)));

    [Fact]
    public void Apply_LongValueOften_IsRefusedBeforeItIsMade()
    {
        string value = new('a', 100_000);
        Assert.Contains("1 MB", Assert.Throws<FormatException>(() => new Substitution(_ => value, _ => { }).Apply(string.Concat(Enumerable.Repeat("$A", 100_000)))).Message, StringComparison.Ordinal);
        Assert.Contains("1 MB", Assert.Throws<FormatException>(() => new Substitution(_ => null, _ => { }).Apply("${X:-" + string.Concat(Enumerable.Repeat("${Y:-" + new string('a', 1000) + "}", 2000)) + "}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DotEnvWhoseValuesGrow_IsRefusedWithTheLine()
    {
        string doubling = "A0=0123456789\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"A{i}=$A{i - 1}$A{i - 1}\n"));
        Assert.InRange(Assert.Throws<DotEnvFailure>(() => DotEnv.Parse(doubling, _ => null)).Line, 10, 40);
        string often = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"B{i}=$A\n"));
        Assert.Contains("4 MB", Assert.Throws<DotEnvFailure>(() => DotEnv.Parse(often, _ => new('a', 100_000))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A=1 # no\nB=\"x # y\"\n", "A=1|B=x # y")]
    [InlineData("export A='$B'\n#c\n\nC=$A\n", "A=$B|C=$B")]
    [InlineData("A=\"l1\nl2\\tend\"\n", "A=l1\nl2\tend")]
    [InlineData("A\nB=\r\n", "A=<null>|B=")]
    [InlineData("A=\"\\$X\"\n", "A=$X")]
    public void Parse_DotEnv_AsTheSpecification(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', DotEnv.Parse(text, _ => null).Select(pair => $"{pair.Key}={pair.Value ?? "<null>"}")));

    [Fact]
    public void Parse_DotEnvIsWrong_TellsTheLine() => Assert.Equal(2, Assert.Throws<DotEnvFailure>(() => DotEnv.Parse("A=1\nnot a name=2\n", _ => null)).Line);
}
