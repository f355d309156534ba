using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Web.Components.Parts.Tabs.Isolation;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Isolation;

public sealed class CellTests : PageTest
{
    private static readonly string[] Keys =
    [
        "user", "pid", "net", "mnt", "ipc", "uts", "cgroup", "time", "root", "paths", "capabilities", "noNewPrivileges", "seccomp", "devices", "pids", "memory", "cpu", "rlimits", "sysctls",
        "label", "oomScore", "network",
    ];

    private static readonly string[] Unasked = ["memory", "cpu", "time"];

    /// <summary>A container as everybody has it, with the walls that are given in place of those.</summary>
    private void Report(bool running = true, params WallReport[] others)
    {
        var walls = Keys.Select(key => others.FirstOrDefault(wall => wall.Key == key)
            ?? new WallReport(key, key == "label" ? WallState.Unavailable : Unasked.Contains(key) ? WallState.Down : WallState.Up, [], [], WallDifference.None, []));
        Isolation.Report = new(new("x"), "x", running, false, null, [.. walls], running ? [FakeIsolation.Process(effective: ["CHOWN"])] : [], new(false, [new(0, 1_879_048_192, 65_536)], []), [], [], [], null);
    }

    private static WallReport Wall(string key, WallState state, WallStrength strength = WallStrength.Default, string[]? more = null, string[]? with = null, WallFact[]? facts = null, int[]? steps = null) =>
        new(key, state, [.. with ?? []], [.. facts ?? []], new(strength, [.. more ?? []], []), [.. steps ?? []]);

    private IRenderedComponent<IsolationTab> Open(Container c, string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/containers/{c.Id}/isolation?{query}");
        return Render<IsolationTab>(p => p.Add(x => x.Container, c));
    }

    [Fact]
    public void Verdict_AllAsByDefault_SaysSo()
    {
        Report();
        Assert.Equal("All 18 walls are up, as by default. Up only on request: Clocks, Memory, CPU.", Open(Engine.Add("a")).Find(".verdict.good").TextContent.Trim());
    }

