using Brig.Engine.Build.Dockerfiles;

namespace Brig.Engine.Tests.Build;

public sealed class IgnoreFileTests
{
    [Theory]
    [InlineData("*.md", "README.md", true)]
    [InlineData("*.md", "docs/a.md", false)]
    [InlineData("**/*.md", "docs/deep/a.md", true)]
    [InlineData("**/*.md", "a.md", true)]
    [InlineData("node_modules", "node_modules/a/b.js", true)]
    [InlineData("/bin", "bin/x", true)]
    [InlineData("./bin/", "bin/x", true)]
    [InlineData("a/../bin", "bin", true)]
    [InlineData("temp?", "temp1", true)]
    [InlineData("temp?", "temp12", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("\\#x", "#x", true)]
    [InlineData("# *", "x", false)]
    [InlineData("*\n!keep", "keep", false)]
    [InlineData("*\n!keep", "other", true)]
    [InlineData("*\n!dir/keep", "dir/keep", false)]
    [InlineData("!keep\n*", "keep", true)]
    [InlineData("**", "any/thing", true)]
    public void Ignores_ByTheReference(string patterns, string path, bool ignored) => Assert.Equal(ignored, IgnoreFile.Parse(patterns).Ignores(path));

    [Fact]
    public void Ignores_HostilePattern_IsQuick()
    {
        var file = IgnoreFile.Parse(string.Join('/', Enumerable.Repeat("**", 500)) + "/x\n" + string.Concat(Enumerable.Repeat("*a", 500)));

        Assert.False(file.Ignores(string.Join('/', Enumerable.Repeat(new string('a', 200), 20)) + "b"));
    }
}
