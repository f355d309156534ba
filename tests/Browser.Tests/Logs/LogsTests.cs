using System.Text.RegularExpressions;
using Brig.Tests;

namespace Brig.Browser.Tests.Logs;

/// <summary>A person looks for what happened in the logs of all containers.</summary>
public sealed partial class LogsTests(Place place) : IClassFixture<Place>
{
    [Fact]
    public async Task Person_SearchesThreeContainersOneOfThemRemoved_FollowsAndScrolls()
    {
        string web = await Place.RunAsync(place.Brig, "finder-web", """i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo "{\"level\":\"info\",\"msg\":\"GET /$i\",\"status\":$((200 + i % 2 * 300))}"; done; while :; do i=$((i+1)); echo "tick $i"; sleep 0.05; done""");
        string api = await Place.RunAsync(place.Brig, "finder-api", "echo 'ERROR needle in api' >&2; echo '    at Api.java:17' >&2; echo 'WARN needle is near'; exec sleep 1000");
        await WroteAsync(api, "needle is near");   // before the next begins: the newest is found first
        string gone = await Place.RunAsync(place.Brig, "finder-gone", "echo before; echo 'ERROR needle 77 in a job'; echo behind");
        (await place.Brig.Http.PostAsync($"/api/v1/containers/{gone}/wait", null)).EnsureSuccessStatusCode();
        (await place.Brig.Http.DeleteAsync($"/api/v1/containers/{gone}")).EnsureSuccessStatusCode();

        await WroteAsync(web, "tick");
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/logs");
        var lines = tab.Page.Locator("brig-logs .r");
        var field = tab.Page.GetByLabel("Search all logs");

        // Words over all, with whose they are; then a level, then an expression; the address says all of it.
        await field.FillAsync("NEEDLE");
        await Expect(lines).ToHaveCountAsync(3);
        await Expect(tab.Page.GetByText("3 lines found")).ToBeVisibleAsync();
        await tab.Page.GetByTitle("Error", new() { Exact = true }).ClickAsync();
        await Expect(lines).ToHaveCountAsync(2);
        await Expect(lines.First).ToContainTextAsync("finder-gone");
        await Expect(lines.Nth(1)).ToContainTextAsync("+1 line");
        await tab.Page.GetByTitle("Regular expression").ClickAsync();
        await field.FillAsync(@"needle \d+ in");
        await Expect(lines).ToHaveCountAsync(1);
        await Expect(tab.Page).ToHaveURLAsync(Address());

        // What was removed has its line, what is around it, and a link that opens it for somebody else.
        await lines.First.ClickAsync();
        var detail = tab.Page.GetByRole(AriaRole.Complementary, new() { Name = "Opened line" });
        await Expect(detail).ToContainTextAsync("behind");
        await detail.GetByRole(AriaRole.Link, new() { Name = "Open in the removed container's log" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("finder-gone");
        await Expect(tab.Page.GetByTitle("Follow what the containers write, merged")).ToBeHiddenAsync();
        await Expect(tab.Page.Locator("brig-logs .r.linked")).ToContainTextAsync("needle 77");

        // A field's value narrows by a click.
        await tab.GoAsync($"/logs?source={web}&q=GET");
        await Expect(lines.First).ToContainTextAsync("GET /40");
        await lines.Nth(1).ClickAsync();
        await detail.GetByTitle("Only lines with status=500").ClickAsync();
        await Expect(tab.Page.GetByText("20 lines found")).ToBeVisibleAsync();
        await Expect(lines.First).ToContainTextAsync("GET /39");

        // Followed, it moves; scrolled up, it stands and counts what comes; a press returns.
        await tab.GoAsync($"/logs?live=1&source={web}");
        await Expect(lines.Last).ToContainTextAsync("tick");
        await Dashboard.Moves(tab.Page.Locator("brig-logs"));
        await tab.Page.Locator("brig-logs .view").HoverAsync();
        await tab.Page.Mouse.WheelAsync(0, -400);
        var newer = tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = NewLines() });
        await Expect(newer).ToBeVisibleAsync();
        string first = await lines.First.InnerTextAsync();
        await Expect(newer).ToHaveTextAsync(TwoDigits());
        Assert.Equal(first, await lines.First.InnerTextAsync());
        await newer.ClickAsync();
        await Expect(newer).ToBeHiddenAsync();
        await tab.NoComplaints("logs");
    }

    private Task WroteAsync(string container, string what) =>
        Wait.Until(async () => (await place.Brig.Http.GetStringAsync($"/api/v1/containers/{container}/logs")).Contains(what, StringComparison.Ordinal), $"{container} to write {what}");

    [GeneratedRegex(@"q=needle(\+|%20)%5Cd%2B(\+|%20)in&regex=1&level=error,fatal")]
    private static partial Regex Address();

    [GeneratedRegex("new lines")]
    private static partial Regex NewLines();

    [GeneratedRegex(@"^\d{2,} new lines")]
    private static partial Regex TwoDigits();
}
