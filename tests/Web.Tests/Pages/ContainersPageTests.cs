using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Web.Components.Pages;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Pages;

public sealed class ContainersPageTests : PageTest
{
    private NavigationManager Address => Services.GetRequiredService<NavigationManager>();

    private static string[] Names(IRenderedComponent<ContainersPage> page) => [.. page.FindAll("td.name a").Select(a => a.TextContent)];

    [Fact]
    public void Render_NoContainers_OffersAFirstOne()
    {
        var page = Render<ContainersPage>();
        page.Find(".empty button.primary").Click();
        Assert.Equal("brig/busybox", Engine.Created!.Image);
        Assert.Contains("start brave-anchor", Engine.Asked);
        Assert.Contains("/containers/", Address.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_ContainerAppearsChangesAndGoes_RowsFollow()
    {
        Engine.Add("alpha");
        var page = Render<ContainersPage>();
        Assert.Equal(["alpha"], Names(page));

        var beta = Engine.Add("beta", ContainerStatus.Created);
        page.WaitForAssertion(() => Assert.Equal(["alpha", "beta"], Names(page)));

        Engine.Put(beta with { State = beta.State with { Status = ContainerStatus.Paused }, Version = 2 });
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tr .state.paused")));

        Engine.Take(beta.Id);
        page.WaitForAssertion(() => Assert.Equal(["alpha"], Names(page)));
    }

    [Fact]
    public void Follow_FeedEndsBecauseItLagged_IsFollowedAnew()
    {
        Engine.Add("alpha");
        var page = Render<ContainersPage>();
        Engine.Changes.EndAll();
        page.WaitForState(() => Engine.Changes.Followers == 1);
        Engine.Add("beta");
        page.WaitForAssertion(() => Assert.Equal(["alpha", "beta"], Names(page)));
    }

    [Fact]
    public async Task Dispose_ViewerLeaves_NobodyFollows()
    {
        Engine.Add("alpha");
        Render<ContainersPage>();
        Assert.Equal(1, Engine.Changes.Followers);
        await DisposeComponentsAsync();
        Assert.Equal(0, Engine.Changes.Followers);
    }

    [Fact]
    public void Filter_TextTyped_IsInTheAddressAndRowsMatch()
    {
        Engine.Add("web-1");
        Engine.Add("db-1");
        var page = Render<ContainersPage>();
        page.Find(".filter input").Input("web");
        Assert.EndsWith("/containers?q=web", Address.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal(["web-1"], Names(page)));
    }

    [Fact]
    public void Sort_HeadClickedTwice_TurnsAround()
    {
        Engine.Add("a");
        Engine.Add("b");
        var page = Render<ContainersPage>();
        page.Find("th.w-name button").Click();
        Assert.EndsWith("?sort=-name", Address.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal(["b", "a"], Names(page)));
        Assert.Equal("descending", page.Find("th.w-name").GetAttribute("aria-sort"));
    }

    [Fact]
    public void Selection_StopPressed_StopsAllSelectedAndNobodyElse()
    {
        Engine.Add("a");
        Engine.Add("b");
        Engine.Add("c");
        var page = Render<ContainersPage>();
        page.FindAll("td.check input")[0].Change(true);
        page.FindAll("td.check input")[2].Change(true);
        page.FindAll(".with-chosen button").First(b => b.TextContent.Contains("Stop", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Equal(["stop a", "stop c"], Engine.Asked.Order()));
    }

    [Theory]
    [InlineData(true, "remove a")]
    [InlineData(false, null)]
    public void Selection_RemovePressed_AsksOnceFirst(bool yes, string? done)
    {
        Engine.Add("a");
        var page = Render<ContainersPage>();
        Answer(yes);
        page.Find("td.check input").Change(true);
        page.FindAll(".with-chosen button.danger")[^1].Click();
        page.WaitForAssertion(() => Assert.Equal(done is null ? [] : [done], Engine.Asked.Where(a => a.StartsWith("remove", StringComparison.Ordinal))));
    }

    [Fact]
    public void Verb_EngineRefuses_ItsSentenceIsShown()
    {
        Engine.Add("a");
        Engine.Failure = EngineException.Conflict("It is being removed.");
        var page = Render<ContainersPage>();
        page.Find("td.tools button").Click();
        Assert.Equal("It is being removed.", Assert.Single(Notes).Detail);
    }
}
