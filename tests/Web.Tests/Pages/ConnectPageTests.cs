using System.Net;
using Brig.Engine;
using Brig.Web.Clients;
using Brig.Web.Components.Pages;
using Brig.Web.Options;
using Bunit;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Pages;

public sealed class ConnectPageTests : PageTest
{
    private IRenderedComponent<ConnectPage> Open(BrigOptions options)
    {
        Options = options;
        return Render<ConnectPage>();
    }

    [Fact]
    public void Page_Socket_IsTheLineToCopyForThisMachineAndOverSsh()
    {
        var page = Open(new() { DockerSocket = "/run/brig/docker.sock" });
        string[] lines = [.. page.FindAll(".to-copy .copy").Select(button => button.GetAttribute("data-copy")!)];
        Assert.Contains("export DOCKER_HOST=unix:///run/brig/docker.sock", lines);
        Assert.Contains("docker version", lines);
        Assert.Contains(lines, line => line.StartsWith("ssh -fnNT -L /tmp/brig.sock:/run/brig/docker.sock root@", StringComparison.Ordinal) && line.EndsWith("\nexport DOCKER_HOST=unix:///tmp/brig.sock", StringComparison.Ordinal));
        Assert.Contains("Only root may use it", page.Markup, StringComparison.Ordinal);
        Assert.Contains("BRIG_DOCKER_TCP=", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_NoSocket_SaysSo()
    {
        var page = Open(new());
        Assert.Empty(page.FindAll(".to-copy"));
        Assert.Contains("BRIG_SOCKET=none", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_GroupAndTcp_AreNamed()
    {
        var page = Open(new() { DockerSocket = "/s", SocketGroup = new SocketGroup("docker", 7), DockerTcp = new(new(IPAddress.Parse("10.0.0.5"), 2376), [], null!, []) });
        Assert.Contains("the members of the group docker", page.Markup, StringComparison.Ordinal);
        Assert.Contains(page.FindAll(".to-copy .copy"), button => button.GetAttribute("data-copy")!.StartsWith("export DOCKER_HOST=tcp://10.0.0.5:2376\nexport DOCKER_TLS_VERIFY=1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_ClientComesAndGoes_IsListedMeanwhile()
    {
        var clients = Services.GetRequiredService<DockerClients>();
        var page = Open(new() { DockerSocket = "/s" });
        Assert.Contains("Nobody.", page.Markup, StringComparison.Ordinal);
        var leave = new TaskCompletionSource();
        var connection = new DefaultConnectionContext("c1");
        var stay = clients.RunAsync(connection, _ => leave.Task);
        var http = new DefaultHttpContext();
        http.Connection.Id = "c1";
        http.Request.Headers.UserAgent = "Docker-Client/20.10 <b>";
        clients.Saw(http);
        page.WaitForAssertion(() => Assert.Equal("Docker-Client/20.10 <b>", page.Find(".connect td.name").TextContent));
        leave.SetResult();
        await stay;
        page.WaitForAssertion(() => Assert.Contains("Nobody.", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Support_OfTheDocument_ListsWhatIsMissing()
    {
        Assert.True(SupportTable.All.Length > 100);
        Assert.All(SupportTable.All, line => Assert.True(line.State is "yes" or "partly" or "no"));
        Assert.All(SupportTable.All.Where(line => line.State == "partly"), line => Assert.NotEmpty(line.Missing));
        var page = Open(new());
        Assert.Equal(SupportTable.All.Count(line => line.State != "yes"), page.FindAll("table.support tbody tr").Count);
    }
}
