using Brig.Engine.Stacks;
using Brig.Web.Components.Pages;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Stacks;

public sealed class StacksPageTests : PageTest
{
    private NavigationManager Address => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void List_Nothing_TeachesTheFirstStep() => Assert.Equal("stacks/-/new", Render<StacksPage>().Find(".empty a").GetAttribute("href"));

    [Fact]
    public void List_OneComes_IsThereWithItsState()
    {
        var page = Render<StacksPage>();
        Stacks.Set(new("1", "shop", null, [], [], 0, false, [], FakeContainers.At) { Trouble = "It failed." });
        page.WaitForAssertion(() => Assert.Contains("made by Compose", page.Find("table.stacks").TextContent, StringComparison.Ordinal));
        Assert.Equal("It failed.", page.Find("table.stacks .mark.danger").GetAttribute("title"));
    }

    [Fact]
    public void New_FromATemplate_HasItsFilesAndIsMadeOfThem()
    {
        Address.NavigateTo("stacks/-/new?template=web");
        var page = Render<NewStackPage>();
        Assert.Equal("services:\n  front: {}\n", page.Find("#stack-file").GetAttribute("value"));
        page.Find("#stack-name").Input("mine");
        page.Find("form.new-stack").Submit();

        Assert.Equal(("mine", "A=1\n"), (Stacks.Requested!.Name, Stacks.Requested.Texts[".env"]));
        Assert.EndsWith("stacks/mine?tab=editor", Address.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void New_NameOfAProjectOfCompose_IsTakenOverOnlyWhenSaid()
    {
        Stacks.Set(new("shop", "shop", null, [], [], 0, false, [], FakeContainers.At));
        var page = Render<NewStackPage>();
        Assert.Contains("Another tool made a project shop here", page.Find(".note.warn").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("form.new-stack button[type=submit]").HasAttribute("disabled"));
        page.Find("#stack-name").Input("mine");
        Assert.Empty(page.FindAll(".note.warn"));

        page.Find("#stack-name").Input("shop");
        page.Find("#stack-take-over").Change(true);
        page.Find("form.new-stack").Submit();
        Assert.Equal(("shop", true), (Stacks.Requested!.Name, Stacks.Requested.TakeOver));
    }

    [Fact]
    public void New_FileOfVariables_ShowsSecretsOnlyWhenAsked()
    {
        Stacks.Variables = "DB_PASSWORD=abc\n";
        Address.NavigateTo("stacks/-/new?template=web");
        var page = Render<NewStackPage>();
        page.FindAll(".segments button").Single(button => button.TextContent.Trim() == ".env").Click();
        Assert.DoesNotContain("abc", page.Markup, StringComparison.Ordinal);
        page.FindAll(".note button").Single().Click();
        Assert.Contains("DB_PASSWORD=abc", page.Find("#stack-file").GetAttribute("value"), StringComparison.Ordinal);
    }

    [Fact]
    public void New_FromAFolder_SendsNoTexts()
    {
        var page = Render<NewStackPage>();
        page.Find("#stack-folder").Input("/srv/shop");
        Assert.Empty(page.FindAll("#stack-file"));
        page.Find("form.new-stack").Submit();
        Assert.Equal(("/srv/shop", 0), (Stacks.Requested!.Folder, Stacks.Requested.Texts.Count));
    }

    [Fact]
    public void New_NameTaken_SaysSoAndKeepsWhatWasTyped()
    {
        var page = Render<NewStackPage>();
        page.Find("#stack-name").Input("taken");
        page.Find("form.new-stack").Submit();
        Assert.Contains("already", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("taken", page.Find("#stack-name").GetAttribute("value"));
    }

    [Fact]
    public void New_WrongText_CannotBeMade()
    {
        var page = Render<NewStackPage>();
        page.Find("#stack-file").Input("wrong");
        page.WaitForAssertion(() => Assert.True(page.Find("form.new-stack button[type=submit]").HasAttribute("disabled")));
    }
}
