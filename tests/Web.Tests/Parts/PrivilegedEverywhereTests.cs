using System.Collections.Immutable;
using AngleSharp.Dom;
using Brig.Engine.Alerts;
using Brig.Engine.Containers;
using Brig.Engine.History;
using Brig.Engine.Stacks;
using Brig.Engine.Volumes;
using Brig.Web.Components.Layout;
using Brig.Web.Components.Pages;
using Brig.Web.Components.Parts;
using Brig.Web.Components.Parts.Networks;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Parts;

/// <summary>One container without walls and one with, in all that a page can show of them: the mark is beside each name of the first and of no other.</summary>
public sealed class PrivilegedEverywhereTests : PageTest
{
    private readonly Container _free, _walled;

    public PrivilegedEverywhereTests()
    {
        var pod = Engine.Add("pod", spec: spec => spec with { Sandbox = new(SharePid: false), Networks = [] });
        string image = Images.List()[0].Digest;
        _free = Engine.Put(Engine.Add("free", spec: spec => spec with { Privileged = true, Pod = pod.Id.Value }) with { ImageDigest = image });
        _walled = Engine.Put(Engine.Add("walled", spec: spec => spec with { Pod = pod.Id.Value }) with { ImageDigest = image });
        var network = Networks.Add("front");
        Networks.Join(_free, network);
        Networks.Join(_walled, network);
        Volumes.Put(FakeVolumes.Of("data") with { UsedBy = [new(_free.Id.Value, "free", "/data", true, true), new(_walled.Id.Value, "walled", "/data", true, true)] });
        Stacks.Set(new("aaaaaaaaaaaa", "shop", null, ["compose.yaml"], [], 1, true,
            [new("web", "mine/web", 2, [], [new(_free.Id.Value, "free", 1, ContainerStatus.Running, null, []), new(_walled.Id.Value, "walled", 2, ContainerStatus.Running, null, [])])], FakeContainers.At));
        Stacks.Set(new("bbbbbbbbbbbb", "tame", null, ["compose.yaml"], [], 1, true, [new("web", "mine/web", 1, [], [new(_walled.Id.Value, "walled", 1, ContainerStatus.Running, null, [])])], FakeContainers.At));
        Sizing.All = [Sizing.All[0] with { Id = _free.Id, Name = "free" }, Sizing.All[0] with { Id = _walled.Id, Name = "walled" }];
        Alerts.Told.Add(Incident("i1", _free.Id.Value, "free"));
        Alerts.Told.Add(Incident("i2", _walled.Id.Value, "walled"));
        Metrics.Tick((_free, 0.5, 10), (_walled, 0.1, 5));
    }

    public static TheoryData<string> Pages => [.. s_pages.Keys];

    private static readonly Dictionary<string, Func<PrivilegedEverywhereTests, IRenderedComponent<IComponent>>> s_pages = new()
    {
        ["overview"] = test => test.Open<OverviewPage>(),
        ["containers"] = test => test.Open<ContainersPage>(),
        ["pods"] = test => test.Open<PodsPage>(),
        ["stack"] = test => test.Open<StackPage>(page => page.Add(x => x.Name, "shop")),
        ["network"] = test => test.Open<NetworkPage>(page => page.Add(x => x.Id, test.Networks.Get("front").Id)),
        ["picked in the map"] = test => test.Open<PickedContainer>(page => page.Add(x => x.Container, test._free).Add(x => x.Networks, test.Networks.List())),
        ["images"] = test => test.Open<ImagesPage>(),
        ["image"] = test => test.Open<ImagePage>(page => page.Add(x => x.Reference, "brig/busybox:latest")),
        ["volumes"] = test => test.Open<VolumesPage>(),
        ["volume"] = test => test.Open<VolumePage>(page => page.Add(x => x.Name, "data")),
        ["right size"] = test => test.Open<RightSizePage>(),
        ["alerts"] = test => test.Open<AlertsPage>(),
    };

