using Brig.Tests;

namespace Brig.Browser.Tests;

/// <summary>The engine dies and comes back under an open page.</summary>
public sealed class ConnectionTests(ConnectionTests.Browser browser) : IClassFixture<ConnectionTests.Browser>
{
    [Fact]
    public async Task Engine_KilledAndStartedAgain_PageSaysSoAndHeals()
    {
        await using var brig = await BrigProcess.StartAsync(("BRIG_URLS", $"http://127.0.0.1:{FreePort.Next()}"));
        string id = await Place.RunAsync(brig, "survivor", "i=0; while :; do i=$((i+1)); echo \"line $i\"; sleep 0.2; done");
        await using var tab = await browser.Chromium.OpenAsync(brig);
        await tab.GoAsync($"/containers/{id}/logs");
        await Expect(tab.Page.Locator("brig-log")).ToContainTextAsync("line");

        await brig.KillAsync();
        await Expect(tab.Page.GetByText("Connection lost", new() { Exact = false }).First).ToBeVisibleAsync();

        await brig.StartAgainAsync();
        await tab.Connected();
        await Expect(tab.Page.GetByText("Connection lost", new() { Exact = false }).First).ToBeHiddenAsync();
        await Expect(tab.Page.GetByText("running for")).ToBeVisibleAsync();
        await Dashboard.Moves(tab.Page.Locator("brig-log"));
    }

    public sealed class Browser : IAsyncLifetime
    {
        public Chromium Chromium { get; } = new();

        public Task InitializeAsync() => Chromium.InitializeAsync();

        public Task DisposeAsync() => Chromium.DisposeAsync();
    }
}
