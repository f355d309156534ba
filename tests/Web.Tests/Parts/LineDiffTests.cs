using Brig.Web.Components.Parts;

namespace Brig.Web.Tests.Parts;

public sealed class LineDiffTests
{
    private static string Told(string before, string after) => string.Join(' ', LineDiff.Of(before, after).Select(line => (line.IsAdded ? "+" : line.IsRemoved ? "-" : "=") + line.Text));

    [Theory]
    [InlineData("a\nb\nc", "a\nb\nc", "=a =b =c")]
    [InlineData("a\nb\nc", "a\nx\nc", "=a -b +x =c")]
    [InlineData("", "a\n", "+a")]
    [InlineData("a\n", "", "-a")]
    [InlineData("a\nb", "b\na", "-a =b +a")]
    [InlineData("x\na\nb\nc\ny", "a\nb\nd\nc", "-x =a =b +d =c -y")]
    public void Of_TwoTexts_TellsTheFewestChanges(string before, string after, string told) => Assert.Equal(told, Told(before, after));

    [Fact]
    public void Of_AnyTwoTexts_GiveBothBack()
    {
        var random = new Random(11);
        for (int round = 0; round < 300; round++)
        {
            string a = Text(random), b = Text(random);
            var lines = LineDiff.Of(a, b);
            Assert.Equal(a, string.Concat(lines.Where(line => !line.IsAdded).Select(line => line.Text + "\n")));
            Assert.Equal(b, string.Concat(lines.Where(line => !line.IsRemoved).Select(line => line.Text + "\n")));
            Assert.Equal(lines.Where(line => line.After is not null).Select((_, i) => i + 1), lines.Where(line => line.After is not null).Select(line => line.After!.Value));
        }
    }

    [Fact]
    public void Of_ThousandsOfChanges_IsOneAfterTheOther()
    {
        string a = string.Concat(Enumerable.Range(0, 4000).Select(i => $"a{i}\n")), b = string.Concat(Enumerable.Range(0, 4000).Select(i => $"b{i}\n"));
        Assert.Equal(8000, LineDiff.Of(a, b).Length);
    }

    [Fact]
    public void Changes_FarFromEachOther_LeaveOutWhatIsBetween()
    {
        var all = LineDiff.Of(string.Join('\n', Enumerable.Range(1, 30)), string.Join('\n', Enumerable.Range(1, 30)).Replace("\n5\n", "\nfive\n", StringComparison.Ordinal));
        Assert.Equal([null, "2", "3", "4", "5", "five", "6", "7", "8", null], LineDiff.Changes(all).Select(line => line?.Text));
    }

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "abc"[random.Next(3)] + "\n"));
}
