using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Brig.Browser.Tests;

/// <summary>Volumes by hand: made, written to by a container, read, uploaded to, kept while in use.</summary>
public sealed class VolumeTests(Place place) : IClassFixture<Place>
{
    [Fact]
    public async Task Volume_ByHandInTheBrowser_Whole()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        try
        {
            await tab.GoAsync("/volumes");
            await Button(tab, "New volume").First.ClickAsync();
            await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("by-hand");
            await Button(tab, "Create").ClickAsync();
            await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("by-hand");
            await Expect(tab.Page.GetByText("Nothing is here.")).ToBeVisibleAsync();

            string container = await WriterAsync();
            await SeeWhatItWroteAsync(tab);
            await UploadAsync(tab, container);
            await SnapshotAsync(tab);
            await RemoveWhileInUseAsync(tab, container);
        }
        catch
        {
            await tab.KeepAsync("volumes");
            throw;
        }

        await tab.NoComplaints("volumes");
    }

    [Fact]
    public async Task Create_WithAVolumeChosen_HasItAndLinksToIt()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/create");
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("chooser");
        await tab.Page.GetByLabel("Command", new() { Exact = true }).FillAsync("sleep 1000");
        await tab.Page.GetByLabel("Volume", new() { Exact = true }).FillAsync("chosen");
        await tab.Page.GetByLabel("Path inside", new() { Exact = true }).FillAsync("/data");
        await Button(tab, "Add volume").ClickAsync();
        await Expect(tab.Page.GetByLabel("Mounts", new() { Exact = true })).ToHaveValueAsync("chosen:/data");
        await Button(tab, "Create and start").ClickAsync();
        await Expect(tab.Page.GetByText("running for")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "chosen", Exact = true }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("chosen");
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "chooser", Exact = true })).ToBeVisibleAsync();
        await tab.NoComplaints("volume-chosen");
    }

    private async Task<string> WriterAsync()
    {
        using var made = await place.Brig.Http.PostAsJsonAsync("/api/v1/containers", new
        {
            name = "writer", image = "brig/busybox", command = new[] { "sh", "-c", "mkdir -p /data/notes; echo 'written inside' > /data/notes/first; chown 1000:33 /data/notes/first; while [ ! -e /data/notes/upload.txt ]; do sleep 0.1; done; cat /data/notes/upload.txt; sleep 1000" },
            mounts = new[] { new { kind = "volume", source = "by-hand", target = "/data" } },
        });
        string id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        using var started = await place.Brig.Http.PostAsync($"/api/v1/containers/{id}/start", null);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync());
        await Wait.Until(async () => (await place.Brig.Http.GetAsync("/api/v1/volumes/by-hand/files?path=/notes")) is { IsSuccessStatusCode: true } listed && (await listed.Content.ReadAsStringAsync()).Contains("\"gid\":33", StringComparison.Ordinal), "the container to write");
        return id;
    }

    private static async Task SeeWhatItWroteAsync(Dashboard tab)
    {
        await tab.GoAsync("/volumes/by-hand");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "notes", Exact = true }).ClickAsync();
        var row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "first" });
        await Expect(row).ToContainTextAsync("1000:33");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "first", Exact = true }).ClickAsync();
        await Expect(tab.Page.Locator(".volume-text pre")).ToHaveTextAsync("written inside");
    }

    private async Task UploadAsync(Dashboard tab, string container)
    {
        await tab.Page.Locator(".volume-files input[type=file]").SetInputFilesAsync(new FilePayload { Name = "upload.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("from the browser\n") });
        await Expect(tab.Page.GetByText("Uploaded.")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "upload.txt", Exact = true })).ToBeVisibleAsync();
        await Wait.Until(async () => (await place.Brig.Http.GetStringAsync($"/api/v1/containers/{container}/logs")).Contains("from the browser", StringComparison.Ordinal), "the container to see it");

        var download = await tab.Page.RunAndWaitForDownloadAsync(() => tab.Page.Locator(".file-list tr", new() { HasText = "upload.txt" }).Locator("a[download]").ClickAsync());
        await using var content = await download.CreateReadStreamAsync();
        Assert.Equal("from the browser\n", await new StreamReader(content).ReadToEndAsync());
    }

    private static async Task SnapshotAsync(Dashboard tab)
    {
        await tab.Page.GetByLabel("Name, or the time").FillAsync("kept");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Snapshot", Exact = true }).ClickAsync();
        await Expect(tab.Page.Locator(".snapshots li")).ToContainTextAsync("kept");
        await Expect(tab.Page.Locator(".snapshots li")).ToContainTextAsync("busy");
    }

    private async Task RemoveWhileInUseAsync(Dashboard tab, string container)
    {
        await RemoveAsync(tab, "cannot be had back");
        await Expect(tab.Page.GetByText("in use by container writer")).ToBeVisibleAsync();
        using var removed = await place.Brig.Http.DeleteAsync($"/api/v1/containers/{container}?force=true");
        Assert.True(removed.IsSuccessStatusCode);
        await Expect(tab.Page.GetByText("nobody")).ToBeVisibleAsync();
        await RemoveAsync(tab, "Its snapshot goes too.");
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Volumes");
        Assert.DoesNotContain("by-hand", await place.Brig.Http.GetStringAsync("/api/v1/volumes"), StringComparison.Ordinal);
    }

    private static async Task RemoveAsync(Dashboard tab, string told)
    {
        await Button(tab, "Remove").First.ClickAsync();
        await Expect(tab.Page.GetByText(told)).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).Last.ClickAsync();
        await Expect(tab.Page.GetByText(told)).ToHaveCountAsync(0);
    }

    private static ILocator Button(Dashboard tab, string name) => tab.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
