using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Networks;
using Brig.Engine.Stacks;
using Brig.Engine.Stacks.Compose;
using Brig.Web.Components.Pages;
using Brig.Web.Components.Parts.Stacks;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Stacks;

public sealed class StackPageTests : PageTest
{
    private NavigationManager Address => Services.GetRequiredService<NavigationManager>();

    private static StackService Service(string name, int wanted = 1, HealthStatus? health = null, ContainerStatus status = ContainerStatus.Running, params string[] on) => new(
        name, "mine/" + name, wanted, [.. on.Select(other => new StackDependency(other, DependencyCondition.Healthy))],
        [.. Enumerable.Range(1, wanted).Select(i => new StackContainer($"{name}{i}", $"shop-{name}-{i}", i, status, health, [new("127.0.0.1", 8080, 80, default, 1)]))]);

    private Stack Shop(params StackService[] services) => Stacks.Set(new("aaaaaaaaaaaa", "shop", null, ["compose.yaml"], [], 2, true, [.. services], FakeContainers.At));

    private IRenderedComponent<StackPage> Open(string query = "")
    {
        Address.NavigateTo("stacks/shop" + query);
        return Render<StackPage>(p => p.Add(x => x.Name, "shop"));
    }

    [Fact]
    public void Services_OfTwo_AreDrawnByWhatTheyDependOnAndListed()
    {
        Shop(Service("web", 2, on: ["db"]), Service("db", health: HealthStatus.Unhealthy));
        var page = Open();

        Assert.Equal(["db: unhealthy, 1 of 1 running. Its log.", "web: running, 2 of 2 running. Its log."], page.FindAll(".service-graph a").Select(a => a.GetAttribute("aria-label")));
        Assert.Equal("web waits until db is healthy", page.Find(".edge title").TextContent);
        Assert.Equal("unhealthy", page.Find(".container-head .state").TextContent.Trim());
        Assert.Contains("127.0.0.1:8080→80", page.Find("table.services").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll("table.services tbody tr:first-child .containers-of a").Count);
    }

