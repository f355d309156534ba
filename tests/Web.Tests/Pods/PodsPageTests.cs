using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Web.Components.Pages;
using Brig.Web.Components.Parts;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Pods;

public sealed class PodsPageTests : PageTest
{
    [Fact]
    public void Page_NoPods_TeachesTheFirst()
    {
        var page = Render<PodsPage>();
        page.Find(".empty button").Click();

        Assert.NotNull(page.Find("form #p-name"));
    }

    [Fact]
    public void Page_OneOfTwoRuns_SaysSoWithMembersUseAndWhatTheyShare()
    {
        var pod = Add("shop", ContainerStatus.Running);
        Member(pod, "web", ContainerStatus.Running);
        Member(pod, "db", ContainerStatus.Exited);
        var page = Render<PodsPage>();

        Assert.Equal("shop", page.Find(".pod h2").TextContent);
        Assert.Equal("partly", page.Find(".pod > header .state.unhealthy").TextContent);
        Assert.Contains("1 of 2 containers run", page.Find(".pod .sentence").TextContent, StringComparison.Ordinal);
        Assert.Equal(["web", "db"], page.FindAll(".pod tr[data-row] .name").Select(name => name.TextContent));
        Assert.Equal(pod.Id.Value, page.Find(".pod .usage brig-value").GetAttribute("container"));
        Assert.Contains("localhost only · host name shop · IPC · processes", page.Find(".shares").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Start", "Stop", "Restart", "Add a container", "Remove"], page.FindAll(".pod .verbs > *").Select(verb => verb.TextContent.Trim()));
    }

    [Fact]
    public void Verbs_Clicked_AreThePods()
    {
        Member(Add("shop", ContainerStatus.Running), "web", ContainerStatus.Running);
        var page = Render<PodsPage>();
        Answer(true);
        foreach (string verb in (string[])["Stop", "Restart", "Remove"])
        {
            page.FindAll(".pod .verbs button").Single(button => button.TextContent.Trim() == verb).Click();
        }

        page.WaitForAssertion(() => Assert.Equal(["stop", "restart", "remove True"], Pods.Asked));
    }

    [Fact]
    public void Form_Filled_MakesThatPodAndShowsTheCommand()
    {
        var page = Render<PodsPage>();
        page.Find(".empty button").Click();
        page.Find("#p-name").Input("shop");
        page.Find("#p-ports").Input("8080:80 53:53/udp");
        page.Find("#l-memory").Input("64 MiB");
        page.FindAll("form .choice input")[0].Change(true);
        string commands = string.Concat(page.FindAll("form pre").Select(pre => pre.TextContent));
        page.Find("form.panel").Submit();

        Assert.Contains("podman pod create --name shop --share net,ipc,uts,pid -p 8080:80 -p 53:53/udp --memory 67108864", commands, StringComparison.Ordinal);
        Assert.Contains("""{"name":"shop","sharePid":true,"ports":[{"containerPort":80,"hostPort":8080},{"containerPort":53,"hostPort":53,"protocol":"udp"}],"limits":{"memory":67108864}}""", commands, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal(("shop", true, 2, 64L << 20), (Pods.Created!.Name, Pods.Created.SharePid, Pods.Created.Ports.Length, Pods.Created.Limits.Memory)));
    }

    [Fact]
    public void Form_WrongPortOrARefusal_IsSaid()
    {
        var page = Render<PodsPage>();
        page.Find(".empty button").Click();
        page.Find("#p-ports").Input("80:x");
        Assert.Contains("80:x", page.Find("#p-ports-hint").TextContent, StringComparison.Ordinal);
        page.Find("#p-ports").Input("");
        Pods.Failure = EngineException.Conflict("The name is taken.");
        page.Find("form.panel").Submit();

        page.WaitForAssertion(() => Assert.Equal("The name is taken.", page.Find(".note.bad").TextContent));
    }

    [Fact]
    public void Containers_PodsOwn_AreNotAmongThem()
    {
        var pod = Add("shop", ContainerStatus.Running);
        Member(pod, "web", ContainerStatus.Running);

        Assert.Equal(["web"], Render<ContainersPage>().FindAll("tr[data-row] .name").Select(name => name.TextContent));
        Services.GetRequiredService<NavigationManager>().NavigateTo("create?pod=shop");
        Assert.Equal("shop", Render<CreatePage>().Find("#c-pod").GetAttribute("value"));
    }

    [Fact]
    public void Container_InAPod_SaysInWhich()
    {
        var web = Member(Add("shop", ContainerStatus.Running), "web", ContainerStatus.Running);

        Assert.Equal("shop", Render<ContainerPage>(p => p.Add(x => x.Id, web.Id.Value)).Find(".container-head a[href='pods#pod-shop']").TextContent);
    }

    [Fact]
    public void Container_APodsOwn_HasNoVerbsButTheWayToThePod()
    {
        var page = Render<ContainerPage>(p => p.Add(x => x.Id, Add("shop", ContainerStatus.Running).Id.Value));

        Assert.Empty(page.FindAll(".container-head button:not([data-copy])"));
        Assert.Equal("pods#pod-shop", page.Find(".container-head .verbs a").GetAttribute("href"));
    }

    [Fact]
    public void Equivalent_InAPod_NamesIt()
    {
        var spec = new CreateModel { Image = "x", Pod = "shop" }.ToSpec();

        Assert.Contains("--network container:shop --ipc container:shop", Equivalent.Docker(spec), StringComparison.Ordinal);
        Assert.Equal("""{"image":"x","pod":"shop"}""", Equivalent.Json(spec).ToJsonString());
    }

    private Container Add(string name, ContainerStatus status) => Engine.Add(name, status, spec: spec => spec with { Sandbox = new(SharePid: true), Networks = [], Hostname = name });

    private Container Member(Container pod, string name, ContainerStatus status) => Engine.Add(name, status, exit: status == ContainerStatus.Exited ? new(1, 0, false) : null, spec: spec => spec with { Pod = pod.Id.Value });
}