    [Fact]
    public void Verdict_SomeDiffer_NamesThemWeakerFirst()
    {
        Report(true, Wall("root", WallState.Up, WallStrength.Stronger), Wall("seccomp", WallState.Down, WallStrength.Weaker), Wall("net", WallState.Shared, WallStrength.Weaker, with: ["db"]));
        var tab = Open(Engine.Add("a"));
        Assert.Equal(["Network shared", "System calls down", "Root file system stricter"], tab.FindAll(".verdict.bad .difference").Select(d => d.TextContent));
        Assert.Contains("3 walls differ", tab.Find(".verdict").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Verdict_Privileged_IsSaidFirst()
    {
        Report(true, Wall("seccomp", WallState.Down, WallStrength.Weaker));
        Assert.StartsWith("Privileged.", Open(Engine.Add("a", spec: s => s with { Privileged = true })).Find(".verdict.bad").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Verdict_NotRunning_TellsOfTheNextStart()
    {
        Report(running: false);
        var tab = Open(Engine.Add("a", ContainerStatus.Exited));
        Assert.StartsWith("It does not run; its next start builds 18 walls", tab.Find(".verdict").TextContent.Trim(), StringComparison.Ordinal);
        Assert.NotEmpty(tab.FindAll(".cell.asked"));
    }

    [Fact]
    public void Picture_EachWall_IsALinkWithItsLook()
    {
        Report(true, Wall("net", WallState.Shared, WallStrength.Weaker, with: ["db"]), Wall("user", WallState.Down, WallStrength.Weaker, with: ["host"]), Wall("root", WallState.Up, WallStrength.Stronger), Wall("capabilities", WallState.Up, WallStrength.Weaker));
        var c = Engine.Add("a");
        var looks = Open(c).FindAll(".cell.wide a").ToDictionary(a => a.GetAttribute("href")!.Split("wall=")[1], a => a.ClassName!);
        Assert.Equal(16, looks.Count);
        Assert.Equal(["wall shared", "wall down", "wall open", "wall strict", "wall weak", "wall missing", "wall up", "wall up"],
            ((string[])["net", "user", "time", "root", "capabilities", "label", "seccomp", "limits"]).Select(key => looks[key]));
        Assert.Contains("Network: shared, with db (db)", Open(c).FindAll(".cell.wide a").Select(a => a.GetAttribute("aria-label")));
    }

    /// <summary>The neighbour's name stands outside, above a gap in the line.</summary>
    [Fact]
    public void Picture_Shared_HasADoor()
    {
        Report(true, Wall("net", WallState.Shared, with: ["db"]));
        var net = Open(Engine.Add("a")).Find(".cell.wide a.shared");
        Assert.Equal("db", net.QuerySelector(".neighbour")!.TextContent);
        Assert.Equal(2, net.QuerySelector(".line")!.GetAttribute("d")!.Count(c => c == 'M'));
    }

    [Fact]
    public void Detail_ChosenInTheAddress_ShowsBothSidesAndWhatBuiltIt()
    {
        Report(true, Wall("pid", WallState.Up, facts: [new("inode", "4026532180", "4026531836")], steps: [1]));
        Engine.Birth = new(FakeContainers.At, [new(BirthActor.Engine, "mkdir", "\"/x\"", "0", 0, 3, null), new(BirthActor.Shim, "clone3", "CLONE_NEWPID", "42", 5, 240, null)]);
        var detail = Open(Engine.Add("a"), "wall=pid").Find(".wall-detail");
        Assert.Equal("Processes", detail.QuerySelector("h2")!.TextContent);
        Assert.Equal(["4026532180", "4026531836"], detail.QuerySelectorAll("tr.differs td").Select(td => td.TextContent));
        Assert.Contains("clone3(CLONE_NEWPID) 240 µs", detail.QuerySelector(".calls")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Detail_NothingChosen_ShowsTheFirstThatIsDown()
    {
        Report(true, Wall("capabilities", WallState.Up, WallStrength.Weaker, more: ["SYS_ADMIN"]), Wall("seccomp", WallState.Down, WallStrength.Weaker));
        Assert.Equal("System calls", Open(Engine.Add("a")).Find(".wall-detail h2").TextContent);
    }

    [Fact]
    public void Detail_SeveralWallsInOneRing_EachHasItsFacts()
    {
        Report(true, Wall("memory", WallState.Up, WallStrength.Stronger, facts: [new("memory.max", "67108864", "67108864")]));
        var detail = Open(Engine.Add("a"), "wall=limits").Find(".wall-detail");
        Assert.Equal(5, detail.QuerySelectorAll("h3").Length);
        Assert.Contains("67108864", detail.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Detail_VeryManyNames_AreCutUntilAsked()
    {
        Report(true, Wall("seccomp", WallState.Down, WallStrength.Weaker, more: [.. Enumerable.Range(0, 50).Select(i => "call" + i)]));
        var tab = Open(Engine.Add("a"), "wall=seccomp");
        Assert.Equal(16, tab.FindAll(".wall-detail code").Count);
        tab.Find(".wall-detail button.link").Click();
        Assert.Equal(50, tab.FindAll(".wall-detail code").Count);
    }

    [Fact]
    public void Table_EveryWall_HasARow()
    {
        Report();
        Assert.Equal(Keys.Length, Open(Engine.Add("a")).FindAll(".walls-table tbody tr").Count);
    }

    /// <summary>No line of the drawing leaves it, and each ring lies within the one before.</summary>
    [Theory]
    [InlineData(640, 8)]
    [InlineData(350, 8)]
    [InlineData(350, 3)]
    public void Shape_Rings_LieWithinEachOther(double width, int rings)
    {
        var shape = new CellShape(width, rings, 8, 28, 8, 84);
        var boxes = Enumerable.Range(0, rings + 2).Select(shape.Ring).ToImmutableArray();
        Assert.All(boxes.Zip(boxes.Skip(1)), pair => Assert.True(
            pair.Second.X > pair.First.X && pair.Second.Y > pair.First.Y && pair.Second.Right < pair.First.Right && pair.Second.Bottom < pair.First.Bottom, $"{pair}"));
        Assert.True(boxes[^1].Width > 100 && boxes[^1].Height >= 84);
        Assert.True(boxes[0].X > 0 && boxes[0].Right < width && boxes[0].Bottom < shape.Height);
    }
}
