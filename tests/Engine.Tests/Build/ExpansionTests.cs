using Brig.Engine.Build.Dockerfiles;

namespace Brig.Engine.Tests.Build;

public sealed class ExpansionTests
{
    [Theory]
    [InlineData("$v", "value")]
    [InlineData("${v}s", "values")]
    [InlineData("$vs", "")]
    [InlineData("\\$v", "$v")]
    [InlineData("'$v'", "$v")]
    [InlineData("\"$v x\"", "value x")]
    [InlineData("\"a\\b\\\"c\"", "a\\b\"c")]
    [InlineData("a\\ b", "a b")]
    [InlineData("$", "$")]
    [InlineData("$1", "$1")]
    [InlineData("${none:-else}", "else")]
    [InlineData("${none:-$v}", "value")]
    [InlineData("${none:-${none:-deep}}", "deep")]
    [InlineData("${empty:-else}", "else")]
    [InlineData("${empty-else}", "")]
    [InlineData("${v:+set}", "set")]
    [InlineData("${empty:+set}", "")]
    [InlineData("${empty+set}", "set")]
    [InlineData("${v:?is needed}", "value")]
    [InlineData("${file#*.}", "tar.gz")]
    [InlineData("${file##*.}", "gz")]
    [InlineData("${file%.*}", "name.tar")]
    [InlineData("${file%%.*}", "name")]
    [InlineData("${file#[m-o]}", "ame.tar.gz")]
    [InlineData("${file/a/o}", "nome.tar.gz")]
    [InlineData("${file//a/o}", "nome.tor.gz")]
    [InlineData("${file//a}", "nme.tr.gz")]
    [InlineData("${none:-\"a b\"}", "a b")]
    public void Word_ByTheReference(string text, string expected) => Assert.Equal(expected, Of().Word(text));

    [Theory]
    [InlineData("${none:?must be given}", "Dockerfile line 9: none: must be given.")]
    [InlineData("${none?}", "Dockerfile line 9: none: is not set.")]
    [InlineData("\"open", "Dockerfile line 9: the quote \" in")]
    [InlineData("${v", "Dockerfile line 9: \"${v\" is no variable")]
    [InlineData("${v:-x", "Dockerfile line 9: the } of ${v is missing.")]
    [InlineData("${v!x}", "Dockerfile line 9: \"!\" in ${v…} is not known")]
    [InlineData("${}", "Dockerfile line 9: \"${}\" is no variable")]
    public void Word_Wrong_OneSentence(string text, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<EngineException>(() => Of().Word(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Word_GrowsWithoutEnd_IsRefused()
    {
        string big = new('x', 600_000);

        Assert.Contains("grows beyond", Assert.Throws<EngineException>(() => new Expansion(_ => big, '\\', 1).Word("$a$a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Word_NestedVeryDeep_IsRefused()
    {
        string text = string.Concat(Enumerable.Repeat("${none:-", 10_000));

        Assert.Contains("deep", Assert.Throws<EngineException>(() => Of().Word(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Content_QuotesAreText() => Assert.Equal("\"value\" 'value' $v \\n", Of().Content("\"$v\" '${v}' \\$v \\n"));

    private static Expansion Of() => new(name => name switch { "v" => "value", "empty" => "", "file" => "name.tar.gz", _ => null }, '\\', 9);
}