    [Fact]
    public void Services_OneHasSeveralPorts_AreToldApart()
    {
        var web = Service("web");
        Shop(web with { Containers = [web.Containers[0] with { Ports = [new("127.0.0.1", 8080, 80, default, 1), new(null, 53, 53, PortProtocol.Udp, 1)] }] });

        var cell = Open().Find("table.services td.ports");

        Assert.Equal("127.0.0.1:8080→80, 53→53/udp", string.Join(' ', cell.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal("127.0.0.1:8080→80, 53→53/udp", cell.GetAttribute("title"));
    }

    /// <summary>Its containers of then, and nothing that would act on those of now.</summary>
    [Fact]
    public void At_AMoment_ShowsTheContainersOfThen()
    {
        Shop(Service("web"));
        Engine.Add("shop-web-1", spec: spec => spec with { Labels = spec.Labels.Add("com.docker.compose.project", "shop").Add("com.docker.compose.service", "web") });
        History.All = [new("gone", "shop-web-0", "mine/web", "shop", "web", System.Collections.Immutable.ImmutableDictionary<string, string>.Empty, null, 0, long.MaxValue / 2, null)];
        long at = FakeContainers.At.AddMinutes(1).ToUnixTimeMilliseconds();
        Events.Happen("start", "gone", "shop-web-0");
        Events.Happen("die", "gone", "shop-web-0", "container", ("exitCode", "3"));

        var page = Open($"?at={at}");

        page.WaitForAssertion(() => Assert.Contains("exited (3)", page.Find("table.services").TextContent, StringComparison.Ordinal));
        Assert.Contains("shop-web-1", page.Find("table.services").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".verbs, .stepper"));
        Assert.Contains($"at={at}", page.Find(".tabs a[href*=logs]").GetAttribute("href"), StringComparison.Ordinal);
        page = Open($"?tab=logs&at={at}");
        Assert.Equal($"{at}", page.Find("brig-logs").GetAttribute("until"));
        Assert.Contains("only now", Open($"?tab=revisions&at={at}").Find(".note.warn").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Graph_DependenciesGoRound_StillDrawsAll() =>
        Assert.Equal(2, GraphLayout.Of([Service("a", on: ["b"]), Service("b", on: ["a"])]).Length);

    [Fact]
    public void Graph_Chain_EachIsRightOfWhatItNeeds() =>
        Assert.Equal([("db", 0), ("api", 1), ("web", 2)], GraphLayout.Of([Service("web", on: ["api", "db"]), Service("api", on: ["db"]), Service("db")]).Select(node => (node.Service.Name, node.Column)));

    [Fact]
    public void Scale_OneMore_IsAskedAtOnceNoneOnlyAfterAQuestion()
    {
        Shop(Service("web"));
        var page = Open();
        page.FindAll(".stepper button")[1].Click();
        Answer(yes: false);
        page.FindAll(".stepper button")[0].Click();

        Assert.Equal(["scale web 2"], Stacks.Asked);
    }

    [Theory]
    [InlineData(0, "down")]
    [InlineData(1, "down with volumes")]
    public void Down_Confirmed_SaysWhatIsLostAndDoesIt(int button, string asked)
    {
        Shop(Service("web"));
        string? question = null;
        Dialogs.OnOpen += (_, _, parameters, _) => question = string.Join(' ', parameters.Values);
        var page = Open();
        Answer(yes: true);
        page.FindAll(".menu .panel button")[button].Click();

        Assert.Equal([asked], Stacks.Asked);
    }

    [Fact]
    public void Busy_ATaskWorksOnIt_IsLinkedAndNothingElseCanBegin()
    {
        Stacks.Set(Shop(Service("web")) with { TaskId = "t7" });
        var page = Open();
        Assert.Equal("tasks/t7", page.Find(".who a.mark").GetAttribute("href"));
        Assert.All(page.FindAll(".verbs button, .stepper button"), button => Assert.True(button.HasAttribute("disabled")));
    }

    [Fact]
    public void Page_StackChanges_IsSeenWithoutAskingAgain()
    {
        Shop(Service("web"));
        var page = Open();
        Shop(Service("web", 3));
        page.WaitForAssertion(() => Assert.Equal("3", page.Find(".stepper b").TextContent));
    }

    [Fact]
    public void Editor_WrongLine_IsMarkedAfterAMomentAndCannotBeApplied()
    {
        Shop();
        var page = Open("?tab=editor");
        page.WaitForElement("#stack-file");
        page.Find("#stack-file").Input("services:\n  wrong");

        page.WaitForAssertion(() => Assert.Equal("--line:1", page.Find(".code-editor .strip").GetAttribute("style")));
        Assert.Contains("compose.yaml:2", page.Find(".findings").TextContent, StringComparison.Ordinal);
        Assert.All(page.FindAll(".tools-line > button"), button => Assert.True(button.HasAttribute("disabled")));
    }

    [Fact]
    public void Editor_FileOfVariables_ShowsSecretsOnlyWhenAsked()
    {
        Stacks.Texts[".env"] = "LEVEL=1\nDB_PASSWORD=abc\n";
        Shop();
        var page = Open("?tab=editor");
        page.WaitForElement("#stack-file");
        page.FindAll(".segments button").Single(button => button.TextContent.Trim() == ".env").Click();

        Assert.Equal("LEVEL=1\nDB_PASSWORD=••••••••\n", page.Find("pre.command").TextContent);
        Assert.DoesNotContain("abc", page.Markup, StringComparison.Ordinal);
        page.Find(".note button").Click();
        Assert.Contains("DB_PASSWORD=abc", page.Find("#stack-file").GetAttribute("value"), StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_ValuesThatSoundSecret_AreShownOnlyWhenAsked()
    {
        Stacks.Plan = new("shop", [new(PlanAction.Change, PlanSubject.Container, "shop-db-1", "What is asked for changed.", "db", 1)
        {
            Changes = [new("env.DB_PASSWORD", "old-one", "new-one"), new("env.LEVEL", "info", "debug"), new("env.URL", null, "postgres://me:pw1@db/x")],
        }], []);
        Shop();
        var page = Open("?tab=editor");
        page.WaitForElement("#stack-file");
        page.FindAll(".tools-line > button")[1].Click();

        page.WaitForElement(".changes-of");
        Assert.Contains("info", page.Find(".changes-of").TextContent, StringComparison.Ordinal);
        Assert.All(new[] { "old-one", "new-one", "pw1" }, secret => Assert.DoesNotContain(secret, page.Markup, StringComparison.Ordinal));
        page.Find(".plan .note button").Click();
        Assert.Equal(["old-one"], page.FindAll(".changes-of del").Take(1).Select(each => each.TextContent));
        Assert.Contains("postgres://me:pw1@db/x", page.Find(".changes-of").TextContent, StringComparison.Ordinal);
    }

    /// <summary>What Compose made: its files are not here, so nothing is offered that would need them.</summary>
    [Fact]
    public void Foreign_AProjectOfCompose_IsStartedAndStoppedAndNoMore()
    {
        Stacks.Set(new("shop", "shop", "/srv/shop", ["/srv/shop/compose.yaml"], [], 0, false, [Service("web", on: ["db"]), Service("db", health: HealthStatus.Healthy)], FakeContainers.At) { TaskId = "t7" });
        var page = Open("?tab=editor");

        Assert.Equal("made by Compose", page.FindAll(".container-head .mark")[0].TextContent);
        Assert.Equal("tasks/t7", page.Find(".who a.mark").GetAttribute("href"));
        Assert.Contains("/srv/shop", page.Find(".container-head p").TextContent, StringComparison.Ordinal);
        Assert.Equal(["stacks/shop", "stacks/shop?tab=metrics", "stacks/shop?tab=logs"], page.FindAll(".tabs a").Select(a => a.GetAttribute("href")));
        Assert.Equal("web waits until db is healthy", page.Find(".edge title").TextContent);
        Assert.Empty(page.FindAll(".stepper, #stack-file"));
        Assert.All(page.FindAll(".verbs > button, .verbs .panel button, table.services .tools button"), button => Assert.True(button.HasAttribute("disabled")));

        Stacks.Set(Stacks.Get("shop") with { TaskId = null });
        page.WaitForAssertion(() => Assert.False(page.Find("table.services .tools button").HasAttribute("disabled")));
        Assert.Equal(["Restart web", "Stop web"], page.FindAll("table.services tbody tr:first-child .tools button").Select(button => button.GetAttribute("aria-label")));
        page.Find("table.services tbody tr:first-child .tools button").Click();
        Assert.Equal(["restart web"], Stacks.Asked);
    }

    [Fact]
    public void Editor_Schema_CannotEndItsScript()
    {
        Shop();
        var page = Open("?tab=editor");
        page.WaitForElement("#stack-schema");
        Assert.DoesNotContain("</script>", page.Find("#stack-schema").InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public void Editor_PlannedAndApplied_SavesWhatWasChangedFirst()
    {
        Shop();
        Stacks.Plan = new("shop", [
            new(PlanAction.Change, PlanSubject.Container, "shop-web-1", "Its environment changes.", "web", 1) { Changes = [new("env.LEVEL", "1", "2")] },
            new(PlanAction.Keep, PlanSubject.Network, "shop_default", "It is as asked."),
        ], []);
        var page = Open("?tab=editor");
        page.WaitForElement("#stack-file");
        page.Find("#stack-file").Input("services: {}\n");
        page.FindAll(".tools-line > button")[1].Click();

        page.WaitForAssertion(() => Assert.Equal("Applying would: replace 1", page.Find(".plan h2").TextContent));
        Assert.Equal(("1", "2"), (page.Find(".changes-of del").TextContent, page.Find(".changes-of ins").TextContent));
        Assert.Contains("1 thing stays", page.Find(".plan").TextContent, StringComparison.Ordinal);
        page.Find(".plan button.primary").Click();
        Assert.Equal("services: {}\n", Stacks.Saved!.Texts["compose.yaml"]);
        Assert.Equal(["apply"], Stacks.Asked);
        Assert.EndsWith("stacks/shop", Address.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Logs_OfAllAndOfOneService_AreThoseContainers()
    {
        Shop(Service("web"), Service("db"));

        Assert.Equal("stack:shop", Open("?tab=logs").WaitForElement("brig-logs").GetAttribute("within"));
        Assert.Equal("service:shop/db", Open("?tab=logs&service=db").WaitForElement("brig-logs").GetAttribute("within"));
    }

    [Fact]
    public void Revisions_OldOne_ShowsWhatChangedSinceAndCanBeRolledBackTo()
    {
        Shop(Service("web"));
        Stacks.Past.AddRange([new(2, FakeContainers.At, "apply", RevisionState.Applied, [], Stacks.Plan, null), new(1, FakeContainers.At, "apply", RevisionState.Failed, [], Stacks.Plan, "The image is not there.")]);
        var page = Open("?tab=revisions&revision=1");

        Assert.Equal(["# 1", "# 2"], page.FindAll(".diff .removed code, .diff .added code").Select(code => code.TextContent));
        Assert.Contains("The image is not there.", page.Find("table.revisions").TextContent, StringComparison.Ordinal);
        Answer(yes: true);
        page.Find("table.revisions td.tools button").Click();
        Assert.Equal(["rollback 1"], Stacks.Asked);
    }
}
