using System.Collections.Immutable;
using Brig.Engine.History;
using Brig.Web.Components.Pages;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Pages;

public sealed class HistoryPageTests : PageTest
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private IRenderedComponent<HistoryPage> Open(string query)
    {
        History.All = [.. History.All.Take(1), Source("id1", "web"), Source("id2", "old", removed: 5)];
        Navigation.NavigateTo("history" + query);
        return Render<HistoryPage>();
    }

    private static HistorySource Source(string id, string name, long? removed = null) => new(id, name, "brig/busybox", null, null, ImmutableDictionary<string, string>.Empty, null, 0, 1, removed);

    [Fact]
    public void Render_NothingAskedFor_ShowsWhatRuns() => Assert.Equal("id1", Open("").Find("brig-chart").GetAttribute("sources"));

    [Fact]
    public void Render_SourcesInTheAddress_AreDrawnWithTheirNames()
    {
        var chart = Open("?source=old&source=machine&metric=memory&sum=1").Find("brig-chart");
        Assert.Equal(("id2,machine", "old (removed),This machine", "memory", true), (chart.GetAttribute("sources"), chart.GetAttribute("names"), chart.GetAttribute("metric"), chart.HasAttribute("sum")));
    }

    [Fact]
    public void Picker_BoxChanged_IsInTheAddress()
    {
        var page = Open("?source=id1");
        page.FindAll(".picker label").Single(label => label.TextContent.Contains("old", StringComparison.Ordinal)).QuerySelector("input")!.Change(true);
        page.WaitForAssertion(() => Assert.EndsWith("history?source=id1&source=id2", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Picker_StackThatIsGone_SaysSoAndNotThatItIsEmpty()
    {
        History.All = [.. History.All.Take(1), Source("id1", "old-web-1", removed: 5) with { Stack = "old" }, Source("id2", "shop-web-1") with { Stack = "shop" }];
        Navigation.NavigateTo("history");
        var page = Render<HistoryPage>();
        Assert.Equal(["old removed", "shop 1 container"], page.FindAll(".choices-of label").Skip(1).Take(2).Select(label => string.Join(' ', label.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public void Picker_AllTakenAway_StaysEmpty()
    {
        var page = Open("?source=id1");
        page.Find(".picker label:has(input[checked]) input").Change(false);
        page.WaitForAssertion(() => Assert.NotNull(page.Find(".over-time .empty")));
    }

    [Fact]
    public void Render_NothingIsKeptNow_SaysWhy()
    {
        History.State = History.State with { Stopped = "The disk is full." };
        Assert.Contains("The disk is full.", Open("").Find(".note").TextContent, StringComparison.Ordinal);
    }
}
