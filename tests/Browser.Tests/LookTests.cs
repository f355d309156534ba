namespace Brig.Browser.Tests;

/// <summary>
/// Every page, dark and light, on a desk and on a telephone: nothing sticks out and no script complains. With <c>BRIG_SCREENS</c>
/// the pictures stay in that folder (scripts/screenshots).
/// </summary>
public sealed class LookTests(Place place) : IClassFixture<Place>
{
    private static readonly string[] Tabs = ["", "/logs", "/terminal", "/metrics", "/processes", "/isolation", "/birth", "/inspect"];

    private static readonly string? Screens = Environment.GetEnvironmentVariable("BRIG_SCREENS");

    [Theory]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task EveryPage_InThisLook_FitsTheWindow(int width, ColorScheme scheme)
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig, width, width < 600 ? 844 : 900, scheme);
        List<string> tooWide = [];
        foreach (string path in (string[])["/", "/containers", "/create", "/images", "/events", .. Tabs.Select(one => $"/containers/{place.Sample}{one}")])
        {
            await tab.GoAsync(path);
            if (await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") is int found && found > width)
            {
                tooWide.Add($"{path} is {found} wide");
            }

            if (Screens is not null)
            {
                await KeepAsync(tab, path, $"{width}-{scheme}".ToLowerInvariant());
            }
        }

        Assert.True(tooWide.Count == 0, string.Join('\n', tooWide));
        await tab.NoComplaints($"look-{width}-{scheme}");
    }

    /// <summary>Lets the charts fill a little first, so that the picture shows something.</summary>
    private async Task KeepAsync(Dashboard tab, string path, string look)
    {
        if (await tab.Page.Locator("brig-chart").CountAsync() > 0)
        {
            await Dashboard.Moves(tab.Page.Locator("brig-chart").First, TimeSpan.FromSeconds(10));
        }

        string name = path.Replace($"/containers/{place.Sample}", "container", StringComparison.Ordinal).Trim('/').Replace('/', '-');
        await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(Screens!, $"{(name.Length == 0 ? "overview" : name)}-{look}.png") });
    }
}
