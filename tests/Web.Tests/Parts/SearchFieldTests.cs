using Brig.Web.Components.Parts;
using Bunit;

namespace Brig.Web.Tests.Parts;

public sealed class SearchFieldTests : PageTest
{
    private IRenderedComponent<SearchField> Field(string? value) => Render<SearchField>(p => p.Add(x => x.Label, "Find").Add(x => x.Value, value));

    private static string? Shown(IRenderedComponent<SearchField> field) => field.Find("input").GetAttribute("value");

    [Fact]
    public void Value_AnEarlierLetterComesBackLate_TheLaterOnesStay()
    {
        var field = Field(null);
        field.Find("input").Input("w");
        field.Find("input").Input("we");
        field.Find("input").Input("web");
        field.Render(p => p.Add(x => x.Value, "w"));
        Assert.Equal("web", Shown(field));
        field.Render(p => p.Add(x => x.Value, "web"));
        Assert.Equal("web", Shown(field));
    }

    /// <summary>The page shows nothing for a space at the end; the next word begins with it all the same.</summary>
    [Fact]
    public void Value_ThePageTrims_TheSpaceStays()
    {
        var field = Field("web");
        field.Find("input").Input("web ");
        field.Render(p => p.Add(x => x.Value, "web"));
        Assert.Equal("web ", Shown(field));
    }

    [Fact]
    public void Value_SomebodyElseChangesIt_IsShown()
    {
        var field = Field("web");
        field.Find("input").Input("webs");
        field.Render(p => p.Add(x => x.Value, "webs"));
        field.Render(p => p.Add(x => x.Value, null));
        Assert.Equal("", Shown(field) ?? "");
        field.Render(p => p.Add(x => x.Value, "web"));
        Assert.Equal("web", Shown(field));
    }
}
