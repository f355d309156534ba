using System.Text.Json;

namespace Brig.Browser.Tests;

/// <summary>What Brig is for, from the login link to an empty list, by hand in a browser.</summary>
public sealed class MainJobTests(ConnectionTests.Browser browser) : IClassFixture<ConnectionTests.Browser>
{
    /// <summary>Burns a core, prints a line every 200 ms, and eats memory as PID 1 once /tmp/eat is there.</summary>
    private const string Command =
        """sh -c 'rm -f /tmp/eat; trap "exit 0" TERM; while :; do :; done & i=0; while [ ! -e /tmp/eat ]; do i=$((i+1)); echo "line $i"; sleep 0.2; done; exec tail /dev/zero'""";


    [Fact]
    public async Task Job_ByHandInTheBrowser_Whole()
    {
        await using var brig = await BrigProcess.StartAsync();
        await using var tab = await browser.Chromium.OpenLoggedOutAsync(brig);
        try
        {
            await LogInAndCreateAsync(tab, brig);
            await SeeItMoveAsync(tab);
            await LimitMemoryAsync(tab, brig);
            await TypeInItsTerminalAsync(tab);
            await RunItOutOfMemoryAsync(tab);
            await ReadWhyItStoppedAsync(tab);
            await StartStopAndRemoveAsync(tab, brig);
        }
        catch
        {
            await tab.KeepAsync("main-job");
            throw;
        }

        await tab.NoComplaints("main-job");
    }

    private static async Task LogInAndCreateAsync(Dashboard tab, BrigProcess brig)
    {
        await tab.EnterAsync(brig.LoginLink.ToString());
        await Expect(Heading(tab)).ToHaveTextAsync("This machine");
        await tab.Interactive();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Containers" }).First.ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Create your own" }).ClickAsync();
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("burner");
        await tab.Page.GetByLabel("Command", new() { Exact = true }).FillAsync(Command);
        await Button(tab, "Create and start").ClickAsync();
        await Expect(Heading(tab)).ToHaveTextAsync("burner");
        await Expect(tab.Page.GetByText("running for")).ToBeVisibleAsync();
    }

    private static async Task SeeItMoveAsync(Dashboard tab)
    {
        await Dashboard.Moves(tab.Page.Locator("brig-chart[kind=cpu]"));
        await tab.Page.Locator(".tabs").GetByRole(AriaRole.Link, new() { Name = "Logs", Exact = true }).ClickAsync();
        await Expect(tab.Page.Locator("brig-log")).ToContainTextAsync("line ");
        await Dashboard.Moves(tab.Page.Locator("brig-log"));
    }

    private static async Task LimitMemoryAsync(Dashboard tab, BrigProcess brig)
    {
        await Button(tab, "Metrics", AriaRole.Link).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Combobox, new() { Name = "Memory", Exact = true }).FillAsync("48 MiB");
        await Button(tab, "Apply").ClickAsync();
        await Expect(tab.Page.GetByText("Applied.")).ToBeVisibleAsync();
        using var list = JsonDocument.Parse(await brig.Http.GetStringAsync("/api/v1/containers"));
        Assert.Equal(48 << 20, list.RootElement[0].GetProperty("spec").GetProperty("limits").GetProperty("memory").GetInt64());
        await Expect(tab.Page.Locator("brig-chart[kind=memory]")).ToContainTextAsync("48");
    }

    private static async Task TypeInItsTerminalAsync(Dashboard tab)
    {
        await Button(tab, "Terminal", AriaRole.Link).ClickAsync();
        await tab.TypeAsync("echo $((6 * 7))-is-it");
        await Expect(tab.Page.Locator(".xterm-rows")).ToContainTextAsync("42-is-it");
    }

    private static async Task RunItOutOfMemoryAsync(Dashboard tab)
    {
        await tab.TypeAsync("touch /tmp/eat");
        await Expect(tab.Page.GetByText("out of memory").First).ToBeVisibleAsync();
        await Button(tab, "Overview", AriaRole.Link, last: true).ClickAsync();
        await Expect(tab.Page.GetByText("ran out of memory").First).ToBeVisibleAsync();
    }

    private static async Task ReadWhyItStoppedAsync(Dashboard tab)
    {
        await Button(tab, "Why it stopped", AriaRole.Link).ClickAsync();
        await Expect(Heading(tab)).ToHaveTextAsync("Why burner ended");
        await Expect(tab.Page.Locator(".cause")).ToContainTextAsync("Killed by the kernel: tail took");
        await Expect(tab.Page.Locator(".cause")).ToContainTextAsync("The limit is 48 MiB");
        await Expect(tab.Page.Locator(".victim")).ToContainTextAsync("1 inside");
        await Expect(tab.Page.Locator(".death")).ToContainTextAsync("line ");
        await Expect(tab.Page.Locator(".death-chart .line").First).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("^M.*L"));
        await Expect(tab.Page.Locator(".mortem ul.events")).ToContainTextAsync("has new limits: 48 MiB");
        await tab.KeepAsync("post-mortem");
        await Button(tab, "The container", AriaRole.Link).ClickAsync();
        await Expect(Heading(tab)).ToHaveTextAsync("burner");
    }

    private static async Task StartStopAndRemoveAsync(Dashboard tab, BrigProcess brig)
    {
        await Button(tab, "Start").ClickAsync();
        await Expect(tab.Page.GetByText("running for")).ToBeVisibleAsync();
        await Button(tab, "Stop").ClickAsync();
        await Expect(tab.Page.GetByText("exited").First).ToBeVisibleAsync();
        await Button(tab, "Remove").ClickAsync();
        await Expect(tab.Page.GetByText("There is no way back.")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).Last.ClickAsync();
        await Expect(tab.Page.GetByText("No containers yet")).ToBeVisibleAsync();
        Assert.Equal("[]", await brig.Http.GetStringAsync("/api/v1/containers"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(brig.Root, "containers")));
    }

    private static ILocator Heading(Dashboard tab) => tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    /// <summary>In the page, not in the frame around it: the frame has links of the same words.</summary>
    private static ILocator Button(Dashboard tab, string name, AriaRole role = AriaRole.Button, bool last = false)
    {
        var found = tab.Page.GetByRole(AriaRole.Main).GetByRole(role, new() { Name = name, Exact = true });
        return last ? found.Last : found.First;
    }
}
