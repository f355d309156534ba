using Brig.Engine.Containers;
using Brig.Web.Components.Parts;
using Brig.Web.Tests.Fakes;

namespace Brig.Web.Tests.Parts;

public sealed class ContainerTableTests
{
    private readonly FakeContainers _engine = new();
    private readonly FakeMetrics _metrics = new();
    private readonly ContainerTable _table = new();

    private string Order => string.Concat(_table.Rows.Select(c => c.Name));

    [Fact]
    public void Arrange_ByCpu_GreatestFirstAndWithoutSampleLast()
    {
        var (a, b) = (_engine.Add("a"), _engine.Add("b"));
        _engine.Add("c");
        _metrics.Tick((a, 0.1, 1), (b, 0.9, 1));
        _table.Begin(_engine.List());
        _table.Arrange(TableQuery.Parse(null, null, "-cpu"), _metrics.Latest, hold: false);
        Assert.Equal("bac", Order);
    }

    [Fact]
    public void Arrange_PointerIsOverTheTable_RowsKeepTheirPlacesAndNewOnesComeLast()
    {
        var (a, b) = (_engine.Add("a"), _engine.Add("b"));
        _metrics.Tick((a, 0.1, 1), (b, 0.9, 1));
        _table.Begin(_engine.List());
        var query = TableQuery.Parse(null, null, "-cpu");
        _table.Arrange(query, _metrics.Latest, hold: false);

        var c = _engine.Add("c");
        _metrics.Tick((a, 0.9, 1), (b, 0.1, 1), (c, 2, 1));
        _table.Apply(new ContainerChange(c.Id, c));
        _table.Arrange(query, _metrics.Latest, hold: true);
        Assert.Equal("bac", Order);

        _table.Arrange(query, _metrics.Latest, hold: false);
        Assert.Equal("cab", Order);
    }

    [Fact]
    public void Arrange_StateFailed_ShowsOnlyThose()
    {
        _engine.Add("a", ContainerStatus.Exited, exit: new(0, 0, false));
        _engine.Add("b", ContainerStatus.Exited, exit: new(1, 0, false));
        _engine.Add("c", ContainerStatus.Exited, exit: new(137, 9, true));
        _table.Begin(_engine.List());
        _table.Arrange(TableQuery.Parse(null, "failed", null), null, hold: false);
        Assert.Equal("b", Order);
        Assert.Equal([("oom", 1), ("failed", 1), ("exited", 1)], _table.States());
    }

    [Fact]
    public void Selected_ContainerIsRemoved_IsNoLongerSelected()
    {
        var a = _engine.Add("a");
        _table.Begin(_engine.List());
        _table.Arrange(TableQuery.Plain, null, hold: false);
        _table.Select(a.Id, true);
        _table.Apply(new ContainerChange(a.Id, null));
        _table.Arrange(TableQuery.Plain, null, hold: false);
        Assert.Empty(_table.Selected);
    }

    [Fact]
    public void ToCsv_FieldWithQuoteAndComma_IsQuoted()
    {
        _table.Begin([_engine.Add("a") with { CommandLine = "echo \"x\",y" }]);
        _table.Arrange(TableQuery.Plain, null, hold: false);
        Assert.Contains(",\"echo \"\"x\"\",y\"\r\n", _table.ToCsv(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?q=web&state=running&sort=-cpu", "web", "running", "-cpu")]
    [InlineData("", null, null, null)]
    [InlineData("", "  ", "nonsense", "nonsense")]
    public void Parse_AddressParts_ComeBackTheSame(string address, string? q, string? state, string? sort) =>
        Assert.Equal("/containers" + address, TableQuery.Parse(q, state, sort).ToAddress("/containers"));
}
