using System.Diagnostics;
using System.Net.Http.Json;

namespace Brig.Browser.Tests.Networks;

/// <summary>The page of networks, by hand, on a machine whose network is the test's own.</summary>
public sealed class NetworksTests(ConnectionTests.Browser browser) : IClassFixture<ConnectionTests.Browser>
{
    [Fact]
    public async Task Networks_MadeTestedAndLeftInTheBrowser_AsTheKernelSeesThem()
    {
        using var machine = Process.Start(new ProcessStartInfo("unshare", ["-n", "sleep", "1000"]))!;
        try
        {
            await Wait.Until(() => new FileInfo($"/proc/{machine.Id}/ns/net").LinkTarget is { } net && net != new FileInfo("/proc/self/ns/net").LinkTarget, "a network namespace");
            await using var brig = await BrigProcess.StartAsync(("BRIG_HOST_NETWORK", $"/proc/{machine.Id}/ns/net"));
            await using var tab = await browser.Chromium.OpenAsync(brig, 1440, 900, ColorScheme.Dark);
            try
            {
                await MakeAsync(tab);
                await RunAsync(brig, "web", "nc -ll -p 80 -e echo web");
                await RunAsync(brig, "db", "sleep 1000");
                await SeeAsync(tab);
                await TestAsync(tab);
                await DisconnectAsync(tab);
            }
            catch
            {
                await tab.KeepAsync("networks");
                throw;
            }
            await tab.NoComplaints("networks");
            foreach (string name in (string[])["web", "db"])
            {
                await brig.Http.DeleteAsync($"/api/v1/containers/{name}?force=true");
            }
            Assert.True((await brig.Http.DeleteAsync("/api/v1/networks/front")).IsSuccessStatusCode);
        }
        finally
        {
            machine.Kill();
        }
    }

    private static async Task MakeAsync(Dashboard tab)
    {
        await tab.GoAsync("/networks");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create a network" }).First.ClickAsync();
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("front");
        await tab.Page.GetByLabel("Subnet", new() { Exact = true }).FillAsync("10.99.0.0/33");
        await Expect(tab.Page.Locator("#n-subnet-hint")).ToContainTextAsync("zeros after the prefix");
        await tab.Page.GetByLabel("Subnet", new() { Exact = true }).FillAsync("10.99.0.0/24");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create the network" }).ClickAsync();
        await Expect(tab.Page.Locator(".picked")).ToContainTextAsync("10.99.0.1");
        await Expect(tab.Page.Locator("brig-network-map .network .title")).ToContainTextAsync("front");
    }

    private static async Task SeeAsync(Dashboard tab)
    {
        foreach (string name in (string[])["web", "db"])
        {
            await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = name + ", running" })).ToBeVisibleAsync();
        }
        await Expect(tab.Page.Locator("brig-network-map .flow").First).ToContainTextAsync("B/s");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "db, running" }).FocusAsync();
        await tab.Page.Keyboard.PressAsync("ArrowRight");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.Locator(".picked header")).ToContainTextAsync("web");
    }

    private static async Task TestAsync(Dashboard tab)
    {
        await tab.Page.GetByLabel("From", new() { Exact = true }).SelectOptionAsync("db");
        await tab.Page.GetByLabel("To", new() { Exact = true }).SelectOptionAsync("web");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Try" }).ClickAsync();
        var answers = tab.Page.Locator(".answers li");
        await Expect(answers).ToHaveCountAsync(3);
        await Expect(answers.Nth(0)).ToContainTextAsync("10.99.0.");
        await Expect(tab.Page.Locator(".answers .state.running")).ToHaveCountAsync(3);
    }

    private static async Task DisconnectAsync(Dashboard tab)
    {
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Disconnect web from front" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Disconnect", Exact = true }).Last.ClickAsync();
        await Expect(tab.Page.Locator("brig-network-map .network.loose")).ToContainTextAsync("On no network");
        await Expect(tab.Page.Locator(".networks tbody")).ToContainTextAsync("1 db");
    }

    private static async Task RunAsync(BrigProcess brig, string name, string script)
    {
        using var made = await brig.Http.PostAsJsonAsync("/api/v1/containers", new { name, image = "brig/busybox", command = new[] { "sh", "-c", script }, networks = new[] { new { network = "front" } } });
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        using var started = await brig.Http.PostAsync($"/api/v1/containers/{name}/start", null);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync());
    }
}
