using System.Net.Http.Json;
using System.Text.Json;

namespace Brig.Browser.Tests;

/// <summary>
/// Every page, dark and light, on a desk, on a wall and on a telephone: nothing sticks out and no script complains. With <c>BRIG_SCREENS</c>
/// the pictures stay in that folder (scripts/screenshots).
/// </summary>
public sealed class LookTests(LookTests.Scene place) : IClassFixture<LookTests.Scene>
{
    /// <summary>The widest that is looked at; a page that is there already is only made wider.</summary>
    private const int Wall = 2560;

    /// <summary>Once in each width; in the other colours for the pictures only.</summary>
    private string[] Places => ["/logs", "/logs?live=1", "/alerts", "/history", "/right-size", "/post-mortems", "/pods", "/registries?do=add", "/stacks/shop", "/networks/front", "/volumes/data", $"/post-mortems/{place.PostMortem}", $"/containers/{place.Privileged}"];

    private static readonly string[] IsolationViews = ["capabilities", "seccomp", "denied", "users", "mounts", "compare", "inside", "proposal"];

    private static readonly string[] Images =
        ["/images", "/images?do=build", "/images?do=prune", "/images/-/compare", .. (string[])["", "?tab=size", "?tab=files", "?tab=files&file=/etc/passwd", "?tab=packages", "?tab=configuration", "?tab=history"]];

    /// <summary>The page itself, menus when they are open, and the buttons at the end of a row.</summary>
    private const string WhatDoesNotFit = """
        width => {
          const all = [...document.querySelectorAll("td.tools")].filter(cell => cell.clientWidth && cell.scrollWidth > cell.clientWidth)
            .map(cell => `the buttons of ${cell.closest("tr").innerText.slice(0, 40)} need ${cell.scrollWidth} of ${cell.clientWidth}`);
          if (document.documentElement.scrollWidth > width) all.push(`it is ${document.documentElement.scrollWidth} wide`);
          for (const menu of document.querySelectorAll("details.menu")) {
            menu.open = true;
            const { left, right } = menu.querySelector(".panel").getBoundingClientRect();
            if (left < 0 || right > width) all.push(`the menu of ${menu.innerText.slice(0, 40)} reaches from ${left} to ${right}`);
            menu.open = false;
          }
          return all;
        }
        """;

    private static readonly string[] Tabs = ["", "/logs", "/terminal", "/metrics", "/processes", "/isolation", .. IsolationViews.Select(view => "/isolation?view=" + view), "/birth", "/inspect"];

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
        foreach (string path in (string[])["/", "/containers", "/create", "/stacks", "/stacks/-/new?template=demo", .. Images.Select(one => one.StartsWith("/images", StringComparison.Ordinal) ? one : "/images/brig/busybox:latest" + one), "/networks", "/volumes", "/tasks", "/events", .. scheme == ColorScheme.Dark || Screens is not null ? Places : [], .. Tabs.Select(one => $"/containers/{place.Sample}{one}")])
        {
            await tab.GoAsync(path);
            await LookAsync(tab, path, width, scheme, tooWide);
            if (width > 600)
            {
                await tab.Page.SetViewportSizeAsync(Wall, 1440);
                await LookAsync(tab, path, Wall, scheme, tooWide);
                await tab.Page.SetViewportSizeAsync(width, 900);
            }
        }

