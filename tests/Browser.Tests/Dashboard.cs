using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Brig.Browser.Tests;

/// <summary>One tab, and everything the page complained about while it was open.</summary>
public sealed class Dashboard : IAsyncDisposable
{
    /// <summary>What Chromium does to everything that is on its way, over the loopback too, when the machine gets an address: that of a container's new network, for example.</summary>
    private const string NetworkChanged = "net::ERR_NETWORK_CHANGED";

    private readonly ConcurrentQueue<string> _complaints = new();
    private volatile bool _drawn;
    private volatile bool _cutOff;

    public Dashboard(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => _drawn |= frame.Binary?.AsSpan().IndexOf("JS.RenderBatch"u8) >= 0;
        page.RequestFailed += (_, request) => _cutOff |= request.Failure == NetworkChanged;
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains(NetworkChanged, StringComparison.Ordinal))
            {
                _complaints.Enqueue($"{message.Text} ({message.Location})");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Logs in by a link, and waits until the browser was sent on to the pages.</summary>
    public async Task EnterAsync(string link)
    {
        await Page.GotoAsync(link, new() { WaitUntil = WaitUntilState.Commit });
        await Page.WaitForURLAsync("**/~*/", new() { WaitUntil = WaitUntilState.Commit });
    }

    /// <summary>
    /// Goes to a path, <c>/containers</c> for example, and waits until the page is alive: it has the heading that every page has, Blazor has drawn over its circuit (before, its
    /// fields are disabled), and the live connection stands.
    /// </summary>
    public async Task GoAsync(string path)
    {
        do
        {
            _drawn = _cutOff = false;
            try
            {
                await Page.GotoAsync(path.StartsWith("/~", StringComparison.Ordinal) ? path : path.TrimStart('/'));
            }
            catch (PlaywrightException e) when (e.Message.Contains(NetworkChanged, StringComparison.Ordinal))
            {
                _cutOff = true;
            }
        }
        while (_cutOff);
        await Interactive();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await Connected();
    }

    /// <summary>Waits until Blazor has drawn this page over its circuit.</summary>
    public Task Interactive() => Wait.Until(() => _drawn, () => "Blazor to draw: " + string.Join('\n', _complaints));

    /// <summary>Waits until the live connection stands.</summary>
    public async Task Connected()
    {
        string? seen = null;
        try
        {
            await Wait.Until(async () => (seen = await SeeConnectionAsync()) == "live", () => $"the live connection; seen instead: {seen}");
        }
        catch (TimeoutException e)
        {
            await KeepAsync("not-connected");
            throw new TimeoutException(string.Join('\n', [e.Message, .. _complaints]), e);
        }
    }

    /// <summary>Waits until what <paramref name="element"/> draws has changed.</summary>
    public static async Task Moves(ILocator element, [CallerArgumentExpression(nameof(element))] string what = "")
    {
        string before = await Picture(element);
        await Wait.Until(async () => await Picture(element) != before, $"{what} to move");
    }

    /// <summary>Types a line into the terminal once its shell has answered with a prompt.</summary>
    public async Task TypeAsync(string line)
    {
        await Expect(Page.Locator(".xterm-rows")).ToContainTextAsync("#");
        await Page.Locator(".xterm-screen").ClickAsync();
        await Page.Keyboard.TypeAsync(line);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Scripts that failed and files that are missing are failures, whatever the page looks like.</summary>
    public async Task NoComplaints(string name)
    {
        if (!_complaints.IsEmpty)
        {
            await KeepAsync(name);
        }

        Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));
    }

    /// <summary>A picture of the page among the test's results.</summary>
    public async Task KeepAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("BRIG_TEST_OUT") is { } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
        }
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();

    private async Task<string> SeeConnectionAsync()
    {
        try
        {
            return await Page.EvaluateAsync<string>("{ const c = document.querySelector('brig-connection'); c?.dataset.state ?? (c?.outerHTML ?? document.readyState + ' without it') }");
        }
        catch (PlaywrightException e) when (e.Message.Contains("navigation", StringComparison.Ordinal))
        {
            return "a page that is just being left";
        }
    }

    private static Task<string> Picture(ILocator element) => element.EvaluateAsync<string>(
        "e => { const c = e.matches('canvas') ? e : e.querySelector('canvas'); return c ? c.toDataURL() : e.textContent }");
}
