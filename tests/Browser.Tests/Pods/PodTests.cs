using System.Text.Json;

namespace Brig.Browser.Tests.Pods;

/// <summary>A pod by hand: made, filled with two that talk on localhost, limited, stopped, removed.</summary>
public sealed class PodTests(Place place) : IClassFixture<Place>
{
    [Fact]
    public async Task Pod_ByHandInTheBrowser_Whole()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/pods");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "New pod" }).First.ClickAsync();
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("shop");
        await tab.Page.GetByText("No network").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Combobox, new() { Name = "Memory", Exact = true }).FillAsync("64 MiB");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create the pod" }).ClickAsync();
        var pod = tab.Page.Locator("#pod-shop");
        await Expect(pod).ToContainTextAsync("Nothing is in it yet.");
        await AddAsync(tab, "pod-web", "sh -c 'while :; do echo from web | nc -l -p 8080; done'");
        await AddAsync(tab, "pod-asks", "sh -c 'while :; do nc 127.0.0.1 8080 < /dev/null; sleep 0.1; done'");
        await Expect(tab.Page.Locator(".last-lines")).ToContainTextAsync("from web");
        await tab.Page.Locator(".container-head").GetByRole(AriaRole.Link, new() { Name = "shop" }).ClickAsync();
        await Expect(pod.Locator("> header .sentence")).ToContainTextAsync("2 of 2 containers run");
        await Expect(pod.Locator(".usage")).ToContainTextAsync("64");
        await pod.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(pod.Locator("> header .state")).ToHaveTextAsync("stopped");
        await pod.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(pod.Locator("> header .sentence")).ToContainTextAsync("2 of 2 containers run");
        await pod.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(tab.Page.GetByText("pod-web, pod-asks")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).Last.ClickAsync();
        await Expect(tab.Page.GetByText("No pods yet")).ToBeVisibleAsync();
        Assert.Equal(0, JsonDocument.Parse(await place.Brig.Http.GetStringAsync("/api/v1/pods")).RootElement.GetArrayLength());
        await tab.NoComplaints("pods");
    }

    private static async Task AddAsync(Dashboard tab, string name, string command)
    {
        await tab.GoAsync("/create?pod=shop&image=brig%2Fbusybox");
        await Expect(tab.Page.GetByLabel("Pod", new() { Exact = true })).ToHaveValueAsync("shop");
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await tab.Page.GetByLabel("Command", new() { Exact = true }).FillAsync(command);
        await tab.Page.GetByText("Init process", new() { Exact = true }).ClickAsync();   // without one, a shell as PID 1 waits for its grace to be over
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create and start", Exact = true }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(name);
        await Expect(tab.Page.Locator(".container-head .state")).ToHaveTextAsync("running");
    }
}