    [Theory, MemberData(nameof(Pages))]
    public void Name_OfAPrivilegedContainer_IsMarkedAndNoOther(string page)
    {
        var names = s_pages[page](this).FindAll("a[href^='containers/']").Where(link => link.ClassName is not ("button" or "mark warn lowered")).ToArray();

        Assert.Contains(names, IsFree);
        Assert.All(names, name => Assert.Equal(IsFree(name), name.NextElementSibling?.ClassList.Contains("privileged") == true));
    }

    [Fact]
    public void Whole_WithAPrivilegedPart_IsMarked()
    {
        Assert.Equal(["shop"], Open<StacksPage>().FindAll("td.name:has(.privileged) a").Select(name => name.TextContent));
        Assert.Single(Open<StackPage>(page => page.Add(x => x.Name, "shop")).FindAll(".container-head .privileged"));
        Assert.Single(Open<NetworkRows>(page => page.Add(x => x.Networks, Networks.List()).Add(x => x.Containers, Engine.List())).FindAll("tbody .privileged"));
        Assert.Contains("\"mark\":\"privileged\"", MapModel.Of(Networks.List(), Engine.List()), StringComparison.Ordinal);
    }

    [Fact]
    public void Removed_ThatWasPrivileged_IsMarkedByWhatWasKept()
    {
        PostMortems.All.Add(FakePostMortems.Sample with { Id = "p1", Name = "gone", Privileged = true });
        LogSearch.Containers.Add(new(new("g1"), "gone", "image", ImmutableDictionary<string, string>.Empty, FakeContainers.At, RemovedAt: FakeContainers.At) { Privileged = true });
        History.All = [.. History.All, new HistorySource("g1", "gone", null, null, null, ImmutableDictionary<string, string>.Empty, null, 0, 1, 5) { Privileged = true }];
        Alerts.Told.Add(Incident("i3", "g1", "gone") with { Privileged = true });

        Assert.Equal(["gone"], Open<PostMortemsPage>().FindAll("td.name:has(.privileged) a").Select(name => name.TextContent));
        Assert.Single(Open<PostMortemPage>(page => page.Add(x => x.Id, "p1")).FindAll(".page-head .privileged"));
        Assert.Single(Open<RemovedLog>(page => page.Add(x => x.Source, LogSearch.Containers[0])).FindAll(".privileged"));
        Assert.Single(Open<HistoryPage>().FindAll(".picker .privileged"));
        Assert.Equal(2, Open<AlertsPage>().FindAll(".incidents .privileged").Count);
    }

    [Fact]
    public void Event_OfAPrivilegedContainer_IsMarkedOnce()
    {
        Events.Happen("start", _free.Id.Value, "free", attributes: ("privileged", "true"));
        Events.Happen("start", _walled.Id.Value, "walled");
        Events.Happen("connect", "n1", "front", "network", ("container", "free"), ("privileged", "true"));

        Assert.Equal(2, Open<EventsPage>().FindAll("tbody .privileged").Count);
        Assert.Equal(2, Open<OverviewPage>().FindAll(".events .privileged").Count);
    }

    [Fact]
    public void Choice_OfAPrivilegedContainer_SaysTheWord() =>
        Assert.Equal(["free (privileged)", "walled"], Open<NetworkTest>(page => page.Add(x => x.Containers, Engine.List())).FindAll("#test-from option").Skip(1).Select(option => option.TextContent));

    [Fact]
    public void Palette_PrivilegedContainer_IsMarked()
    {
        Assert.All(PaletteChoice.Find("free", Engine.List(), [], [], []), choice => Assert.True(choice.Privileged));
        Assert.All(PaletteChoice.Find("walled", Engine.List(), [], [], []), choice => Assert.False(choice.Privileged));
    }

    private static AlertIncident Incident(string id, string source, string name) => new(id, "r1", "errors", source, name, "It is so.", FakeContainers.At, null, null, 1, null, []);

    private bool IsFree(IElement link) => link.GetAttribute("href")!.StartsWith("containers/" + _free.Id, StringComparison.Ordinal);

    private IRenderedComponent<T> Open<T>(Action<ComponentParameterCollectionBuilder<T>>? with = null) where T : IComponent => Render<T>(with ?? (_ => { }));
}
