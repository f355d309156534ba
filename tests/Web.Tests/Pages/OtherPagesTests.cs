using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Web.Components.Pages;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Pages;

public sealed class OtherPagesTests : PageTest
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private string Address => Services.GetRequiredService<NavigationManager>().Uri;

    [Fact]
    public void Create_Submitted_MakesStartsAndOpensIt()
    {
        var page = Render<CreatePage>();
        page.Find("#c-name").Input("mine");
        page.Find("#c-command").Input("sleep 5");
        page.Find("form.create").Submit();
        Assert.Equal(["sleep", "5"], Engine.Created!.Command.ToArray());
        Assert.Contains("start mine", Engine.Asked);
        Assert.EndsWith("/containers/" + Engine.Get("mine").Id, Address, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NotLiveYet_NothingCanBeTypedThatWouldBeLost()
    {
        SetRendererInfo(new RendererInfo("Static", isInteractive: false));

        var page = Render<CreatePage>();

        Assert.All(page.FindAll("form.create :is(input, select, textarea, button)"), field => Assert.NotNull(field.Closest("fieldset[disabled]")));
        Assert.NotEmpty(page.FindAll("fieldset[disabled] #c-name"));
    }

    [Fact]
    public void Create_Live_EverythingCanBeTyped() => Assert.Empty(Render<CreatePage>().FindAll("fieldset[disabled]"));

    [Fact]
    public void Create_EngineRefuses_SentenceIsShownAndWhatWasTypedStays()
    {
        Engine.Failure = EngineException.Conflict("The name \"mine\" is in use.");
        var page = Render<CreatePage>();
        page.Find("#c-name").Input("mine");
        page.Find("form.create").Submit();
        Assert.Contains("in use", page.Find(".note.bad").TextContent, StringComparison.Ordinal);
        Assert.Equal("mine", page.Find("#c-name").GetAttribute("value"));
    }

    [Fact]
    public void Create_WrongField_SaysWhatItNeedsAndAsksNobody()
    {
        var page = Render<CreatePage>();
        page.Find("#c-env").Input("oops");
        page.Find("form.create").Submit();
        Assert.Contains("NAME=value", page.Find("#c-env-hint").TextContent, StringComparison.Ordinal);
        Assert.Empty(Engine.Asked);
    }

    [Fact]
    public void Create_Typing_CommandsFollow()
    {
        var page = Render<CreatePage>();
        page.Find("#l-memory").Input("64");
        Assert.Contains("-m 67108864", page.Find("pre.command").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_Privileged_Warns()
    {
        var page = Render<CreatePage>();
        Assert.Empty(page.FindAll(".note.warn"));
        page.FindAll(".choice input")[^1].Change(true);
        Assert.Single(page.FindAll(".note.warn"));
    }

    [Fact]
    public void Images_RemoveRefusedByThePerson_NothingIsRemoved()
    {
        Answer(false);
        Render<ImagesPage>().Find("td.tools button.danger").Click();
        Assert.Empty(Images.Removed);
    }

    [Fact]
    public void Images_RemoveConfirmed_RowIsGone()
    {
        Answer(true);
        var page = Render<ImagesPage>();
        page.Find("td.tools button.danger").Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("tr[data-row]")), Long);
        Assert.Equal(["brig/busybox:latest"], Images.Removed);
    }

    [Fact]
    public void Images_NameClicked_OpensItsConfiguration()
    {
        var page = Render<ImagesPage>();
        page.Find("td.name button").Click();
        Assert.Contains("PATH=/bin", page.Find("aside.side").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_KindInTheAddress_ShowsOnlyThatKindNewestFirst()
    {
        Events.Happen("start");
        Events.Happen("import", "sha256:a", "img", "image");
        Events.Happen("die", attributes: [("exitCode", "3"), ("signal", "0")]);
        Services.GetRequiredService<NavigationManager>().NavigateTo("/events?kind=container");
        var page = Render<EventsPage>();
        Assert.Equal(["ended with code 3", "started"], page.FindAll("tr[data-row] td:nth-child(3)").Select(t => t.TextContent.Trim()));
    }

    [Fact]
    public void Events_OneHappens_IsOnTop()
    {
        Events.Happen("start");
        var page = Render<EventsPage>();
        Events.Happen("pause");
        page.WaitForAssertion(() => Assert.Contains("was paused", page.Find("tr[data-row]").TextContent, StringComparison.Ordinal), Long);
    }

    [Fact]
    public void Overview_Containers_AreCountedByStateAndTheBusiestIsFirst()
    {
        var (a, b) = (Engine.Add("a"), Engine.Add("b"));
        Engine.Add("c", ContainerStatus.Paused);
        Metrics.Tick((a, 0.1, 10), (b, 0.7, 5));
        var page = Render<OverviewPage>();
        Assert.Equal(["/containers?state=running", "/containers?state=paused"], page.FindAll(".counts a").Select(x => x.GetAttribute("href")));
        Assert.Equal(["b", "a"], page.FindAll(".busy td.name").Select(t => t.TextContent.Trim()));
        page.FindAll(".busy .segments button")[1].Click();
        Assert.Equal(["a", "b"], page.FindAll(".busy td.name").Select(t => t.TextContent.Trim()));
    }

    [Fact]
    public void Create_ImageInTheAddress_IsFilledIn()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/create?image=mine%2Ftools");
        Assert.Equal("mine/tools", Render<CreatePage>().Find("#c-image").GetAttribute("value"));
    }
}
