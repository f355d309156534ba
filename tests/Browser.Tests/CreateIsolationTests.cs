namespace Brig.Browser.Tests;

/// <summary>The walls of a container, chosen in the form, as the kernel then has them.</summary>
public sealed class CreateIsolationTests(Place place) : IClassFixture<Place>
{
    private const string Tell = "sh -c \"id -u; grep -E '^(CapBnd|NoNewPrivs|Seccomp):' /proc/self/status; touch /x || echo read-only; touch /tmp/x && echo scratch; sleep 1000\"";

    [Fact]
    public async Task Hardened_Clicked_TheContainerIs()
    {
        await using var tab = await FillAsync("hard", "Hardened");

        await Expect(tab.Page.Locator("pre.command").First).ToContainTextAsync("--read-only --cap-drop ALL");
        await CreateAsync(tab);
        foreach (string line in (string[])["65534", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2", "read-only", "scratch"])
        {
            await Expect(tab.Page.Locator("brig-log")).ToContainTextAsync(line);
        }
        await tab.NoComplaints("create-hardened");
    }

    [Fact]
    public async Task Privileged_Clicked_IsWarnedOfAndMarkedOnEveryPage()
    {
        await using var tab = await FillAsync("open", "Privileged");

        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("whatever root can");
        await KeepAsync(tab);
        await CreateAsync(tab);
        await Expect(tab.Page.Locator(".container-head .mark.danger")).ToBeVisibleAsync();
        await Expect(tab.Page.Locator("brig-log")).ToContainTextAsync("Seccomp:\t0");
        await tab.GoAsync("/containers?q=privileged");
        await Expect(tab.Page.Locator("tr[data-row] .mark.danger")).ToHaveCountAsync(1);
        await tab.GoAsync("/events");
        await Expect(tab.Page.Locator("tr[data-row] .mark.danger").First).ToBeVisibleAsync();
        await tab.GoAsync("/");
        await Expect(tab.Page.Locator(".counts .mark.danger")).ToBeVisibleAsync();
        await tab.NoComplaints("create-privileged");
    }

    [Fact]
    public async Task Capability_TickedOff_TheContainerHasIt_Not()
    {
        await using var tab = await FillAsync("less", "Default");

        await tab.Page.GetByText("Capabilities one by one").ClickAsync();
        await tab.Page.Locator(".capabilities .choice").Filter(new() { HasText = "MKNOD" }).Locator("input").UncheckAsync();
        await Expect(tab.Page.GetByLabel("Capabilities taken away")).ToHaveValueAsync("MKNOD");
        await KeepAsync(tab);
        await CreateAsync(tab);
        await Expect(tab.Page.Locator("brig-log")).ToContainTextAsync("CapBnd:\t00000000a00405fb");
        await tab.NoComplaints("create-capability");
    }

    private async Task<Dashboard> FillAsync(string name, string preset)
    {
        var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/create");
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await tab.Page.GetByLabel("Command", new() { Exact = true }).FillAsync(Tell);
        await tab.Page.GetByRole(AriaRole.Group, new() { Name = "All walls at once" }).GetByRole(AriaRole.Button, new() { Name = preset }).ClickAsync();
        await Expect(tab.Page.Locator(".isolation-form .segments [aria-pressed=true]")).ToHaveTextAsync(preset);
        return tab;
    }

    private static async Task CreateAsync(Dashboard tab)
    {
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create and start" }).ClickAsync();
        await tab.Page.WaitForURLAsync("**/containers/*");
        await tab.GoAsync(new Uri(tab.Page.Url).AbsolutePath + "/logs");
    }

    /// <summary>A picture of the form, where pictures are asked for.</summary>
    private static async Task KeepAsync(Dashboard tab)
    {
        if (Environment.GetEnvironmentVariable("BRIG_SCREENS") is { } folder)
        {
            await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"create-{await tab.Page.GetByLabel("Name", new() { Exact = true }).InputValueAsync()}.png"), FullPage = true });
        }
    }
}
