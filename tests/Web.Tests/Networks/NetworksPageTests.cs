using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Networks.Probing;
using Brig.Web.Components.Pages;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Networks;

public sealed class NetworksPageTests : PageTest
{
    private IRenderedComponent<NetworksPage> Open(string? at = null)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("networks" + (at is null ? "" : "?at=" + Uri.EscapeDataString(at)));
        return Render<NetworksPage>();
    }

    [Fact]
    public void Page_NothingYet_TeachesTheFirstStep()
    {
        var page = Open();
        page.Find(".empty button").Click();
        Assert.NotNull(page.Find(".network-form"));
    }

    /// <summary>Before the names, which a narrow page cuts off.</summary>
    [Fact]
    public void Row_OneOfItHasNoWalls_IsMarkedFirst()
    {
        var front = Networks.Add("front", "10.5.0.0/24");
        foreach (var one in (Container[])[Engine.Add("a"), Engine.Add("b", spec: spec => spec with { Privileged = true })])
        {
            Networks.Join(one, front);
        }

        var cell = Open().Find("table.networks tbody td:has(.privileged)");

        Assert.Matches(@"^2 ?privileged a, b$", string.Join(' ', cell.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Form_WhileTyping_SaysWhatIsWrongAndTheSameAsCommand()
    {
        Networks.Add("front", "10.5.0.0/24");
        var page = Open();
        page.FindAll(".page-head button")[1].Click();
        void Type(string field, string text) => page.Find("#" + field).Input(text);
        string Hint(string field) => page.Find($"#{field}-hint").TextContent;

        Type("n-name", "front");
        Assert.Contains("There is a network of that name", Hint("n-name"), StringComparison.Ordinal);
        Type("n-name", "a b");
        Assert.Contains("letter or digit", Hint("n-name"), StringComparison.Ordinal);
        Type("n-name", "back");
        Type("n-subnet", "10.5.0.128/25");
        Assert.Contains("overlaps with “front”", Hint("n-subnet"), StringComparison.Ordinal);
        Type("n-subnet", "10.6.0.0/16");
        Type("n-gateway", "10.7.0.1");
        Assert.Contains("not inside", Hint("n-gateway"), StringComparison.Ordinal);
        Type("n-gateway", "10.6.0.1");
        Type("n-mtu", "12");
        Assert.True(page.Find("form .primary").HasAttribute("disabled"));
        Type("n-mtu", "9000");
        page.FindAll(".choice input")[1].Change(true);
        var commands = page.FindAll(".network-form .command");
        Assert.Equal("docker network create --subnet 10.6.0.0/16 --gateway 10.6.0.1 --internal --opt com.docker.network.driver.mtu=9000 back", commands[0].TextContent);
        Assert.Contains("""{"name":"back","subnets":[{"subnet":"10.6.0.0/16","gateway":"10.6.0.1"}],"internal":true,"mtu":9000}""", commands[1].TextContent, StringComparison.Ordinal);

        page.Find(".network-form").Submit();
        Assert.Equal(("back", true, 9000, "10.6.0.0/16"), (Networks.Created!.Name, Networks.Created.Internal, Networks.Created.Mtu, Networks.Created.Subnets[0].Subnet));
        Assert.Empty(page.FindAll(".network-form"));
    }

    [Fact]
    public void Form_EngineRefuses_KeepsWhatWasTypedAndSaysWhy()
    {
        Networks.Failure = EngineException.Conflict("The pools are full.");
        var page = Open();
        page.Find(".empty button").Click();
        page.Find("#n-name").Input("back");
        page.Find(".network-form").Submit();
        Assert.Contains("The pools are full.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("back", page.Find("#n-name").GetAttribute("value"));
    }

    [Fact]
    public void Map_NetworksAndContainers_AreInItsModelAndInTheTable()
    {
        var front = Networks.Add("front", spec: s => s with { Internal = true });
        var web = Networks.Join(Engine.Add("web"), front);
        Engine.Put(web with { Ports = [new(null, 8080, 80, PortProtocol.Tcp, 1), new("127.0.0.1", 9000, 9000, PortProtocol.Udp, 10)] });
        Engine.Add("lonely");
        Engine.Add("bare", spec: s => s with { Namespaces = s.Namespaces with { Net = NamespaceSpec.Host } });
        var page = Open();
        using var model = JsonDocument.Parse(page.Find("brig-network-map").GetAttribute("model")!);
        Assert.Equal(["front", "This machine’s own network", "On no network"], model.RootElement.GetProperty("networks").EnumerateArray().Select(n => n.GetProperty("name").GetString()));
        Assert.True(model.RootElement.GetProperty("networks")[0].GetProperty("closed").GetBoolean());
        var card = model.RootElement.GetProperty("containers").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "web");
        Assert.Equal("10.5.0.2", card.GetProperty("plugs")[0].GetProperty("address").GetString());
        Assert.Equal(["8080 → 80", "9000-9009 → 9000-9009/udp"], card.GetProperty("ports").EnumerateArray().Select(p => p.GetProperty("short").GetString()));
        Assert.Equal([false, true], card.GetProperty("ports").EnumerateArray().Select(p => p.GetProperty("local").GetBoolean()));
        Assert.Contains("1 web", page.Find(".networks td:nth-child(4)").TextContent, StringComparison.Ordinal);
        Assert.Contains("10.5.0.0/24", page.Find(".networks").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Picked_Container_IsConnectedAndDisconnected()
    {
        var (front, back) = (Networks.Add("front"), Networks.Add("back", "10.6.0.0/24"));
        var web = Networks.Join(Engine.Add("web"), front);
        var page = Open("c:" + web.Id);
        Assert.Contains("10.5.0.2", page.Find(".picked").TextContent, StringComparison.Ordinal);
        page.Find(".connect select").Change(back.Id);
        page.Find(".connect input").Input("www, site");
        page.Find(".connect").Submit();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".plugs li").Count));
        Answer(true);
        page.FindAll(".plugs button")[0].Click();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".plugs li")));
        Assert.Equal(["connect web back www site", "disconnect web front"], Networks.Asked);
    }

    [Fact]
    public void Picked_Container_ItsPublishedPortsAreChangedAndAWrongLineIsNamed()
    {
        var front = Networks.Add("front");
        var web = Networks.Join(Engine.Add("web", spec: spec => spec with { Ports = [new(80) { HostPort = 8080 }] }), front);
        var page = Open("c:" + web.Id);
        Assert.Equal("8080:80", page.Find("#n-ports").GetAttribute("value"));
        Assert.True(page.Find(".ports-form button").HasAttribute("disabled"));
        page.Find("#n-ports").Input("8080:80\nhttp");
        Assert.Contains("\"http\" is no port", page.Find("#n-ports-hint").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find(".ports-form button").HasAttribute("disabled"));
        page.Find("#n-ports").Input("8080:80\n9090:90/udp");
        page.Find(".ports-form form").Submit();

        page.WaitForAssertion(() => Assert.Equal(["ports web 8080:80 9090:90"], Networks.Asked.Select(asked => asked.Replace(web.Id.Value, "web", StringComparison.Ordinal))));
    }

    [Fact]
    public void Picked_Network_OffersWhoIsNotOnIt()
    {
        var front = Networks.Add("front");
        Networks.Join(Engine.Add("web"), front);
        Engine.Add("db");
        Engine.Add("bare", spec: s => s with { Namespaces = s.Namespaces with { Net = NamespaceSpec.Host } });
        var page = Open("n:" + front.Id);
        Assert.Equal(["Choose a container", "db"], page.FindAll(".connect option").Select(o => o.TextContent));
        Networks.Failure = EngineException.Conflict("It is in use by web.");
        Answer(true);
        page.Find(".picked button.danger").Click();
        Assert.Contains("It is in use by web.", Assert.Single(Notes).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_TwoContainers_ShowsAnswersAndTimes()
    {
        var front = Networks.Add("front");
        foreach (var name in (string[])["web", "db"])
            Networks.Join(Engine.Add(name), front);
        Networks.Report = new("web", "db", new("db", ["10.5.0.3"], 0.21, null), [new("front", "10.5.0.3", 0.05, null, [new(5432, 0.1, null), new(80, null, "Refused: nobody listens there.")])]);
        var page = Open();
        page.Find("#test-from").Change("web");
        page.Find("#test-to").Change("db");
        page.Find(".test form").Submit();
        Assert.Equal(["test web db"], Networks.Asked);
        Assert.Equal(4, page.FindAll(".answers li").Count);
        Assert.Contains("10.5.0.3", page.FindAll(".answers li")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("0.21 ms", page.FindAll(".answers li")[0].TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.FindAll(".answers li")[3].QuerySelector(".failed"));
        page.Find(".test .pair > button").Click();
        Assert.Equal("db", page.Find("#test-from").GetAttribute("value"));
    }

    [Fact]
    public void NetworkPage_ItsContainers_WithAddressesAndTraffic()
    {
        var front = Networks.Add("front");
        Networks.Join(Engine.Add("web"), front, "www");
        var page = Render<NetworkPage>(p => p.Add(n => n.Id, front.Id));
        Assert.Equal("2.00 KiB", page.FindAll(".endpoints td.num")[0].TextContent);
        var row = page.Find(".endpoints tbody tr").TextContent;
        Assert.All((string[])["web", "10.5.0.2", "02:42:0a:05:00:02", "www"], part => Assert.Contains(part, row, StringComparison.Ordinal));
        Assert.Contains("10.5.0.1", page.Find(".facts").TextContent, StringComparison.Ordinal);
    }
}
