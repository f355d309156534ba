using System.Collections.Immutable;
using Brig.Engine.History;

namespace Brig.Engine.Tests.History;

public sealed class SourceSelectionTests
{
    private static readonly SourceSelection s_selection = new(
    [
        new(HistorySource.Machine, HistorySource.Machine, null, null, null, ImmutableDictionary<string, string>.Empty, null, 0, 1, null),
        Container("aaa1", "shop-web-1", "shop", "web", removedAt: 5),
        Container("aab2", "shop-web-1", "shop", "web"),
        Container("bbb3", "shop-db-1", "shop", "db"),
        Container("ccc4", "alone", null, null),
    ]);

    [Theory]
    [InlineData("machine", "machine", "machine")]
    [InlineData("bbb3", "bbb3", "bbb3")]
    [InlineData("bb", "bbb3", "bbb3")]
    [InlineData("shop-web-1", "aab2", "aab2")]
    [InlineData("stack:shop", "stack:shop", "aaa1 aab2 bbb3")]
    [InlineData("service:shop/web", "service:shop/web", "aaa1 aab2")]
    [InlineData("name:shop-web-1", "name:shop-web-1", "aaa1 aab2")]
    public void Find_EveryForm_IsWhoIsMeant(string asked, string source, string members)
    {
        var chosen = Assert.Single(s_selection.Find([asked]));

        Assert.Equal((source, members), (chosen.Source, string.Join(' ', chosen.Members.Select(member => member.Id))));
    }

    [Fact]
    public void Find_Label_IsEachThatHasIt()
    {
        Assert.Equal(["aaa1", "aab2"], s_selection.Find(["label:service=web"]).Select(chosen => chosen.Source));
        Assert.Equal(4, s_selection.Find(["label:service", "aab2"]).Length);
    }

    [Theory]
    [InlineData("nobody", EngineErrorKind.NotFound)]
    [InlineData("aa", EngineErrorKind.Conflict)]
    [InlineData("", EngineErrorKind.NotFound)]
    [InlineData("stack:none", EngineErrorKind.NotFound)]
    [InlineData("service:shop", EngineErrorKind.Invalid)]
    [InlineData("label:none", EngineErrorKind.NotFound)]
    [InlineData("pile:shop", EngineErrorKind.Invalid)]
    public void Find_Nobody_IsRefused(string asked, EngineErrorKind kind) =>
        Assert.Equal(kind, Assert.Throws<EngineException>(() => s_selection.Find([asked])).Kind);

    private static HistorySource Container(string id, string name, string? stack, string? service, long? removedAt = null) => new(
        id, name, "image", stack, service, ImmutableDictionary<string, string>.Empty.Add("service", service ?? "none"), DateTimeOffset.UnixEpoch.AddSeconds(id[2]), 0, 1, removedAt);
}
