using Brig.Engine.Images;
using Brig.Engine.Images.Contents;
using Brig.Web.Components.Pages;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Images;

public sealed class ImagePageTests : PageTest
{
    private NavigationManager Address => Services.GetRequiredService<NavigationManager>();

    private IRenderedComponent<ImagePage> Open(string reference, string query = "")
    {
        Address.NavigateTo($"/images/{reference}{query}");
        return Render<ImagePage>(p => p.Add(x => x.Reference, reference));
    }

    private Image Two() => Images.Set(Sample.Image("mine/app:1", 2) with
    {
        History = [new(null, "ADD root /", null, null, false), new(null, "/bin/sh -c #(nop) ENV A=1", null, null, true), new(null, "RUN make && make install", null, null, false)],
    });

    [Fact]
    public void Layers_OfTwo_TellInstructionSizeAndWhatTheyDid()
    {
        Two();
        Contents.Layers = [new(0, 10, 0, 0, 1024, 512), new(1, 1, 2, 3, 2048, 0)];
        var page = Open("mine/app:1");

        page.WaitForAssertion(() => Assert.Contains("+1 ~2 −3", page.Find("table.layers tbody tr:last-child .changes").TextContent, StringComparison.Ordinal));
        Assert.Equal(["ADD root /", "RUN make && make install"], page.FindAll("table.layers .instruction").Select(one => one.TextContent));
        Assert.Equal(2, page.FindAll(".layer-bar a").Count);
        Assert.EndsWith("?tab=files&layer=2", page.Find("table.layers tbody tr:last-child a.button").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("512 B lie in layers", page.Find("p.below").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Head_ImageInUse_LinksItsContainersAndItsNamesCanBePushed()
    {
        var image = Two();
        Engine.Put(Engine.Add("web") with { ImageDigest = image.Digest });
        var page = Open("mine/app:1");

        Assert.Equal("web", page.Find(".image-head a.name-tag").TextContent.Trim());
        page.Find(".image-head .name-tag button").Click();
        Assert.Equal(["push mine/app:1"], Registries.Begun);
    }

    [Fact]
    public void Head_NameAdded_IsThereAtOnce()
    {
        Two();
        var page = Open("mine/app:1");
        page.Find(".name-tag.add input").Input(" mine/app:latest ");
        page.Find(".name-tag.add").Submit();

        page.WaitForAssertion(() => Assert.Equal(["mine/app:1", "mine/app:latest"], page.FindAll(".image-head .name-tag > .mono").Select(one => one.TextContent)));
    }

    [Fact]
    public void Page_ImageRemovedMeanwhile_SaysSo()
    {
        var image = Two();
        var page = Open("mine/app:1");
        _ = Images.RemoveAsync(image.Digest);

        page.WaitForAssertion(() => Assert.Contains("There is no image", page.Find(".empty p").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_HostileNames_AreTextThatHarmsNobody()
    {
        Two();
        Contents.File("/etc/<script>alert(1)<script>", "x");
        Contents.File("/etc/a\u202egpj.exe\n", "x", layer: 1);
        var page = Open("mine/app:1", "?tab=files&path=/etc");

        page.WaitForAssertion(() => Assert.Equal(["..", "<script>alert(1)<script>", "a\ufffdgpj.exe\ufffd"], page.FindAll("table.files .name > :first-child").Select(name => name.TextContent.Trim())));
        Assert.Empty(page.FindAll("table.files script"));
        Assert.Contains("file=%2Fetc%2Fa%E2%80%AEgpj.exe%0A", page.FindAll("table.files .name a")[2].GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal(["1", "2"], page.FindAll("table.files .layer-mark").Select(mark => mark.TextContent));
    }

    [Fact]
    public void Files_OneLayer_AsksForItAndMarksWhatItRemoves()
    {
        Two();
        Contents.File("/gone", "", layer: 1, kind: ImageEntryKind.Removed);
        var page = Open("mine/app:1", "?tab=files&layer=2");

        page.WaitForAssertion(() => Assert.Equal("removed from below", page.Find("table.files tr.removed .mark").TextContent));
        Assert.Empty(page.FindAll("table.files tr.removed a"));
        Assert.Contains("list / 1", Contents.Asked);
    }

    [Fact]
    public void Files_NotThere_SaysWhyAndLeadsBack()
    {
        Two();
        var page = Open("mine/app:1", "?tab=files&path=/missing");
        page.WaitForAssertion(() => Assert.Contains("/missing", page.Find(".empty p").TextContent, StringComparison.Ordinal));
        Assert.EndsWith("?tab=files", page.Find(".empty a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_ManyInAFolder_AllCanBeScrolledTo()
    {
        Two();
        for (int i = 0; i < 1000; i++)
            Contents.File($"/f{i:d4}", "x");
        var page = Open("mine/app:1", "?tab=files");
        page.WaitForAssertion(() => Assert.Contains("1000 files", page.Find("p.below").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void File_Opened_ShowsItsTextNumberedAndCanBeDownloaded()
    {
        var image = Two();
        Contents.File("/etc/motd", "hello <b>\nworld\n", layer: 1);
        var page = Open("mine/app:1", "?tab=files&file=/etc/motd");

        page.WaitForAssertion(() => Assert.Equal("hello <b>\nworld\n", page.Find(".source pre.text").TextContent));
        Assert.Equal("1\n2", page.Find(".source pre.numbers").TextContent);
        Assert.Contains("0:33", page.Find(".file-facts").TextContent, StringComparison.Ordinal);
        Assert.Equal($"api/v1/images/-/file?reference={image.Digest.Replace(":", "%3A", StringComparison.Ordinal)}&path=%2Fetc%2Fmotd", page.Find("a[download]:not(.menu a)").GetAttribute("href"));
    }

    [Fact]
    public void Search_Asked_LinksWhatIsFound()
    {
        Two();
        Contents.Found = new([new("/etc", ImageEntryKind.Directory, 10, 0), new("/etc/x", ImageEntryKind.File, 10, 1)], 500, false);
        var page = Open("mine/app:1", "?tab=files&q=e");

        page.WaitForAssertion(() => Assert.Contains("The first 2 of 500", page.Find("[role=status]").TextContent, StringComparison.Ordinal));
        Assert.Equal(["images/mine/app:1?tab=files&path=%2Fetc", "images/mine/app:1?tab=files&file=%2Fetc%2Fx"], page.FindAll("table.found a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Size_Tiles_AreLinksAndTheTableSaysTheSame()
    {
        Two();
        Contents.Sizes = new("", "/", true, 1000, 3, 0, [new("usr", "/usr", true, 700, 2, 1, [new("bin", "/usr/bin", true, 600, 1, 1, [], 0)], 100), new("file", "/file", false, 200, 1, 0, [], 0)], 100);
        var page = Open("mine/app:1", "?tab=size");

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".treemap.wide > a.tile").Count));
        Assert.Equal("images/mine/app:1?tab=size&path=%2Fusr", page.Find(".treemap.wide > a.tile").GetAttribute("href"));
        Assert.Equal("/usr: 700 B, mostly from layer 2", page.Find(".treemap.wide > a.tile").GetAttribute("aria-label"));
        Assert.Equal(["usr", "file"], page.FindAll("table.sizes .name").Select(name => name.TextContent.Trim()));
        Assert.Contains("All smaller ones", page.Find("table.sizes tbody tr:last-child").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Packages_Filtered_ByKindAndWords()
    {
        Two();
        Contents.Packages.AddRange([
            new("deb", "libc6", "2.36", "amd64", null, "pkg:deb/debian/libc6@2.36", "/var/lib/dpkg/status") { Layer = 0 },
            new("npm", "left-pad", "1.3.0", null, "WTFPL", "pkg:npm/left-pad@1.3.0", "/app/package.json") { Layer = 1 },
        ]);
        var page = Open("mine/app:1", "?tab=packages&kind=npm");

        page.WaitForAssertion(() => Assert.Equal(["left-pad"], page.FindAll("table.packages td.name bdi").Select(name => name.TextContent)));
        Assert.Equal(["all 2", "Debian 1", "npm 1"], page.FindAll(".segments button").Select(button => button.TextContent));
        Assert.Equal(["spdx", "cyclonedx"], page.FindAll("a[href*=sbom]").Select(a => a.GetAttribute("href")!.Split("format=")[1]));
        page.Find("input[type=search]").Input("libc");
        Assert.Contains("q=libc", Address.Uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "CMD-SHELL", "curl -f localhost" }, "Every 5 s: curl -f localhost. It has 30 s to answer; after 2 failures in a row the container is unhealthy.")]
    [InlineData(new[] { "NONE" }, "Switched off.")]
    [InlineData(new string[0], "The image has none.")]
    public void Configuration_Healthcheck_IsASentence(string[] test, string sentence)
    {
        Images.Set(Two() with { Config = new ImageConfig { Healthcheck = new([.. test], TimeSpan.FromSeconds(5), Retries: 2) } });
        var page = Open("mine/app:1", "?tab=configuration");
        page.WaitForAssertion(() => Assert.Contains(sentence, page.Find(".configuration").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void History_StepsWithoutALayer_AreToldToo()
    {
        Two();
        Assert.Equal(["RUN make && make install", "ENV A=1", "ADD root /"], Open("mine/app:1", "?tab=history").FindAll("table.history .instruction").Select(one => one.TextContent));
    }
}
