using Brig.Tests;

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

        await tab.EnterAsync(link);
        await Expect(Heading(tab)).ToHaveTextAsync("This machine");

        await thief.Page.GotoAsync(link);
        await Expect(thief.Page.GetByText("login-link")).ToBeVisibleAsync();
        await thief.Page.GotoAsync("containers");
        await Expect(thief.Page.GetByRole(AriaRole.Table)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Address_WithoutTheHiddenPath_LeadsThereWhereSomebodyIsLoggedIn()
    {
        await using var tab = await place.Chromium.OpenLoggedOutAsync(place.Brig);
        await tab.EnterAsync(await Chromium.LinkAsync(place.Brig));

        await tab.Page.GotoAsync(new Uri(place.Brig.Url, "/events?kind=image").ToString(), new() { WaitUntil = WaitUntilState.Commit });

        await Expect(Heading(tab)).ToHaveTextAsync("Events");
        Assert.Equal(new Uri(place.Brig.Pages, "events?kind=image").ToString(), tab.Page.Url);

        await using var stranger = await place.Chromium.OpenLoggedOutAsync(place.Brig);
        await stranger.Page.GotoAsync(new Uri(place.Brig.Url, "/events").ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await Expect(stranger.Page.GetByText("login-link")).ToBeVisibleAsync();
        Assert.Equal(new Uri(place.Brig.Url, "/login").ToString(), stranger.Page.Url);
    }

    /// <summary>A container's published port has Brig's host name: cookies know no ports.</summary>
    [Fact]
    public async Task Cookie_PageOnAnotherPort_IsNotSentIt()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/");
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        place.Chromium.Open(port);
        var visit = tab.Page.GotoAsync($"http://{place.Brig.Url.Host}:{port}/containers", new() { WaitUntil = WaitUntilState.Commit });
        using var client = await listener.AcceptTcpClientAsync();
        byte[] buffer = new byte[8192];
        int got = await client.GetStream().ReadAsync(buffer);
        await client.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
        await visit.ContinueWith(_ => { }, TaskScheduler.Default);

        string request = System.Text.Encoding.ASCII.GetString(buffer, 0, got);
        Assert.StartsWith("GET /containers", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Cookie:", request, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("/~", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logout_Pressed_TheLoginsOtherTabIsOutToo()
    {
        await using var tab = await place.Chromium.OpenLoggedOutAsync(place.Brig);
        await tab.EnterAsync(await Chromium.LinkAsync(place.Brig));
        await tab.GoAsync("/");
        await using var other = new Dashboard(await tab.Page.Context.NewPageAsync());
        await other.GoAsync("/containers");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();

        await tab.Page.WaitForURLAsync("**/login", new() { WaitUntil = WaitUntilState.Commit });
        await other.Page.WaitForURLAsync("**/login*", new() { WaitUntil = WaitUntilState.Commit });
    }

    [Fact]
    public async Task Overview_Opened_ShowsThisMachineLive()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/");

        await Expect(tab.Page.GetByText($"of {Environment.ProcessorCount} cores")).ToBeVisibleAsync();
        await Dashboard.Moves(tab.Page.Locator("brig-chart[container=machine][kind=cpu]"));
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
        await Dashboard.Moves(row.Locator("brig-spark").First);
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
        await tab.Page.GotoAsync(path.TrimStart('/'));
        await Expect(tab.Page.Locator("fieldset.when-live :is(input, select, textarea):not(:disabled)")).ToHaveCountAsync(0);
        string before = await PlacesAsync(tab, fields);

        await tab.Page.UnrouteAllAsync();
        await tab.GoAsync(path);

        await Expect(tab.Page.Locator("fieldset.when-live :is(input, select, textarea):not(:disabled)")).Not.ToHaveCountAsync(0);
        string after = "";
        await Wait.Until(async () => (after = await PlacesAsync(tab, fields)) == before, () => $"all is where it was, {before}; it is at {after}");
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
        await Dashboard.Moves(tab.Page.Locator("brig-chart[kind=cpu]"));
        await Expect(tab.Page.GetByText("from sample").First).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("started").First).ToBeVisibleAsync();
        await tab.NoComplaints("container-overview");
    }

    [Fact]
    public async Task ContainerLogs_Opened_FollowsTheLines()
    {
        await using var tab = await OpenTab("/logs");
        await Expect(tab.Page.Locator("brig-log")).ToContainTextAsync("from sample");
        await Dashboard.Moves(tab.Page.Locator("brig-log"));
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
        await Dashboard.Moves(tab.Page.Locator("brig-chart[kind=memory]"));
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
        await Expect(tab.Page.Locator(".cell.wide a")).ToHaveCountAsync(16);
        await tab.Page.Locator(".cell.wide a").Filter(new() { HasText = "pid" }).First.ClickAsync();
        await Expect(tab.Page.Locator(".wall-detail h2")).ToHaveTextAsync("Processes");
        await Expect(tab.Page.Locator(".wall-detail tr.differs td").Last).ToHaveTextAsync(host);
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

    /// <summary>In the page's own letters: those of the first moment may be the browser's, a pixel wider.</summary>
    private static Task<string> PlacesAsync(Dashboard tab, string fields) => tab.Page.Locator(fields).EvaluateAllAsync<string>(
        "async all => (await document.fonts.ready, all).map(e => e.getBoundingClientRect()).map(r => [r.x, r.y, r.width, r.height].map(Math.round).join(' ')).join('\\n')");
}
