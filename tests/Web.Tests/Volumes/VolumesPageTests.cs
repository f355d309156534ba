using Brig.Engine.Volumes;
using Brig.Web.Components.Pages;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Volumes;

public sealed class VolumesPageTests : PageTest
{
    [Fact]
    public void Page_NoVolumes_TeachesTheFirstStep()
    {
        var page = Render<VolumesPage>();
        page.Find(".empty button").Click();
        Assert.NotNull(page.Find("#v-name"));
    }

    [Fact]
    public void Page_Volumes_ShowsSizeUsersAndKind()
    {
        Volumes.Put(FakeVolumes.Of("data") with { Size = new(3 << 20, 2, FakeVolumes.Then), UsedBy = [new("id1", "web", "/data", true, true), new("id1", "web", "/again", false, true)] });
        Volumes.Put(FakeVolumes.Of("memory") with { Kind = VolumeKind.Tmpfs });
        Volumes.Put(FakeVolumes.Of("4f2a4f2a4f2a4f2a4f2a4f2a") with { Anonymous = true });
        var page = Render<VolumesPage>();

        var rows = page.FindAll("tbody tr");
        Assert.Contains("3.00 MiB", rows[0].TextContent);
        Assert.Equal("containers/id1", Assert.Single(rows[0].QuerySelectorAll("td a[href^=containers]")).GetAttribute("href"));
        Assert.Contains("in memory", rows[1].TextContent);
        Assert.Contains("…", rows[1].TextContent);
        Assert.Contains("anonymous", rows[2].TextContent);
        Assert.Contains("4f2a4f2a4f2a", rows[2].QuerySelector("a")!.TextContent);
    }

    [Fact]
    public void Page_VolumeComes_IsThereWithoutReloading()
    {
        var page = Render<VolumesPage>();
        Volumes.Put(FakeVolumes.Of("late"));
        page.WaitForAssertion(() => Assert.Contains("late", page.Find("tbody").TextContent));
    }

    [Fact]
    public void Remove_Confirmed_SaysWhatIsLostAndRemoves()
    {
        Volumes.Put(FakeVolumes.Of("data") with { Size = new(4096, 3, FakeVolumes.Then) });
        var page = Render<VolumesPage>();
        string? asked = null;
        Dialogs.OnOpen += (title, _, _, _) => asked = title;
        Answer(true);
        page.Find("tbody .danger").Click();
        page.WaitForAssertion(() => Assert.Equal(["remove data"], Volumes.Asked));
        Assert.Contains("data", asked);
    }

    [Fact]
    public void Remove_InUse_TellsByWhom()
    {
        Volumes.Put(FakeVolumes.Of("data") with { UsedBy = [new("1", "web", "/data", false, false)] });
        var page = Render<VolumesPage>();
        Answer(true);
        page.Find("tbody .danger").Click();
        page.WaitForAssertion(() => Assert.Contains("in use by container web", Assert.Single(Notes).Detail));
    }

    [Theory]
    [InlineData("Folder", "", "docker volume create --label app=shop data")]
    [InlineData("Tmpfs", "64m", "docker volume create --opt type=tmpfs --opt o=size=64m --opt device=tmpfs --label app=shop data")]
    public void New_Typed_IsMadeAndSaidInDockersWords(string kind, string size, string docker)
    {
        var page = Render<VolumesPage>();
        page.FindAll(".page-head button")[2].Click();
        page.Find("#v-name").Input("data");
        page.Find("#v-kind").Change(kind);
        if (size.Length > 0)
        {
            page.Find("#v-size").Input(size);
        }
        page.Find("#v-labels").Input("app=shop");
        Assert.Equal(docker, page.Find("pre.command").TextContent);
        page.Find("form.create-volume").Submit();
        page.WaitForAssertion(() => Assert.Equal("shop", Volumes.Get("data").Labels["app"]));
    }

    [Fact]
    public void New_NameThatCannotBe_IsSaidWhileTyping()
    {
        var page = Render<VolumesPage>();
        page.FindAll(".page-head button")[2].Click();
        page.Find("#v-name").Input("no blanks");
        Assert.Equal("true", page.Find("#v-name").GetAttribute("aria-invalid"));
        page.Find("form.create-volume").Submit();
        Assert.Empty(Volumes.Asked);
    }

    [Fact]
    public void Volume_Browsed_ShowsFilesAndTheTextOfOne()
    {
        Volumes.Put(FakeVolumes.Of("data"));
        Volumes.Files["data/conf/app"] = "a=1";
        Volumes.Files["data/conf/\u202eevil"] = "<script>alert(1)</script>";
        Services.GetRequiredService<NavigationManager>().NavigateTo("volumes/data?path=/conf&file=/conf/%E2%80%AEevil");
        var page = Render<VolumePage>(with => with.Add(p => p.Name, "data"));

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".file-list tbody tr").Count));
        Assert.DoesNotContain("\u202e", page.Find(".file-list").TextContent);
        page.WaitForAssertion(() => Assert.Equal("<script>alert(1)</script>", page.Find(".volume-text pre").TextContent));
        Assert.Empty(page.FindAll("script"));
        Assert.Equal("0:7", page.Find("td.mono").TextContent);
    }

    [Fact]
    public void Volume_Snapshot_IsTakenRestoredAndRemoved()
    {
        Volumes.Put(FakeVolumes.Of("data"));
        var page = Render<VolumePage>(with => with.Add(p => p.Name, "data"));
        page.Find("#v-snapshot").Change("before");
        page.Find(".snapshots form").Submit();
        page.WaitForAssertion(() => Assert.Contains("before", page.Find(".snapshots li").TextContent));
        page.Find(".snapshots li button").Click();
        Assert.Equal("data-before", page.Find("#v-copy").GetAttribute("value"));
        page.FindAll(".snapshots form")[^1].Submit();
        page.WaitForAssertion(() => Assert.Contains("create data-before", Volumes.Asked));
        Answer(true);
        page.Find(".snapshots li .danger").Click();
        page.WaitForAssertion(() => Assert.Empty(Volumes.Get("data").Snapshots));
    }

    [Fact]
    public void Volume_Gone_SaysSo() => Assert.Contains("There is no volume none", Render<VolumePage>(with => with.Add(p => p.Name, "none")).Find(".empty").TextContent);
}
