using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Web.Components.Pages;
using Brig.Web.Components.Parts.Checks;
using Brig.Web.Tests.Fakes;
using Bunit;

namespace Brig.Web.Tests.Checks;

public sealed class HealthPanelTests : PageTest
{
    private static readonly HealthCheck Check = new(["/bin/sh", "-c", "test -e /ok"], TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20), null, 3, UnhealthyAction.Restart, FromImage: true);
    private static readonly HealthState Unhealthy = new(HealthStatus.Unhealthy, 4, FakeContainers.At);

    [Fact]
    public void Overview_NoCheck_NoPanel() => Assert.Empty(Open(Engine.Add("a")).FindAll(".panel.health"));

    [Fact]
    public void Overview_Unhealthy_MarkSentenceFindingAndWhatTheProbeWrote()
    {
        Health.Report = new(Check, Unhealthy, null, [Result(0, "fine\n"), Result(7, "no answer\n"), Result(null, "", timedOut: true)]);
        var page = Open(With(Unhealthy));

        Assert.Equal("unhealthy", page.Find(".container-head .state.unhealthy").TextContent);
        Assert.Contains("failed 4 times in a row", page.Find(".container-head .sentence").TextContent, StringComparison.Ordinal);
        Assert.Contains("health check failed 4 times", page.Find(".note.warn").TextContent, StringComparison.Ordinal);
        Assert.Equal("test -e /ok", page.Find(".panel.health code").TextContent);
        Assert.Contains("every 10 s · at most 2 s long · unhealthy after 3 failures in a row · failures do not count in the first 20 s · then restarted · the image’s check", page.Find(".panel.health .muted").TextContent, StringComparison.Ordinal);
        Assert.Equal(["took too long", "failed (7)", "passed"], page.FindAll(".probes summary .state").Select(mark => mark.TextContent));
        Assert.Equal(["It wrote nothing.", "no answer\n", "fine\n"], page.FindAll(".probes pre").Select(output => output.TextContent));
    }

    [Fact]
    public void RunNow_Clicked_ProbesAndShowsTheResult()
    {
        var state = new HealthState(HealthStatus.Healthy, 0, FakeContainers.At);
        Health.Report = new(Check, state, null, []);
        var page = Open(With(state));
        Assert.Contains("Not probed yet", page.Find(".probes").TextContent, StringComparison.Ordinal);
        page.Find(".panel.health header button").Click();

        page.WaitForAssertion(() => Assert.Equal("fine\n", page.Find(".probes pre").TextContent));
        Assert.Equal(1, Health.Probes);
        Assert.Equal("healthy", page.Find(".container-head .state.running").TextContent);
    }

    [Fact]
    public void RunNow_Paused_CannotBePressed()
    {
        Health.Report = new(Check, Unhealthy, null, []);
        var container = With(Unhealthy);
        var page = Open(Engine.Put(container with { State = container.State with { Status = ContainerStatus.Paused } }));

        Assert.True(page.Find(".panel.health header button").HasAttribute("disabled"));
    }

    [Fact]
    public void Table_Unhealthy_OrangeMarkAndAFilterOfItsOwn()
    {
        With(Unhealthy);
        Engine.Add("well");
        var page = Render<ContainersPage>();

        Assert.Equal("unhealthy", page.Find("tr[data-row] .state.unhealthy").TextContent);
        Assert.Contains(page.FindAll("button, a").Select(one => one.TextContent.Trim()), text => text.StartsWith("unhealthy", StringComparison.Ordinal) || text.EndsWith("unhealthy", StringComparison.Ordinal));
    }

    private IRenderedComponent<ContainerPage> Open(Container c) => Render<ContainerPage>(p => p.Add(x => x.Id, c.Id.Value));

    private Container With(HealthState health)
    {
        var container = Engine.Add("web");
        return Engine.Put(container with { State = container.State with { Health = health }, Version = 2 });
    }

    private static ProbeResult Result(int? code, string output, bool timedOut = false) => new(FakeContainers.At.AddSeconds(code ?? 99), FakeContainers.At.AddSeconds((code ?? 99) + 1), code, timedOut, output);
}
