using Brig.Engine.Containers;
using Brig.Engine.Sizing;
using Brig.Web.Components.Pages;
using Brig.Web.Components.Parts.Sizing;
using Bunit;

namespace Brig.Web.Tests.Sizing;

public sealed class RightSizePageTests : PageTest
{
    [Fact]
    public void Page_Proposal_AppliedAndTakenBack()
    {
        var web = Engine.Add("web", spec: spec => spec with { Limits = new() { Memory = 1 << 30, Cpus = 2, Pids = 99 } });
        Sizing.All = [Sizing.All[0] with { Id = web.Id }];
        var page = Render<RightSizePage>();

        Assert.Contains("100 MiB", page.Find(".sizing").TextContent, StringComparison.Ordinal);
        Assert.Contains("memory ends first", page.Find(".sizing").TextContent, StringComparison.Ordinal);
        Assert.Contains("a quarter above", page.Find(".reasons").TextContent, StringComparison.Ordinal);
        page.Find("button[aria-label='Apply the proposal to web']").Click();
        page.WaitForAssertion(() => Assert.Equal(new Limits { Memory = 125 << 20, Cpus = 0.45, Pids = 99 }, Engine.Get("web").Spec.Limits));
        page.WaitForElement("button[aria-label='Give web its limits back']").Click();
        page.WaitForAssertion(() => Assert.Equal(new Limits { Memory = 1 << 30, Cpus = 2, Pids = 99 }, Engine.Get("web").Spec.Limits));
    }

    [Fact]
    public void Page_TooLittleHistory_SaysSoAndProposesNothing()
    {
        Sizing.All = [Sizing.All[0] with { Proposal = null, Measured = TimeSpan.FromMinutes(5) }];

        var page = Render<RightSizePage>();

        Assert.Contains("measured for 5 min, 3 h are needed", page.Find(".wants").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".sizing .tools button"));
    }

    [Theory]
    [InlineData(null, "big small")]
    [InlineData("name", "big small")]
    [InlineData("-name", "small big")]
    [InlineData("waste", "big small")]
    [InlineData("-waste", "small big")]
    [InlineData("memory", "small big")]
    [InlineData("nonsense", "big small")]
    public void Sort_EachWay_InThatOrder(string? asked, string expected)
    {
        var small = Sizing.All[0] with { Name = "small", Limits = new() { Memory = 200 << 20 }, Memory = new(1, 900 << 20, 1) };
        var big = Sizing.All[0] with { Name = "big" };

        Assert.Equal(expected, string.Join(' ', SizingSort.Of(asked).Sorted([small, big]).Select(one => one.Name)));
    }

    [Fact]
    public void Sort_HeadPressedTwice_TurnsAround()
    {
        Assert.Equal("memory", SizingSort.Of(null).Pressed("memory"));
        Assert.Equal("-memory", SizingSort.Of("memory").Pressed("memory"));
        Assert.Equal("memory", SizingSort.Of("-memory").Pressed("memory"));
    }
}
