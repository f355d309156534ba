using Brig.Engine.Containers;
using Brig.Engine.PostMortems;
using Brig.Web.Components.Pages;
using Brig.Web.Components.Parts;
using Brig.Web.Components.Parts.PostMortems;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.PostMortems;

public sealed class PostMortemPageTests : PageTest
{
    private static readonly PostMortem s_sample = FakePostMortems.Sample;

    [Fact]
    public void Page_OutOfMemory_VerdictVictimLimitAndLastLines()
    {
        var page = Render<PostMortemPage>(parameters => parameters.Add(p => p.Id, "d1e5"));

        Assert.Contains("Killed by the kernel: python3 took 63.5 MiB", page.Find(".cause .sentence").TextContent, StringComparison.Ordinal);
        Assert.Equal("python3", page.Find(".cause code").TextContent);
        Assert.Contains("pid 4242 on the machine, 1 inside", page.Find(".victim").TextContent, StringComparison.Ordinal);
        Assert.Equal(["eating", "<b>more</b>"], page.FindAll(".death div").Select(line => line.TextContent));
        Assert.Equal("err", page.FindAll(".death div")[1].ClassName);
        Assert.Equal(4, page.FindAll(".death-chart").Count);
        Assert.Equal("M", page.Find(".death-chart .line").GetAttribute("d")![..1]);
        Assert.NotNull(page.Find(".death-chart .limit"));
        Assert.Contains("64 MiB", page.Find(".mortem").TextContent, StringComparison.Ordinal);
        Assert.Equal("api/v1/post-mortems/d1e5/download", page.Find("a[download]").GetAttribute("href"));
        Assert.Contains("was removed", page.Find(".page-head").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_HostileNames_AreText()
    {
        var page = Render<PostMortemPage>(parameters => parameters.Add(p => p.Id, "d1e5"));

        Assert.Empty(page.FindAll("script"));
        Assert.Empty(page.FindAll(".death b"));
        Assert.Contains(page.FindAll(".at-death code"), name => name.TextContent == "<script>alert(1)</script>");
    }

    [Fact]
    public void Page_NotKept_SaysSo() =>
        Assert.Contains("not kept any more", Render<PostMortemPage>(parameters => parameters.Add(p => p.Id, "none")).Find(".empty").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Page_Streak_LeadsToTheOther()
    {
        PostMortems.All.Add(s_sample with { Id = "f2", Streak = new("f1", "f2", 57, s_sample.At) });

        var page = Render<PostMortemPage>(parameters => parameters.Add(p => p.Id, "f2"));

        Assert.Contains("57 times", page.Find(".note").TextContent, StringComparison.Ordinal);
        Assert.Equal("post-mortems/f1", page.Find(".note a").GetAttribute("href"));
    }

    [Fact]
    public void List_Filtered_OnlyWhatMatches()
    {
        PostMortems.All.Add(s_sample with { Id = "b2", Name = "other", Verdict = "It ended with code 3.", Kind = EndKind.Exited });

        Services.GetRequiredService<NavigationManager>().NavigateTo("post-mortems?q=code%203");
        var page = Render<PostMortemsPage>();

        Assert.Equal("post-mortems/b2", Assert.Single(page.FindAll("td.name a")).GetAttribute("href"));
    }

    [Fact]
    public void State_EndedBadly_LeadsToWhy()
    {
        var state = new ContainerState(ContainerStatus.Exited, Exit: new(1, 0, false), PostMortem: "d1e5");

        Assert.Equal("post-mortems/d1e5", Render<StateMark>(parameters => parameters.Add(p => p.State, state).Add(p => p.Linked, true)).Find("a.state").GetAttribute("href"));
        Assert.Empty(Render<StateMark>(parameters => parameters.Add(p => p.State, state)).FindAll("a"));
        Assert.Empty(Render<StateMark>(parameters => parameters.Add(p => p.State, state with { Status = ContainerStatus.Running }).Add(p => p.Linked, true)).FindAll("a"));
    }

    [Fact]
    public void Why_OfAContainer_VerdictAndLink()
    {
        var container = Engine.Add("eater") with { Id = s_sample.Container, State = new(ContainerStatus.Exited, Exit: new(137, 9, true), PostMortem: "d1e5") };

        var why = Render<WhyLink>(parameters => parameters.Add(p => p.Container, container));

        Assert.Contains("The limit is 64 MiB", why.Find(".why").TextContent, StringComparison.Ordinal);
        Assert.Equal("post-mortems/d1e5", why.Find(".why a").GetAttribute("href"));
        Assert.Empty(Render<WhyLink>(parameters => parameters.Add(p => p.Container, container with { State = container.State with { PostMortem = null } })).FindAll(".why"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.0)]
    public void Picture_NothingKnownOrAllZero_IsAllTheSameAPicture(double? value)
    {
        var minute = s_sample.Metrics! with { Series = s_sample.Metrics.Series.SetItem("memory", [.. Enumerable.Repeat(value, 30)]) };

        var picture = DeathPicture.Of(minute, "memory", "memLimit", s_sample.At, null);

        Assert.Equal(value is null ? 0 : 1, picture.Lines.Length);
        Assert.All(picture.Lines, line => Assert.DoesNotContain("NaN", line, StringComparison.Ordinal));
    }
}
