using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Web.Components.Parts.Tabs.Isolation;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Isolation;

public sealed class KernelViewTests : PageTest
{
    private IRenderedComponent<IsolationTab> Open(Container c, string query)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/containers/{c.Id}/isolation?{query}");
        return Render<IsolationTab>(p => p.Add(x => x.Container, c));
    }

    [Fact]
    public void Capabilities_SomeHeld_AreColumnsAndTheOthersFolded()
    {
        Isolation.Processes =
        [
            FakeIsolation.Process(effective: ["CHOWN"], permitted: ["CHOWN", "KILL"], bounding: ["CHOWN", "KILL", "NET_RAW"]),
            FakeIsolation.Process(7, "nginx", ambient: ["CHOWN"], effective: ["CHOWN"], innerUser: 33),
        ];
        var view = Open(Engine.Add("a"), "view=capabilities");
        Assert.Equal(["CHOWN", "KILL", "NET_RAW"], view.FindAll(".matrix .column").Select(c => c.TextContent));
        Assert.Equal(["hold effective", "hold permitted", "hold bounding", "hold ambient"], view.FindAll(".matrix .hold").Select(h => h.ClassName));
        Assert.Equal(CapabilitySet.All.Length - 3, view.FindAll(".folded dt").Count);
        Assert.Contains("owner", view.FindAll(".folded dd").Select(d => d.TextContent).Single(t => t.Contains("act as", StringComparison.OrdinalIgnoreCase)), StringComparison.Ordinal);
    }

    [Fact]
    public void Capabilities_NotRunning_SaysWhy()
    {
        Isolation.Failure = EngineException.Conflict("Container a does not run.");
        Assert.Contains("does not run", Open(Engine.Add("a", ContainerStatus.Exited), "view=capabilities").Find(".empty p").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Mounts_MaskedAndReadOnly_AreMarkedAndFiltered()
    {
        Isolation.Mounts =
        [
            FakeIsolation.Mount("/", "overlay", "overlay", options: ["rw", "relatime"]),
            FakeIsolation.Mount("/proc/kcore", "devtmpfs", "udev", "/null", options: ["ro", "nosuid"]),
            FakeIsolation.Mount("/proc/acpi", options: ["ro"]),
            FakeIsolation.Mount("/proc/sys", "proc", "proc", "/sys", options: ["ro", "nosuid", "nodev", "noexec"]),
        ];
        var c = Engine.Add("a");
        Assert.Equal(4, Open(c, "view=mounts").FindAll(".mounts tbody tr").Count);
        Assert.Equal(["/proc/kcore", "/proc/acpi"], Open(c, "view=mounts&only=masked").FindAll(".mounts tbody td:first-child").Select(t => t.TextContent));
        Assert.Equal(["/proc/sys"], Open(c, "view=mounts&only=readonly").FindAll(".mounts tbody td:first-child").Select(t => t.TextContent));
        Assert.Equal("nothing can be written.", Open(c, "view=mounts&q=ACPI").FindAll(".flags .mark")[1].GetAttribute("data-explain")!.Split(": ")[1]);
    }

    /// <summary>A container chooses these names.</summary>
    [Fact]
    public void Mounts_NameWithControls_IsShownHarmless()
    {
        Isolation.Mounts = [FakeIsolation.Mount("/a\u202e\u0007b<b>", options: ["rw"])];
        Assert.Equal("/a\ufffd\ufffdb<b>", Open(Engine.Add("a"), "view=mounts").Find(".mounts tbody td").TextContent);
    }

    [Fact]
    public void Users_Mapped_DrawsItsWindowBesideTheOthers()
    {
        var (a, b) = (Engine.Add("a"), Engine.Add("b"));
        Isolation.Ids = new(false, [new(0, 1_879_048_192, 65_536)], [new(0, 1_879_048_192, 65_536)]);
        Isolation.OtherIds[b.Id.Value] = new(false, [new(0, 1_879_113_728, 65_536)], []);
        Isolation.Processes = [FakeIsolation.Process(), FakeIsolation.Process(7, innerUser: 33)];
        var view = Open(a, "view=users");
        Assert.Contains("1879048192", view.Find(".verdict").TextContent, StringComparison.Ordinal);
        Assert.Equal(["inset-inline-start:0%;width:max(3px,50%)", "inset-inline-start:50%;width:max(3px,50%)"],
            view.FindAll(".axis")[1].QuerySelectorAll(".span").Select(s => s.GetAttribute("style")!).Order());
        Assert.Equal(["root → 1879048192", "33 → 1879048225"], view.FindAll(".seen-ids > span").Select(s => s.TextContent));
        Assert.Equal(2, view.FindAll(".axis .seen").Count);
    }

    [Fact]
    public void Users_TheMachines_IsSaidInRed() => Assert.Contains("root outside", Open(Engine.Add("a"), "view=users").Find(".verdict.bad").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Compare_AnotherChosen_TellsWhatIsShared()
    {
        var a = Engine.Add("a");
        Engine.Add("b");
        Isolation.Compared = [new("pid", 2, 3, 1), new("net", 4, 4, 1), new("time", 1, 1, 1)];
        Assert.Empty(Open(a, "view=compare").FindAll(".compare"));
        var view = Open(a, "view=compare&with=b");
        Assert.Contains("compare b", Isolation.Asked);
        Assert.Equal(["apart", "shared", "host"], view.FindAll(".compare tbody tr").Select(r => r.ClassName));
        Assert.Contains("They share 2 namespaces", view.Find(".verdict").TextContent, StringComparison.Ordinal);
        Assert.Contains("over localhost", view.Find(".compare .shared").TextContent, StringComparison.Ordinal);
    }
}
