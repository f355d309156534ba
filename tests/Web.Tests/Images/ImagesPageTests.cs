using Brig.Web.Components.Pages;
using Brig.Web.Components.Parts.Images;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Images;

public sealed class ImagesPageTests : PageTest
{
    private IRenderedComponent<ImagesPage> Open(string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/images" + query);
        return Render<ImagesPage>();
    }

    [Fact]
    public void List_TwoThatShareALayer_TellsWhatIsTheirOwnAndWhoUsesThem()
    {
        var one = Images.Set(Sample.Image("mine/app:1", 2));
        Images.Set(Sample.Image("mine/app:2", 2, 'c', '0', 'x'));
        Engine.Put(Engine.Add("web") with { ImageDigest = one.Digest });
        var page = Open("?q=mine");

        var cells = page.FindAll("table.images tbody tr").Select(row => row.QuerySelectorAll("td")).ToArray();
        Assert.Equal(["mine/app:1", "mine/app:2"], cells.Select(row => row[0].TextContent.Trim()));
        Assert.Equal(("3.00 KiB", "2.00 KiB", "1.00 KiB"), (cells[0][2].TextContent, cells[0][3].TextContent, cells[0][4].TextContent));
        Assert.Equal("web", cells[0][6].TextContent.Trim());
        Assert.Equal("images/mine/app:1", page.Find("table.images .name a").GetAttribute("href"));
    }

    [Fact]
    public void List_ImageComes_IsThereWithoutAskingAgain()
    {
        var page = Open();
        Images.Set(Sample.Image("late/one:1", 1));
        page.WaitForAssertion(() => Assert.Contains("late/one:1", page.Find("table.images").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Prune_Opened_SaysWhatGoesAndWhatThatFrees()
    {
        Images.Set(Sample.Image(Sample.Digest('d'), 2, 'd', '0', 'y'));
        var used = Images.Set(Sample.Image(Sample.Digest('e'), 1, 'e', 'z'));
        Images.Set(Sample.Image("mine/app:1", 1));
        Engine.Put(Engine.Add("web") with { ImageDigest = used.Digest });
        var page = Open("?do=prune");

        Assert.Equal(["Without a name 2", "All that nobody uses 3"], page.FindAll(".prune .segments button").Select(button => button.TextContent));
        Assert.Contains("frees up to 2.00 KiB", page.Find(".prune p").TextContent, StringComparison.Ordinal);
        Answer(yes: true);
        page.Find(".prune").Submit();
        Assert.Equal(["prune dangling"], Images.Asked);
    }

    [Fact]
    public void Prune_PersonSaysNo_NothingIsAsked()
    {
        Images.Set(Sample.Image(Sample.Digest('d'), 1, 'd'));
        var page = Open("?do=prune");
        Answer(yes: false);
        page.Find(".prune").Submit();
        Assert.Empty(Images.Asked);
    }

    /// <summary>A pasted Dockerfile that installs packages is built as it stands; who wants no network says so.</summary>
    [Theory]
    [InlineData(null, null, "")]
    [InlineData(false, false, "network=none")]
    public void Build_Network_IsTheDefaultOneUnlessTakenAway(bool? chosen, bool? asked, string said)
    {
        var form = Render<BuildForm>();
        form.Find("#build-file").Input("FROM a");
        if (chosen is { } on)
        {
            form.Find("#build-network").Change(on);
        }

        Assert.Contains($"images/-/build?{said}'", form.Find(".command").TextContent, StringComparison.Ordinal);
        form.Find("form").Submit();
        Assert.Equal(asked, Builder.Asked!.Network);
    }

    [Fact]
    public void Build_WrongLine_IsMarkedInTheEditor()
    {
        var form = Render<BuildForm>();
        form.Find("#build-file").Input("FROM a\n\nRUNN x");
        form.Find("form").Submit();

        form.WaitForAssertion(() => Assert.Equal("--line:2", form.Find(".code-editor .strip").GetAttribute("style")));
        form.Find("#build-file").Input("FROM a");
        form.WaitForAssertion(() => Assert.Empty(form.FindAll(".code-editor .strip")));
    }

    [Fact]
    public void Build_WrongLineTyped_IsSaidAfterAMomentByItself()
    {
        var form = Render<BuildForm>();
        form.Find("#build-file").Input("FROM a\nRUNN x");
        form.WaitForAssertion(() => Assert.Equal("--line:1", form.Find(".code-editor .strip").GetAttribute("style")));
    }

    [Fact]
    public void Build_CameBackFromOneThatFailed_EverythingIsThereAndTheLineMarked()
    {
        var form = Render<BuildForm>();
        form.Find("#build-file").Input("FROM a\nRUN false");
        form.Find("#build-tag").Input("mine/a:1, mine/a:2");
        form.Find("form").Submit();
        Assert.Equal(["mine/a:1", "mine/a:2"], Builder.Asked!.Tags.ToArray());
        Tasks.Set(new("b1", "build", "", Brig.Engine.Tasks.EngineTaskState.Failed, FakeContainers.At, FakeContainers.At, [], null, "Dockerfile line 2: RUN false ended with 1.", 1));

        var again = Render<BuildForm>();

        Assert.Equal("FROM a\nRUN false", again.Find("#build-file").GetAttribute("value"));
        Assert.Equal("mine/a:1, mine/a:2", again.Find("#build-tag").GetAttribute("value"));
        Assert.Equal("--line:1", again.Find(".code-editor .strip").GetAttribute("style"));
    }

    [Fact]
    public void Build_WithAFolder_TheBrowserSendsItAndTellsHowItWent()
    {
        var form = Render<BuildForm>();
        form.FindAll(".segments button")[1].Click();
        Assert.Equal("folder", form.Find("form").GetAttribute("data-build"));
        form.Find("form").Submit();
        Assert.Null(Builder.Asked);

        form.Find("[data-failed]").Change("Dockerfile line 1: \"X\" is no instruction.");
        Assert.Equal("--line:0", form.Find(".code-editor .strip").GetAttribute("style"));
        form.Find("[data-begun]").Change("t9");
        Assert.EndsWith("/tasks/t9", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }
}
