using System.Text.Json;

namespace Brig.Browser.Tests.Isolation;

/// <summary>From recording to a smaller profile that holds, by hand in a browser.</summary>
public sealed class LeastPrivilegeTests(Cells cells) : IClassFixture<Cells>
{
    [Fact]
    public async Task Recorded_Applied_TheNextStartHasNoMoreThanItUsed()
    {
        string id = await cells.RunAsync(new { name = "worker", image = "brig/busybox", command = new[] { "sh", "-c", "trap 'exit 0' TERM; while :; do cat /etc/hostname; sleep 0.2; done" } });
        await using var tab = await cells.OpenAsync(id, "?view=proposal");
        await Button(tab, "Watch from its next start").ClickAsync();
        await Button(tab, "Restart now").ClickAsync();
        await Expect(tab.Page.Locator(".recording header")).ToContainTextAsync("watching");
        await Expect(tab.Page.Locator(".proposal")).ToContainTextAsync("openat");
        await Expect(tab.Page.Locator(".proposal")).ToContainTextAsync("clock_nanosleep");
        await Button(tab, "Stop recording").ClickAsync();
        await Expect(tab.Page.Locator(".recording")).ToContainTextAsync("from its first instruction");

        var file = await tab.Page.RunAndWaitForDownloadAsync(() => Button(tab, "Profile").ClickAsync());
        using var profile = JsonDocument.Parse(await File.ReadAllTextAsync(await file.PathAsync()));
        Assert.Equal("SCMP_ACT_ERRNO", profile.RootElement.GetProperty("defaultAction").GetString());

        await Button(tab, "Apply to the next start").ClickAsync();
        await Expect(tab.Page.GetByText("all others are refused")).ToBeVisibleAsync();
        await Button(tab, "Apply to the next start", last: true).ClickAsync();
        await Expect(tab.Page.Locator(".verdict")).ToContainTextAsync("waits for the next start");
        await tab.Page.Locator(".verdict").GetByRole(AriaRole.Button, new() { Name = "Restart now" }).ClickAsync();
        await Expect(tab.Page.Locator(".verdict")).ToHaveCountAsync(0);

        await Wait.Until(async () => await cells.PidAsync(id) > 0, "it to run again");
        Assert.Equal("0000000000000000", await cells.StatusAsync(id, "CapBnd"));
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Cell", Exact = true }).ClickAsync();
        await Expect(tab.Page.Locator(".verdict.good .difference.stronger").Filter(new() { HasText = "System calls" })).ToBeVisibleAsync();
        await Wait.Until(async () => await cells.PidAsync(id) > 0, "it to go on running");
        await tab.NoComplaints("least-privilege");
    }

    private static ILocator Button(Dashboard tab, string name, bool last = false)
    {
        var found = tab.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
        return last ? found.Last : found.First;
    }
}
