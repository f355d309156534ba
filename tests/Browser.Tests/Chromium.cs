using System.Collections.Concurrent;

namespace Brig.Browser.Tests;

/// <summary>One browser for all tests: the system's Chromium (<c>BRIG_CHROMIUM</c>, default /usr/bin/chromium).</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--no-sandbox",     // tests run as root
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Logins are limited, so each Brig sees one, and its cookie is given to every tab.</summary>
    private readonly ConcurrentDictionary<BrigProcess, Lazy<Task<string>>> _cookies = new();

    private readonly QuietNetwork _network = QuietNetwork.Make();

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A page that is logged in, in a profile of its own.</summary>
    public async Task<Dashboard> OpenAsync(BrigProcess brig, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Dark) =>
        await NewAsync(brig, width, height, scheme, await _cookies.GetOrAdd(brig, one => new(() => LogInAsync(one))).Value);

    /// <summary>A page that knows no link yet.</summary>
    public Task<Dashboard> OpenLoggedOutAsync(BrigProcess brig) => NewAsync(brig, 1440, 900, ColorScheme.Dark, cookies: null);

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
        _network.Open(brig.Url.Port);
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = brig.Pages.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout((float)Wait.Limit.TotalMilliseconds);
        return new Dashboard(await context.NewPageAsync());
    }

    /// <summary>Pages of somebody else on 127.0.0.1 are reached as well.</summary>
    public void Open(int port) => _network.Open(port);

    private async Task<string> LogInAsync(BrigProcess brig)
    {
        await using var tab = await OpenLoggedOutAsync(brig);
        await tab.EnterAsync(await LinkAsync(brig));
        return await tab.Page.Context.StorageStateAsync();
    }

    private async Task<Dashboard> NewAsync(BrigProcess brig, int width, int height, ColorScheme scheme, string? cookies)
    {
        _network.Open(brig.Url.Port);
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = brig.Pages.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            StorageState = cookies,
        });
        context.SetDefaultTimeout((float)Wait.Limit.TotalMilliseconds);
        return new Dashboard(await context.NewPageAsync());
    }

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = _network.Wrap(Environment.GetEnvironmentVariable("BRIG_CHROMIUM") ?? "/usr/bin/chromium"),
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
        _network.Dispose();
    }
}
