using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;
using Brig.Web.Components.Layout;
using Brig.Web.Components.Parts;
using Brig.Web.Tests.Fakes;

namespace Brig.Web.Tests.Parts;

public sealed class WordsTests
{
    [Theory]
    [InlineData("a  b", new[] { "a", "b" })]
    [InlineData("sh -c 'a b; \"c\"'", new[] { "sh", "-c", "a b; \"c\"" })]
    [InlineData("echo \"a \\\" b\" ''", new[] { "echo", "a \" b", "" })]
    [InlineData("a\\ b", new[] { "a b" })]
    [InlineData("", new string[0])]
    public void Split_Line_GivesAShellsWords(string line, string[] words)
    {
        Assert.Equal(words, CommandLine.Split(line));
        Assert.Equal(words, CommandLine.Split(CommandLine.Join(words)));
    }

    [Theory]
    [InlineData("512", 512L << 20)]
    [InlineData("1.5 GiB", 3L << 29)]
    [InlineData("64m", 64L << 20)]
    [InlineData("100 B", 100L)]
    [InlineData("many", null)]
    [InlineData("-1", null)]
    public void ToBytes_Typed_IsAnAmountOrNothing(string typed, long? bytes) => Assert.Equal(bytes, Quantity.ToBytes(typed, 1 << 20));

    [Theory]
    [InlineData(256L << 20, "256 MiB")]
    [InlineData(3L << 29, "1.5 GiB")]
    [InlineData(1000L, "1000 B")]
    public void Typed_Amount_ReadsBackTheSame(long bytes, string typed)
    {
        Assert.Equal(typed, Quantity.Typed(bytes));
        Assert.Equal(bytes, Quantity.ToBytes(typed, 1));
    }

    [Theory]
    [InlineData(0L, "0 B")]
    [InlineData(1536L, "1.50 KiB")]
    [InlineData(15L << 20, "15.0 MiB")]
    [InlineData(150L << 20, "150 MiB")]
    public void Bytes_Number_HasThreeDigitsThatCount(long bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));

    [Fact]
    public void Of_OomKill_SaysMemoryAndSignal()
    {
        var exit = new ExitStatus(137, 9, OomKilled: true);
        Assert.Equal("ended by SIGKILL, out of memory", ExitWords.Of(exit));
        Assert.Contains("memory limit", ExitWords.Meaning(exit), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ShellsCodeForASignal_NamesTheSignal() => Assert.Contains("SIGTERM", ExitWords.Meaning(new(143, 0, false)), StringComparison.Ordinal);

    [Fact]
    public void Finding_MemoryNearlyFull_IsAWarning()
    {
        var c = new FakeContainers().Add("a");
        var finding = Assert.Single(Finding.Of(c, new ContainerSample { Id = c.Id, WorkingSet = 95, MemoryLimit = 100 }));
        Assert.Equal("warn", finding.Look);
        Assert.Contains("95", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Finding_NothingSpecial_AllIsWell() => Assert.Equal("good", Assert.Single(Finding.Of(new FakeContainers().Add("a"), null)).Look);

    [Theory]
    [InlineData(ContainerStatus.Exited, 0)]     // the link to its post-mortem above has said it
    [InlineData(ContainerStatus.Running, 1)]    // of the run before: now all is well
    public void Finding_KilledForMemory_IsToldOnce(ContainerStatus status, int findings)
    {
        var c = new FakeContainers().Add("a", status, exit: new(137, 9, OomKilled: true));
        Assert.Equal(findings, Finding.Of(c with { State = c.State with { PostMortem = "f00d" } }, null).Count);
    }

    [Fact]
    public void Strip_ColoursAndTitles_LeaveTheText() => Assert.Equal("red ok", Escapes.Strip("\e[31mred\e[0m \e]0;title\aok\r"));

    [Fact]
    public void Tree_ChildBelowItsParent_HasItsDepth()
    {
        static ProcessRow Row(int pid, int parent) => new(pid, pid, parent, "root", "S", TimeSpan.Zero, 0, 1, FakeContainers.At, "x");
        Assert.Equal([(10, 0), (12, 1), (13, 2), (11, 1)], ProcessTree.Of([Row(10, 1), Row(11, 12 - 2), Row(12, 10), Row(13, 12)]).OrderBy(p => p.Row.Pid == 11).Select(p => (p.Row.Pid, p.Depth)));
    }

    [Fact]
    public void Find_VerbAndName_OffersThatVerbOnContainersItFits()
    {
        var engine = new FakeContainers();
        engine.Add("web");
        engine.Add("old", ContainerStatus.Exited, exit: new(0, 0, false));
        var found = PaletteChoice.Find("stop", engine.List(), [], [], []);
        Assert.Equal("Stop web", Assert.Single(found).Text);
    }

    [Theory]
    [InlineData("engine", "history-damaged", "found its metrics history damaged, set it aside and began a new one")]
    [InlineData("stack", "update", "was updated")]
    [InlineData("stack", "down", "was taken down")]
    [InlineData("alert", "update", "was changed")]
    [InlineData("container", "update", "has other ports", "ports")]
    [InlineData("container", "update", "has another restart policy", "restart")]
    [InlineData("container", "update", "has new limits", "limits", "restart")]
    [InlineData("volume", "clone", "was made as a copy")]
    public void EventWords_OfWhatHappened_AreWords(string kind, string action, string words, params string[] attributes) =>
        Assert.Equal(words, EventWords.Of(new(1, DateTimeOffset.UnixEpoch, kind, action, "id", "name", attributes.ToImmutableDictionary(key => key, _ => "x"))));

    [Fact]
    public void Crumbs_OfAContainer_SayItsName() =>
        Assert.Equal([("Containers", "containers"), ("web", (string?)null)], Crumbs.Of("containers/abc/logs?x=1", id => id == "abc" ? "web" : null));
}
