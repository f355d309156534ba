using System.Collections.Immutable;
using Brig.Engine.History;
using Brig.Web.Components.Parts.History;

namespace Brig.Web.Tests.Parts;

public sealed class PickTests
{
    private static readonly ImmutableArray<Pick> s_all = Pick.Of(
    [
        Source("machine", "machine"), Source("id1", "web", stack: "shop", labels: ("tier", "front")), Source("id2", "web", removed: 5), Source("id3", "db", stack: "shop", labels: ("tier", "back")),
    ]);

    private static HistorySource Source(string id, string name, string? stack = null, long? removed = null, params (string, string)[] labels) =>
        new(id, name, "brig/busybox", stack, null, labels.ToImmutableDictionary(l => l.Item1, l => l.Item2), null, 0, 1, removed);

    private static IEnumerable<string> Find(params string[] asked) => Pick.Find(s_all, asked, out _).Select(pick => pick.Source);

    [Fact]
    public void Of_StacksAreMadeOfTheirContainersAndTheRemovedComeLast() =>
        Assert.Equal([("machine", "machine"), ("stack:shop", "stacks"), ("id1", "containers"), ("id3", "containers"), ("id2", "removed")], s_all.Select(pick => (pick.Source, pick.Group)));

    [Fact]
    public void Find_Name_IsTheOneThatIsThere() => Assert.Equal(["id1"], Find("web"));

    [Fact]
    public void Find_Label_IsEachThatHasIt() => Assert.Equal(["id3"], Find("label:tier=back"));

    [Fact]
    public void Find_SameThingTwice_IsOnce() => Assert.Equal(["stack:shop", "id1"], Find("stack:shop", "web", "id1"));

    [Fact]
    public void Find_NobodyKnowsIt_IsTold()
    {
        Assert.Empty(Pick.Find(s_all, ["nobody"], out var unknown));
        Assert.Equal("nobody", Assert.Single(unknown));
    }

    [Theory]
    [InlineData("FRONT", "id1")]
    [InlineData("shop back", "id3")]
    [InlineData("stack nothing", "")]
    public void Matches_EveryWordSomewhere(string text, string found) => Assert.Equal(found, string.Join(' ', s_all.Where(pick => pick.Group == "containers" && pick.Matches(text)).Select(pick => pick.Source)));
}
