namespace Brig.Browser.Tests;

/// <summary>Each page once, as a person sees it.</summary>
public sealed class PageTests(Place place) : IClassFixture<Place>
{
    private static readonly string[] Steps = ["clone3", "pivot_root", "execve"];

    [Fact]
    public async Task Login_LinkUsedTwice_IsRefused()
    {
        await using var tab = await place.Chromium.OpenLoggedOutAsync(place.Brig);
        await using var thief = await place.Chromium.OpenLoggedOutAsync(place.Brig);
        string link = await Chromium.LinkAsync(place.Brig);

        await tab.Page.GotoAsync(link);
        await Expect(Heading(tab)).ToHaveTextAsync("This machine");

        await thief.Page.GotoAsync(link);
        await Expect(thief.Page.GetByText("login-link")).ToBeVisibleAsync();
        await thief.Page.GotoAsync("/containers");
        await Expect(thief.Page.GetByRole(AriaRole.Table)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Logout_Pressed_TheLoginsOtherTabIsOutToo()
    {
        await using var tab = await place.Chromium.OpenLoggedOutAsync(place.Brig);
        await tab.Page.GotoAsync(await Chromium.LinkAsync(place.Brig));
        await tab.GoAsync("/");
        await using var other = new Dashboard(await tab.Page.Context.NewPageAsync());
        await other.GoAsync("/containers");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();

        await tab.Page.WaitForURLAsync("**/login");
        await other.Page.WaitForURLAsync("**/login*");
    }

    [Fact]
    public async Task Overview_Opened_ShowsThisMachineLive()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/");

        await Expect(tab.Page.GetByText($"of {Environment.ProcessorCount} cores")).ToBeVisibleAsync();
        await Dashboard.Moves(tab.Page.Locator("brig-chart[container=machine][kind=cpu]"), TimeSpan.FromSeconds(5));
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "sample" }).First).ToBeVisibleAsync();
        await tab.NoComplaints("overview");
    }

    [Fact]
    public async Task Containers_Opened_ShowsMovingNumbersAndFilters()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/containers");
        var row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "sample" });

        await Expect(row).ToContainTextAsync("running");
        await Dashboard.Moves(row.Locator("brig-spark").First, TimeSpan.FromSeconds(5));
        await tab.Page.GetByPlaceholder("Filter by name, image, command").FillAsync("nothing like it");
        await Expect(tab.Page.GetByText("No container matches.")).ToBeVisibleAsync();
        await tab.NoComplaints("containers");
    }

    /// <summary>What would be lost cannot be typed; and when it can be, nothing has moved.</summary>
    [Theory]
    [InlineData("/create", "#c-name, #c-restart, .create button, .result")]
    [InlineData("/containers", ".tools-line input, .tools-line button")]
    [InlineData("/events", ".tools-line input, .tools-line button")]
    public async Task Fields_BeforeThePageIsLive_AreDisabledWhereTheyWillBe(string path, string fields)
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.Page.RouteAsync("**/_framework/blazor*", script => script.AbortAsync());
        await tab.Page.GotoAsync(path);
        await Expect(tab.Page.Locator("fieldset.when-live :is(input, select, textarea):not(:disabled)")).ToHaveCountAsync(0);
        string before = await PlacesAsync(tab, fields);

        await tab.Page.UnrouteAllAsync();
        await tab.GoAsync(path);

        await Expect(tab.Page.Locator("fieldset.when-live :is(input, select, textarea):not(:disabled)")).Not.ToHaveCountAsync(0);
        Assert.Equal(before, await PlacesAsync(tab, fields));
    }

    [Fact]
    public async Task Create_WrongName_SaysSoAndKeepsWhatWasTyped()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/create");

        await tab.Page.GetByLabel("Command", new() { Exact = true }).FillAsync("sleep 5");
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("sample");
        await Expect(tab.Page.Locator("pre.command").First).ToContainTextAsync("sleep 5");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create and start" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("sample");
        await Expect(tab.Page.GetByLabel("Command", new() { Exact = true })).ToHaveValueAsync("sleep 5");
        await tab.NoComplaints("create");
    }

    [Fact]
    public async Task ContainerOverview_Opened_ShowsUseLinesAndEvents()
    {
        await using var tab = await OpenTab("");
        await Dashboard.Moves(tab.Page.Locator("brig-chart[kind=cpu]"), TimeSpan.FromSeconds(5));
        await Expect(tab.Page.GetByText("from sample").First).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("started").First).ToBeVisibleAsync();
        await tab.NoComplaints("container-overview");
    }

    [Fact]
    public async Task ContainerLogs_Opened_FollowsTheLines()
    {
        await using var tab = await OpenTab("/logs");
        await Expect(tab.Page.Locator("brig-log")).ToContainTextAsync("from sample");
        await Dashboard.Moves(tab.Page.Locator("brig-log"), TimeSpan.FromSeconds(5));
        await tab.NoComplaints("container-logs");
    }

    [Fact]
    public async Task ContainerTerminal_Typed_AnswersAndSurvivesReload()
    {
        await using var tab = await OpenTab("/terminal");
        await tab.TypeAsync("echo $((6 * 7))-is-it");
        await Expect(tab.Page.Locator(".xterm-rows")).ToContainTextAsync("42-is-it");

        await tab.Page.ReloadAsync();
        await Expect(tab.Page.Locator(".xterm-rows")).ToContainTextAsync("42-is-it");
        await tab.NoComplaints("container-terminal");
    }

    [Fact]
    public async Task ContainerMetrics_Opened_DrawsSixCharts()
    {
        await using var tab = await OpenTab("/metrics");
        await Expect(tab.Page.Locator("brig-chart")).ToHaveCountAsync(6);
        await Dashboard.Moves(tab.Page.Locator("brig-chart[kind=memory]"), TimeSpan.FromSeconds(5));
        await tab.NoComplaints("container-metrics");
    }

    [Fact]
    public async Task ContainerProcesses_Opened_ShowsPidOneInside()
    {
        await using var tab = await OpenTab("/processes");
        var first = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "hello" }).First;
        await Expect(first.GetByRole(AriaRole.Cell).First).ToHaveTextAsync("1");
        await tab.NoComplaints("container-processes");
    }

    [Fact]
    public async Task ContainerIsolation_Opened_ShowsTheKernelsNumbers()
    {
        await using var tab = await OpenTab("/isolation");
        string host = File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)!.Name.Trim("pid:[]".ToCharArray());
        var wall = tab.Page.Locator("li.wall").Filter(new() { Has = tab.Page.GetByText("pid", new() { Exact = true }) });

        await Expect(tab.Page.Locator("li.wall")).ToHaveCountAsync(8);
        await Expect(wall).ToContainTextAsync(host);
        await Expect(wall).ToContainTextAsync("≠");
        await tab.NoComplaints("container-isolation");
    }

    [Fact]
    public async Task ContainerBirth_Opened_ListsTheCallsThatMadeIt()
    {
        await using var tab = await OpenTab("/birth");
        foreach (string step in Steps)
        {
            await Expect(tab.Page.Locator("ol.birth li").Filter(new() { HasText = step }).First).ToBeVisibleAsync();
        }

        await tab.NoComplaints("container-birth");
    }

    [Fact]
    public async Task ContainerInspect_Opened_ShowsItsId()
    {
        await using var tab = await OpenTab("/inspect");
        await Expect(tab.Page.GetByRole(AriaRole.Region, new() { Name = "JSON" })).ToContainTextAsync(place.Sample);
        await tab.NoComplaints("container-inspect");
    }

    [Fact]
    public async Task Images_Opened_ShowsTheOneThatIsAlwaysThere()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/images");
        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "brig/busybox" })).ToBeVisibleAsync();
        await tab.NoComplaints("images");
    }

    [Fact]
    public async Task Events_Opened_TellsWhatHappened()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/events");
        await Expect(tab.Page.GetByText("sample").First).ToBeVisibleAsync();
        await tab.NoComplaints("events");
    }

    private async Task<Dashboard> OpenTab(string path)
    {
        var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync($"/containers/{place.Sample}{path}");
        await Expect(Heading(tab)).ToHaveTextAsync("sample");
        return tab;
    }

    private static ILocator Heading(Dashboard tab) => tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    private static Task<string> PlacesAsync(Dashboard tab, string fields) => tab.Page.Locator(fields).EvaluateAllAsync<string>(
        "all => all.map(e => e.getBoundingClientRect()).map(r => [r.x, r.y, r.width, r.height].map(Math.round).join(' ')).join('\\n')");
}
