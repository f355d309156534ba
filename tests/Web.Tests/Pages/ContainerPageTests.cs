using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Brig.Engine.Containers;
using Brig.Web.Components.Pages;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Pages;

public sealed class ContainerPageTests : PageTest
{
    private IRenderedComponent<ContainerPage> Open(Container c, string? tab = null) => Render<ContainerPage>(p => p.Add(x => x.Id, c.Id.Value).Add(x => x.Tab, tab));

    [Fact]
    public void Render_UnknownId_SaysSo() => Assert.NotNull(Render<ContainerPage>(p => p.Add(x => x.Id, "nobody")).Find(".empty"));

    [Fact]
    public void Overview_OutOfMemory_IsReadOnThePage()
    {
        var page = Open(Engine.Add("a", ContainerStatus.Exited, exit: new(137, 9, true)));
        Assert.Contains("out of memory", page.Find(".sentence").TextContent, StringComparison.Ordinal);
        Assert.Contains("Raise the memory limit", page.Find(".note.bad").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Overview_Events_ShowOnlyItsOwn()
    {
        var c = Engine.Add("a");
        Events.Happen("start", c.Id.Value, "a");
        Events.Happen("pause", "other", "b");
        var page = Open(c);
        Assert.Equal("started", Assert.Single(page.FindAll(".events .what")).TextContent.Trim());
    }

    [Fact]
    public void Overview_LastLines_HaveNoEscapeSequences()
    {
        Logs.Lines.Add((OutputStream.Stderr, "\e[31moh no\e[0m"));
        var page = Open(Engine.Add("a"));
        page.WaitForAssertion(() => Assert.Equal("oh no", page.Find(".last-lines .err").TextContent));
    }

    [Fact]
    public void Verb_StatePaused_OffersResumeAndNotPause()
    {
        var page = Open(Engine.Add("a", ContainerStatus.Paused));
        var verbs = page.FindAll(".verbs button").Select(b => b.TextContent.Trim());
        Assert.Equal(["Stop", "Resume", "Kill", "Remove"], verbs);
    }

    [Fact]
    public void Remove_Confirmed_GoesBackToTheList()
    {
        var page = Open(Engine.Add("a"));
        Answer(true);
        page.FindAll(".verbs button")[^1].Click();
        page.WaitForAssertion(() => Assert.EndsWith("/containers", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    /// <summary>What it was is told, and nothing is offered that would act on what it is.</summary>
    [Fact]
    public void At_MomentBeforeItsEnd_ShowsHowItWas()
    {
        var c = Engine.Add("a", ContainerStatus.Exited, exit: new(137, 9, true));
        Events.Happen("start", c.Id.Value, "a");
        Events.Happen("health_status", c.Id.Value, "a", "container", ("status", "unhealthy"));
        var die = Events.Happen("die", c.Id.Value, "a", "container", ("exitCode", "137"));
        Logs.Lines.Add((OutputStream.Stdout, "hello"));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"containers/{c.Id}?at={die.At.AddMilliseconds(-1).ToUnixTimeMilliseconds()}");
        var page = Open(c);
        page.WaitForAssertion(() => Assert.Equal("unhealthy", page.Find(".container-head .state").TextContent.Trim()));
        Assert.Empty(page.FindAll(".verbs button"));
        Assert.DoesNotContain("ended", page.Find(".events").TextContent, StringComparison.Ordinal);
        Assert.Equal(die.At.AddMilliseconds(-1), Logs.Until);
        Assert.Contains("?at=", page.Find(".tabs a[href*=logs]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rename_NewName_IsAskedForAndShown()
    {
        var page = Open(Engine.Add("a"));
        page.Find("[title=Rename]").Click();
        page.Find("#rename").Input("b");
        page.Find(".container-head form").Submit();
        page.WaitForAssertion(() => Assert.Equal("b", page.Find("h1").TextContent));
    }

    [Fact]
    public void Birth_FilterByActorAndText_ShowsThoseStepsInOrderOfTime()
    {
        Engine.Birth = new(Fakes.FakeContainers.At,
        [
            new(BirthActor.Child, "mount", "\"proc\"", "0", 20, 5, "mount -t proc proc /proc"),
            new(BirthActor.Engine, "mkdir", "\"/sys/fs/cgroup/x\"", "EEXIST", 0, 3, null),
            new(BirthActor.Child, "execve", "\"/bin/sh\"", "0", 30, 9, null),
        ]);
        var page = Open(Engine.Add("a"), "birth");
        Assert.Equal(["mkdir", "mount", "execve"], page.FindAll(".call").Select(c => c.TextContent.Split(' ')[0]));
        page.FindAll(".segments button")[^1].Click();
        page.Find("[data-search]").Input("proc");
        Assert.StartsWith("mount", Assert.Single(page.FindAll(".call")).TextContent, StringComparison.Ordinal);
        Assert.Equal("mount -t proc proc /proc", page.Find(".birth [data-copy]").GetAttribute("data-copy"));
    }

    [Fact]
    public void Processes_Top_IsATree()
    {
        Engine.Processes = [new(10, 1, 5, "root", "S", TimeSpan.FromSeconds(1), 1 << 20, 1, Fakes.FakeContainers.At, "init"), new(11, 7, 10, "root", "R", TimeSpan.Zero, 4096, 1, Fakes.FakeContainers.At, "sh")];
        var page = Open(Engine.Add("a"), "processes");
        page.WaitForAssertion(() => Assert.Equal(["1", "7"], page.FindAll("tbody td:first-child").Select(t => t.TextContent)));
    }

    [Fact]
    public void Inspect_Tree_IsCopiedWhole()
    {
        Engine.Inspected = new JsonObject { ["asked"] = new JsonObject { ["image"] = "x" } };
        var page = Open(Engine.Add("a"), "inspect");
        Assert.Contains("\"image\": \"x\"", page.Find("[data-copy*=asked]").GetAttribute("data-copy"), StringComparison.Ordinal);
        Assert.Equal("\"x\"", page.Find(".json .string").TextContent);
    }

    [Fact]
    public void Terminal_NotRunning_OffersToStartIt()
    {
        var page = Open(Engine.Add("a", ContainerStatus.Exited, exit: new(0, 0, false)), "terminal");
        page.Find(".empty button").Click();
        Assert.Equal(["start a"], Engine.Asked);
    }
}
