using System.Net.Http.Json;
using System.Text.Json;
using Brig.Tests;

namespace Brig.Browser.Tests.Health;

/// <summary>A check made in the form, and what it says as the page shows it while nobody reloads.</summary>
public sealed class HealthTests(Place place) : IClassFixture<Place>
{
    [Fact]
    public async Task Check_ItsFileGoesAndComes_ThePageFollows()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/create");
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("checked");
        await tab.Page.GetByLabel("Command", new() { Exact = true }).FillAsync("sh -c 'touch /tmp/ok; sleep 1000'");
        await tab.Page.GetByLabel("Check", new() { Exact = true }).SelectOptionAsync("a line for the shell");
        await tab.Page.GetByLabel("What is run").FillAsync("test -e /tmp/ok && echo all there || { echo it is gone; exit 3; }");
        await tab.Page.GetByLabel("Every", new() { Exact = true }).FillAsync("200ms");
        await tab.Page.GetByLabel("Failures in a row").FillAsync("2");
        await Expect(tab.Page.Locator("pre.command").First).ToContainTextAsync("--health-interval 0.2s --health-retries 2");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create and start", Exact = true }).ClickAsync();
        var mark = tab.Page.Locator(".container-head .state");
        await Expect(mark).ToHaveTextAsync("healthy");
        await ExecAsync("rm /tmp/ok");
        await Expect(mark).ToHaveTextAsync("unhealthy");
        await Expect(tab.Page.Locator(".note.warn")).ToContainTextAsync("its health check failed");
        await Wait.Until(async () => await SeesWhyAsync(tab), "the output of a probe that failed");
        await Expect(tab.Page.Locator("ul.events")).ToContainTextAsync("is unhealthy");
        await ExecAsync("touch /tmp/ok");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await Expect(mark).ToHaveTextAsync("healthy");
        await Expect(tab.Page.Locator(".probes")).ToContainTextAsync("passed");
        await tab.NoComplaints("health");
    }

    /// <summary>Opens the newest probe and reads it; of five a second, five are shown, so that what is open goes with the sixth.</summary>
    private static async Task<bool> SeesWhyAsync(Dashboard tab)
    {
        var open = tab.Page.Locator(".probes details[open]");
        if (await open.CountAsync() == 0)
        {
            await tab.Page.Locator(".probes summary").First.ClickAsync();
        }
        return await open.Locator("pre", new() { HasText = "it is gone" }).CountAsync() > 0;
    }

    private async Task ExecAsync(string script)
    {
        using var made = await place.Brig.Http.PostAsJsonAsync("/api/v1/containers/checked/exec", new { command = (string[])["sh", "-c", script] });
        string id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        using var ended = await place.Brig.Http.PostAsync($"/api/v1/exec/{id}/wait", null);
        ended.EnsureSuccessStatusCode();
    }
}
