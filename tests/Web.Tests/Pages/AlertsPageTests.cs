using System.Collections.Immutable;
using Brig.Engine.Alerts;
using Brig.Web.Components.Pages;
using Brig.Web.Components.Parts.Alerts;
using Bunit;

namespace Brig.Web.Tests.Pages;

public sealed class AlertsPageTests : PageTest
{
    private static readonly DateTimeOffset Then = DateTimeOffset.UnixEpoch;

    [Fact]
    public void NoRules_TheFirstStepIsAButton()
    {
        var page = Render<AlertsPage>();
        Assert.Contains("No alerts yet", page.Markup, StringComparison.Ordinal);
        page.Find(".empty button").Click();
        Assert.NotEmpty(page.FindAll("#a-name"));
    }

    [Fact]
    public async Task Form_FilledIn_MakesTheRule()
    {
        Alerts.AllTargets.Add(new() { Name = "ops", Webhook = new("https://chat.example/secret") });
        var page = Render<AlertsPage>();
        await OnAsync(".page-head button", button => button.ClickAsync());
        await OnAsync("#a-name", field => field.InputAsync("cpu"));
        await OnAsync("#a-metric", field => field.ChangeAsync("cpuCores"));
        await OnAsync("#a-threshold", field => field.InputAsync("80"));
        await OnAsync("#a-for", field => field.InputAsync("1m"));
        await OnAsync("form.alert-form", form => form.SubmitAsync());
        var spec = Assert.Single(Alerts.All).Spec;
        Assert.Equal(("cpu", new MetricCondition("cpuCores", AlertSide.Above, 80, OfLimit: true), TimeSpan.FromMinutes(1)), (spec.Name, spec.Metric, spec.For));
        Assert.Equal("ops", Assert.Single(spec.Targets));

        // The form draws itself anew when its preview comes: found and used in one turn of the renderer's, or what was found is gone.
        Task OnAsync(string selector, Func<AngleSharp.Dom.IElement, Task> act) => page.InvokeAsync(() => act(page.Find(selector)));
    }

    [Fact]
    public void Form_NothingTyped_SaysWhatIsMissingAndMakesNothing()
    {
        var page = Render<AlertsPage>();
        page.Find(".page-head button").Click();
        page.Find("form.alert-form").Submit();
        Assert.Contains("Give it a name", page.Find("#a-name-hint").TextContent, StringComparison.Ordinal);
        Assert.Empty(Alerts.All);
    }

    [Fact]
    public void Form_PreviewFindsFirings_AreDrawnAndTold()
    {
        Alerts.Preview = new(Then, Then.AddHours(1), 1, [new("c", "web", Then.AddMinutes(15), Then.AddMinutes(30), 99)], null);
        var page = Render<AlertsPage>();
        page.Find(".page-head button").Click();
        page.WaitForAssertion(() => Assert.Contains("once in that time", page.Find(".preview header").TextContent, StringComparison.Ordinal));
        Assert.Equal("inset-inline-start:25%;inline-size:25%", page.Find(".preview .strip i").GetAttribute("style"));
    }

    [Fact]
    public void Firing_IsOnTopWithItsDeliveriesAndCanBeSilenced()
    {
        Alerts.All.Add(new("r1", new() { Name = "errors", Log = new("error") }, Then, null, [new("c1", "web", AlertStage.Firing, Then, 1)]));
        Alerts.Told.Add(new("i1", "r1", "errors", "c1", "web", "web wrote a line with \"error\": <script>", Then, null, null, 1, null, [new("ops", AlertPhase.Fired, DeliveryState.Failed, 5, Then, "example.org answered 500.")]));
        var page = Render<AlertsPage>();
        Assert.Contains("&lt;script&gt;", page.Find(".incidents").InnerHtml, StringComparison.Ordinal);
        Assert.Contains("Not sent to ops: example.org answered 500.", page.Find(".incidents").TextContent, StringComparison.Ordinal);
        Assert.Equal("containers/c1", page.Find(".incidents a").GetAttribute("href"));
        page.Find(".incidents button").Click();
        Assert.Equal(("r1", "web"), (Assert.Single(Alerts.AllSilences).Rule, Alerts.AllSilences[0].Container));
        Assert.Contains("silenced until", page.Find(".incidents").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".incidents button"));
        Assert.Contains("fires", page.Find(".alert-rules").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolved_WhileThePageIsOpen_MovesToWhatWasTold()
    {
        var firing = new AlertIncident("i1", "r1", "errors", "c1", "web", "It is so.", Then, null, null, 1, null, []);
        Alerts.Told.Add(firing);
        var page = Render<AlertsPage>();
        Alerts.Say(new(Incident: firing with { ResolvedAt = Then.AddMinutes(2), Ending = "It is well again." }));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("li.firing")));
        Assert.Contains(", for 2 min. It is well again.", page.Find(".incidents").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Target_Tested_TheOtherSidesAnswerIsShown()
    {
        Alerts.AllTargets.Add(new() { Name = "broken", Webhook = new("https://example.org/T0K3N") });
        var page = Render<AlertsPage>();
        Assert.DoesNotContain("T0K3N", page.Markup, StringComparison.Ordinal);
        page.FindAll(".plain-list button").First(button => button.TextContent.Contains("Send a test", StringComparison.Ordinal)).Click();
        Assert.Contains("example.org answered 500", page.Find(".plain-list .bad").TextContent, StringComparison.Ordinal);
    }

    public static TheoryData<AlertSpec> Specs => new()
    {
        new AlertSpec { Name = "a", Metric = new("workingSet", AlertSide.Above, 512 << 20), For = TimeSpan.FromSeconds(90), Scope = new() { Stacks = ["shop", "blog"] } },
        new AlertSpec { Name = "b", Metric = new("diskFree", AlertSide.Below, 10, OfLimit: true), Scope = new() { Machine = true }, CoolDown = TimeSpan.FromHours(1) },
        new AlertSpec { Name = "c", Event = new(AlertEvent.Restarted, 3) { Within = TimeSpan.FromMinutes(10) }, Scope = new() { Labels = ["tier=front"] }, Targets = ["x", "y"] },
        new AlertSpec { Name = "d", Log = new("^E", Regex: true, Count: 5) { Within = TimeSpan.FromSeconds(45) }, Scope = new() { Containers = ["web-*"] } },
        new AlertSpec { Name = "e", Event = new(AlertEvent.Unhealthy), For = TimeSpan.FromSeconds(5) },
    };

    [Theory]
    [MemberData(nameof(Specs))]
    public void Model_OfARule_IsTheSameRuleAgain(AlertSpec spec)
    {
        var model = new AlertModel(spec);
        Assert.True(model.IsRight);
        Assert.Equivalent(spec, model.ToSpec(), strict: true);
        Assert.NotEmpty(RuleWords.What(spec) + RuleWords.Who(spec.Scope));
    }
}
