using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Web.Components.Pages;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Pages;

public sealed class OtherPagesTests : PageTest
{
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
        Assert.Empty(page.FindAll(".note.bad"));
        page.FindAll(".isolation-form .choice input")[3].Change(true);
        Assert.Contains("whatever root can", page.Find(".isolation-form .note.bad").TextContent, StringComparison.Ordinal);
        Assert.Contains("--privileged", page.Find("pre.command").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.FindAll(".isolation-form .segments button")[2].GetAttribute("aria-pressed"));
    }

    [Fact]
    public void Create_Hardened_OneClickSetsEveryWallAndTheCommandFollows()
    {
        var page = Render<CreatePage>();
        page.FindAll(".isolation-form .segments button")[1].Click();
        page.Find("form.create").Submit();

        Assert.Contains("--read-only --cap-drop ALL --security-opt no-new-privileges", page.Find("pre.command").TextContent, StringComparison.Ordinal);
        Assert.Equal(("65534:65534", true), (Engine.Created!.User, Engine.Created.ReadOnlyRoot));
        Assert.Equal(["/tmp"], Engine.Created.Mounts.Select(mount => mount.Target));
    }

    [Fact]
    public void Create_CapabilityTicked_IsExplainedAndAdded()
    {
        var page = Render<CreatePage>();
        page.Find("details.more:has(.num)").TriggerEvent("ontoggle", EventArgs.Empty);
        var boxes = page.FindAll(".capabilities .choice");
        var admin = boxes.Single(box => box.TextContent.Trim().StartsWith("NET_ADMIN", StringComparison.Ordinal));

        Assert.Equal(41, boxes.Count);
        Assert.Contains("Change interfaces", admin.TextContent, StringComparison.Ordinal);
        admin.QuerySelector("input")!.Change(true);
        Assert.Equal("NET_ADMIN", page.Find("#c-add").GetAttribute("value"));
    }

    [Fact]
    public void Create_ProfileFromAFile_IsInTheField()
    {
        var page = Render<CreatePage>();
        page.Find("#c-seccomp").Change("Custom");
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("""{ "defaultAction": "SCMP_ACT_ALLOW" }""", "profile.json"));

        page.WaitForAssertion(() => Assert.Contains("SCMP_ACT_ALLOW", page.Find("#c-profile").GetAttribute("value"), StringComparison.Ordinal));
    }

    [Fact]
    public void Create_ProfileThatIsTooLong_SaysSo()
    {
        var page = Render<CreatePage>();
        page.Find("#c-seccomp").Change("Custom");
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText(new string('x', 300_000), "profile.json"));

        page.WaitForAssertion(() => Assert.Contains("longer than", page.Find("small.bad").TextContent, StringComparison.Ordinal));
    }

    /// <summary>What was there then, also what was removed since, and nothing of what came later.</summary>
    [Fact]
    public void Overview_AtAMoment_ShowsWhatWasThere()
    {
        var web = Engine.Add("web", ContainerStatus.Exited, exit: new(1, 0, false));
        Events.Happen("start", web.Id.Value, "web");
        Events.Happen("start", "gone", "old");
        var moment = Events.Happen("pause", "gone", "old");
        Events.Happen("die", web.Id.Value, "web", "container", ("exitCode", "1"));
        Events.Happen("remove", "gone", "old");
        Services.GetRequiredService<NavigationManager>().NavigateTo($"?at={moment.At.AddMilliseconds(1).ToUnixTimeMilliseconds()}");

        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.Equal(["old", "web"], page.FindAll(".busy td.name").Select(name => name.TextContent.Trim())));
        Assert.Equal(["running1", "paused1"], page.FindAll(".counts li").Select(one => string.Concat(one.TextContent.Where(char.IsLetterOrDigit))));
        Assert.Equal(3, page.FindAll(".events .what").Count);
        Assert.Contains($"?at=", page.Find(".busy td.name a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Privileged_Container_IsMarkedInTableOverviewAndEvents()
    {
        Events.Happen("start", attributes: ("privileged", "true"));
        Engine.Add("danger", spec: spec => spec with { Privileged = true });
        Assert.Single(Render<ContainersPage>().FindAll("td.name .mark.danger"));
        Assert.Contains("?q=privileged", Render<OverviewPage>().Find(".counts a:has(.mark.danger)").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Single(Render<OverviewPage>().FindAll(".events .mark.danger"));
        Assert.Single(Render<ContainerPage>(p => p.Add(x => x.Id, "danger")).FindAll(".container-head .mark.danger"));
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
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("tr[data-row]")));
        Assert.Equal(["sha256:" + new string('a', 64)], Images.Removed);
    }

    [Fact]
    public void Images_Name_LeadsToItsOwnPage() => Assert.Equal("images/brig/busybox:latest", Render<ImagesPage>().Find("td.name a").GetAttribute("href"));

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
        page.WaitForAssertion(() => Assert.Contains("was paused", page.Find("tr[data-row]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Overview_Containers_AreCountedByStateAndTheBusiestIsFirst()
    {
        var (a, b) = (Engine.Add("a"), Engine.Add("b"));
        Engine.Add("c", ContainerStatus.Paused);
        Metrics.Tick((a, 0.1, 10), (b, 0.7, 5));
        var page = Render<OverviewPage>();
        Assert.Equal(["containers?state=running", "containers?state=paused"], page.FindAll(".counts a").Select(x => x.GetAttribute("href")));
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
