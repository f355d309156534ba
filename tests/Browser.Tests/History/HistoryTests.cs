using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Brig.Browser.Tests.History;

/// <summary>A person looks back: closer and further in a chart, at a moment of a container's past, and at several containers at once, one of them removed.</summary>
public sealed partial class HistoryTests(Place place) : IClassFixture<Place>
{
    [Fact]
    public async Task Person_ZoomsPansRewindsAndComparesAlsoWhatIsRemoved()
    {
        string burner = await Place.RunAsync(place.Brig, "burner", "trap 'exit 0' TERM; while :; do for i in $(seq 2000); do :; done; sleep 0.05; done");
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        try
        {
            await ZoomAndPanAsync(tab);
            await RewindAsync(tab);
            await CompareAsync(tab, burner);
        }
        catch
        {
            await tab.KeepAsync("history");
            throw;
        }

        await tab.NoComplaints("history");
    }

    private async Task ZoomAndPanAsync(Dashboard tab)
    {
        await tab.GoAsync($"/containers/{place.Sample}/metrics");
        var chart = tab.Page.Locator("brig-chart[kind=cpu]");
        await Dashboard.Moves(chart);
        var live = tab.Page.Locator("brig-range .now");
        await Expect(live).ToHaveAttributeAsync("aria-pressed", "true");

        // The wheel at the newest end shows less or more, and it stays live.
        var box = (await chart.Locator(".u-over").BoundingBoxAsync())!;
        await tab.Page.Mouse.MoveAsync(box.X + (box.Width * 0.97f), box.Y + 40);
        await tab.Page.Mouse.MoveAsync(box.X + (box.Width * 0.98f), box.Y + 42);
        await tab.Page.Mouse.WheelAsync(0, -200);
        await tab.Page.WaitForURLAsync(RangeInAddress());
        string closer = tab.Page.Url;
        await Expect(live).ToHaveAttributeAsync("aria-pressed", "true");

        // A drag goes back in time and holds still there; Back is what was seen before. In one step: a hand that rests on the way has been at two places.
        await tab.Page.Mouse.DownAsync();
        await tab.Page.Mouse.MoveAsync(box.X + (box.Width * 0.995f), box.Y + 42);
        await tab.Page.Mouse.UpAsync();
        await tab.Page.WaitForURLAsync(HeldInAddress());
        await Expect(live).ToHaveAttributeAsync("aria-pressed", "false");
        await tab.Page.GoBackAsync();
        await tab.Page.WaitForURLAsync(closer);
        await Expect(live).ToHaveAttributeAsync("aria-pressed", "true");

        // A month in one press, and Home is now again.
        await tab.Page.Locator("brig-range [data-range='30d']").ClickAsync();
        await tab.Page.WaitForURLAsync(url => url.Contains("range=30d", StringComparison.Ordinal));
        await chart.Locator(".area").FocusAsync();
        await tab.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(live).ToHaveAttributeAsync("aria-pressed", "false");
        await tab.Page.Keyboard.PressAsync("Home");
        await Expect(live).ToHaveAttributeAsync("aria-pressed", "true");
        await tab.Page.Locator("brig-range [data-range='5m']").ClickAsync();
        await Expect(tab.Page.Locator("brig-range [data-range='5m']")).ToHaveAttributeAsync("aria-pressed", "true");   // drawn in the same frame as the charts
    }

    private async Task RewindAsync(Dashboard tab)
    {
        // A click into the chart: the whole page is at that moment.
        var chart = tab.Page.Locator("brig-chart[kind=cpu] .u-over");
        await chart.ClickAsync(new() { Position = new() { X = (await chart.BoundingBoxAsync())!.Width * 0.99f, Y = 30 } });
        await Expect(tab.Page.GetByText(Showing())).ToBeVisibleAsync();
        await tab.Page.WaitForURLAsync(MomentInAddress());
        await Expect(tab.Page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button)).ToHaveCountAsync(0);

        // Its lines end there, and no other comes.
        await tab.Page.Locator(".tabs").GetByRole(AriaRole.Link, new() { Name = "Logs", Exact = true }).ClickAsync();
        var log = tab.Page.Locator("brig-log");
        int last = await LastUntilAsync(MomentInAddress().Match(tab.Page.Url).Groups[1].Value);
        await Wait.Until(async () => await LastAsync(log) == last, () => $"the lines until {last}");
        await Dashboard.Moves(tab.Page.Locator("brig-rewind .past span"));
        Assert.Equal(last, await LastAsync(log));

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Back to live" }).ClickAsync();
        await Wait.Until(async () => await LastAsync(log) > last, "newer lines to come");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true })).ToBeVisibleAsync();
        Assert.DoesNotContain("at=", tab.Page.Url, StringComparison.Ordinal);
    }

    private async Task CompareAsync(Dashboard tab, string burner)
    {
        await Wait.Until(async () => await HighestAsync(burner) > 0, "the history to know of the burner");
        using var removed = await place.Brig.Http.DeleteAsync($"/api/v1/containers/{burner}?force=true");
        Assert.True(removed.IsSuccessStatusCode, await removed.Content.ReadAsStringAsync());

        await tab.GoAsync("/history?source=burner&source=sample&range=5m");
        var rows = tab.Page.Locator("brig-chart .series tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First).ToContainTextAsync("burner (removed)");
        await Expect(rows.First.Locator("td").Last).Not.ToHaveTextAsync("–");       // the most it used, though it is no more
        await Expect(rows.Last.Locator("td").First).Not.ToHaveTextAsync("–");

        // Click hides, double click leaves only this one.
        await rows.First.Locator("button").ClickAsync();
        await Expect(rows.First).ToHaveClassAsync("off");
        await rows.First.Locator("button").ClickAsync();
        await rows.First.Locator("button").DblClickAsync();
        await Expect(rows.Last).ToHaveClassAsync("off");

        await tab.Page.GetByLabel("This machine").CheckAsync();
        await Expect(rows).ToHaveCountAsync(3);
        Assert.Contains("source=machine", tab.Page.Url, StringComparison.Ordinal);
    }

    private async Task<double> HighestAsync(string source)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using var answer = JsonDocument.Parse(await place.Brig.Http.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/history?source={source}&metric=cpuCores&from={now - 300_000}&to={now}&points=300")));
        return answer.RootElement.GetProperty("series")[0].GetProperty("max").EnumerateArray().Where(value => value.ValueKind == JsonValueKind.Number).Select(value => value.GetDouble()).DefaultIfEmpty(0).Max();
    }

    /// <summary>The number in the last line that is shown.</summary>
    private static async Task<int> LastAsync(ILocator log) => Last(await log.Locator(".rows").InnerTextAsync());

    /// <summary>The number in the last line that was written until a moment.</summary>
    /// <param name="moment">Milliseconds since 1970.</param>
    private async Task<int> LastUntilAsync(string moment) => Last(await place.Brig.Http.GetStringAsync($"/api/v1/containers/{place.Sample}/logs?until={moment}"));

    private static int Last(string lines) => Hello().Matches(lines).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty(-1).Max();

    [GeneratedRegex(@"hello (\d+) from sample")]
    private static partial Regex Hello();

    [GeneratedRegex(@"\?range=\d+s$")]
    private static partial Regex RangeInAddress();

    [GeneratedRegex(@"from=\d+&to=\d+$")]
    private static partial Regex HeldInAddress();

    [GeneratedRegex(@"at=(\d+)")]
    private static partial Regex MomentInAddress();

    [GeneratedRegex("Showing .*ago")]
    private static partial Regex Showing();
}