        Assert.True(tooWide.Count == 0, string.Join('\n', tooWide));
        await tab.NoComplaints($"look-{width}-{scheme}");
    }

    [Fact]
    public async Task Telephone_OtherPlaces_AreInASheetThatClosesWhenOneIsChosen()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig, 390, 844);
        await tab.GoAsync("/");
        var menu = tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main menu" });
        Assert.Equal(5, await menu.GetByRole(AriaRole.Link).CountAsync());
        await menu.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Volumes" })).ToBeVisibleAsync();
        if (Screens is not null)
        {
            await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "more-390-dark.png") });
        }
        await menu.GetByRole(AriaRole.Link, new() { Name = "Volumes" }).ClickAsync();

        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Volumes" })).ToBeVisibleAsync();
        await Expect(menu.GetByRole(AriaRole.Link)).ToHaveCountAsync(5);
        await tab.NoComplaints("look-sheet");
    }

    private async Task LookAsync(Dashboard tab, string path, int width, ColorScheme scheme, List<string> tooWide)
    {
        tooWide.AddRange((await tab.Page.EvaluateAsync<string[]>(WhatDoesNotFit, width)).Select(what => $"{path} at {width}: {what}"));

        if (Screens is not null)
        {
            await KeepAsync(tab, path, $"{width}-{scheme}".ToLowerInvariant());
        }
    }

    /// <summary>Lets the charts fill a little first, so that the picture shows something.</summary>
    private async Task KeepAsync(Dashboard tab, string path, string look)
    {
        if (await tab.Page.Locator("brig-chart").CountAsync() > 0)
        {
            await Dashboard.Moves(tab.Page.Locator("brig-chart").First);
        }

        string name = path.Replace($"/containers/{place.Sample}", "container", StringComparison.Ordinal).Replace($"/containers/{place.Privileged}", "container-privileged", StringComparison.Ordinal).Replace(place.PostMortem, "one", StringComparison.Ordinal).Replace("?live=1", "-live", StringComparison.Ordinal).Replace("?view=", "-", StringComparison.Ordinal).Replace("?tab=", "-", StringComparison.Ordinal).Replace("?do=", "-", StringComparison.Ordinal).Replace("?template=", "-", StringComparison.Ordinal).Replace("&file=", "-", StringComparison.Ordinal).Replace(':', '-').Trim('/').Replace('/', '-');
        await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(Screens!, $"{(name.Length == 0 ? "overview" : name)}-{look}.png") });
    }

    /// <summary>The same with one of everything that has a page of its own.</summary>
    public sealed class Scene : IAsyncLifetime
    {
        private readonly Place _place = new();

        public Chromium Chromium => _place.Chromium;
        public BrigProcess Brig => _place.Brig;
        public string Sample => _place.Sample;

        /// <summary>The id of a container without walls, which is a stack of another tool's, has a volume, is on a network, and ended badly.</summary>
        public string Privileged { get; private set; } = "";

        public string PostMortem { get; private set; } = "";

        public async Task InitializeAsync()
        {
            await _place.InitializeAsync();
            await PostAsync("networks", new { name = "front" });
            await PostAsync("volumes", new { name = "data" });
            await PostAsync("pods", new { name = "crew" });
            Privileged = (await PostAsync("containers", new
            {
                name = "shop-web-1", image = "brig/busybox", command = (string[])["sh", "-c", "echo it is over; exit 3"], privileged = true,
                labels = new Dictionary<string, string> { ["com.docker.compose.project"] = "shop", ["com.docker.compose.service"] = "web" },
                networks = (object[])[new { network = "front" }], mounts = (object[])[new { kind = "volume", source = "data", target = "/data" }],
            })).GetProperty("id").GetString()!;
            await PostAsync($"containers/{Privileged}/start", new { });
            await Wait.Until(async () => (PostMortem = await FirstAsync()).Length > 0, "the post-mortem of what ended badly");
        }

        public Task DisposeAsync() => _place.DisposeAsync();

        private async Task<string> FirstAsync() =>
            await Brig.Http.GetFromJsonAsync<JsonElement>("/api/v1/post-mortems") is var all && all.GetArrayLength() > 0 ? all[0].GetProperty("id").GetString()! : "";

        private async Task<JsonElement> PostAsync(string path, object body)
        {
            using var answer = await Brig.Http.PostAsJsonAsync("/api/v1/" + path, body);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            return text.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(text) : default;
        }
    }
}
