
namespace Brig.Browser.Tests;

/// <summary>One browser for all tests: the system's Chromium (<c>BRIG_CHROMIUM</c>, default /usr/bin/chromium).</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--no-sandbox",     // tests run as root
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A page logged in by the one-time link, in a profile of its own.</summary>
    public async Task<Dashboard> OpenAsync(BrigProcess brig, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Dark)
    {
        var dashboard = await OpenLoggedOutAsync(brig, width, height, scheme);
        await dashboard.Page.GotoAsync(await LinkAsync(brig));
        return dashboard;
    }

    /// <summary>A fresh one-time link.</summary>
    public static async Task<string> LinkAsync(BrigProcess brig)
    {
        var (code, link, errors) = await brig.CommandAsync("login-link");
        Assert.True(code == 0, errors);
        return link.Trim()[link.IndexOf("http", StringComparison.Ordinal)..];
    }

    /// <summary>A page that knows no link yet.</summary>
    public async Task<Dashboard> OpenLoggedOutAsync(BrigProcess brig, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Dark)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = brig.Url.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout((float)Wait.Limit.TotalMilliseconds);
        return new Dashboard(await context.NewPageAsync());
    }

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("BRIG_CHROMIUM") ?? "/usr/bin/chromium",
            Args = Flags,
        });
        Assertions.SetDefaultExpectTimeout((float)Wait.Limit.TotalMilliseconds);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }
}
