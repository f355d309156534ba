using Brig.Engine.Images.Contents;
using Brig.Web.Components.Pages;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Images;

public sealed class ImageComparePageTests : PageTest
{
    private IRenderedComponent<ImageComparePage> Open(string query)
    {
        Images.Set(Sample.Image("mine/app:1", 2));
        Images.Set(Sample.Image("mine/app:2", 3, 'c'));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/images/-/compare" + query);
        return Render<ImageComparePage>();
    }

    [Fact]
    public void Opened_WithOneImage_TakesTheOtherOfItsNameFirst()
    {
        Contents.Comparison = new([new("npm", "left-pad", ["1.3.0"], ["1.4.0"])], [new("/app/x", FileChangeKind.Changed, "content, mode", 5, 9)], 0, 0, 1, 2, ["- env A=1", "+ env A=2"]);
        var page = Open("?after=mine/app:2");

        page.WaitForAssertion(() => Assert.Equal("left-pad", page.Find("table.packages .name").TextContent));
        Assert.Equal(["compare bbbb cccc"], Contents.Asked);
        Assert.Equal(["Packages 1", "Files 1", "Configuration 2"], page.FindAll("nav.tabs a").Select(a => a.TextContent));
        Assert.Contains("2 layers in common, of 2 before and 3 after. The size changes by +3.00 KiB.", page.Find(".verdict").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_Changed_TellWhatAndLinkTheirLines()
    {
        Contents.Comparison = new([], [new("/app/x", FileChangeKind.Changed, "content, mode", 5, 9), new("/old", FileChangeKind.Removed, "", 4, 0)], 0, 1, 1, 2, []);
        var page = Open("?before=mine/app:1&after=mine/app:2");

        page.WaitForAssertion(() => Assert.Equal(["+4 B", "−4 B"], page.FindAll("table.files td:last-child").Select(cell => cell.TextContent)));
        Assert.Equal("content, mode", page.Find("table.files td.c2").TextContent);
        Assert.Contains("file=%2Fapp%2Fx", page.Find("table.files a").GetAttribute("href"), StringComparison.Ordinal);
        page.FindAll(".segments button")[3].Click();
        Assert.Equal(["/old"], page.FindAll("table.files a").Select(a => a.TextContent));
    }

    [Fact]
    public void File_Changed_ShowsItsLines()
    {
        Contents.Files[$"{Sample.Digest('b')} /x"] = "same\nold\n"u8.ToArray();
        Contents.Files[$"{Sample.Digest('c')} /x"] = "same\nnew <i>\n"u8.ToArray();
        var page = Open("?before=mine/app:1&after=mine/app:2&file=/x");

        page.WaitForAssertion(() => Assert.Equal(["same", "old", "new <i>"], page.FindAll(".diff code").Select(code => code.TextContent)));
        Assert.Equal(["old"], page.FindAll(".diff .removed code").Select(code => code.TextContent));
    }

    [Fact]
    public void Opened_OneIsGone_SaysSo() =>
        Assert.Contains("There is no image \"mine/app:9\"", Open("?before=mine/app:9&after=mine/app:2").Find(".empty p").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Same_Nothing_IsSaidInWords()
    {
        var page = Open("?before=mine/app:1&after=mine/app:2");
        page.WaitForAssertion(() => Assert.Contains("They are the same", page.Find(".verdict").TextContent, StringComparison.Ordinal));
    }
}
