using Brig.Browser.Tests;
using Brig.Kernel.Tests.Networks;
using Brig.Kernel.Tests.Stacks;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Brig.Peers.Tests.Applications;

/// <summary>Somebody at a browser, who does to the stack what its pages offer. The browser is on this machine, where Brig answers; what it asks of a published port is asked for it from the other machine.</summary>
internal sealed class Person(Dashboard tab)
{
    public IPage Page => tab.Page;

    /// <summary>Chooses a template and makes a stack of it as it is.</summary>
    public async Task MakeAsync(string template)
    {
        await tab.GoAsync("/stacks");
        await Page.GetByRole(AriaRole.Link, new() { Name = "New stack" }).First.ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = template }).ClickAsync();
        await Expect(Editor("compose.yaml")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("POSTGRES_PASSWORD_FILE"));
        await Button("Create").ClickAsync();
    }

    /// <returns>What the plan says, before it is applied.</returns>
    public async Task<string> ApplyAsync()
    {
        await Button("Plan").ClickAsync();
        var plan = Page.GetByRole(AriaRole.Region, new() { Name = "Plan" });
        await Expect(plan).ToBeVisibleAsync();
        string says = await plan.InnerTextAsync();
        await Button("Apply").ClickAsync();
        return says;
    }

    /// <summary>Opens a file of the stack in the editor, and writes another text in the place of one in it.</summary>
    public async Task EditAsync(string path, params (string From, string To)[] changes)
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Editor", Exact = true }).ClickAsync();
        await Button(path).ClickAsync();
        string text = await Editor(path).InputValueAsync();
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        await Editor(path).FillAsync(text);
    }

    public Task SeesAsync(string text) => Expect(Page.GetByText(text).First).ToBeVisibleAsync();

    /// <summary>Nothing is being done to the stack any more.</summary>
    public Task WaitsAsync() => Expect(Page.Locator(".container-head .mark.accent")).ToHaveCountAsync(0);

    public Task RestartsAsync(string service) => Page.GetByRole(AriaRole.Button, new() { Name = "Restart " + service, Exact = true }).ClickAsync();

    public async Task TakesDownWithVolumesAsync()
    {
        await Page.GetByText("Take down", new() { Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "With its volumes" }).ClickAsync();
        await Page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "With its volumes" }).ClickAsync();
        await Expect(Button("Forget")).ToBeVisibleAsync();
    }

    /// <summary>Clicks the published port.</summary>
    /// <returns>What the page in the new tab says.</returns>
    public async Task<string> ClicksPortAsync(HostNamespace host, int port)
    {
        await Page.Context.RouteAsync($"http://127.0.0.1:{port}/**", async route =>
        {
            var (body, failure) = await HttpLoad.GetAsync(host.Elsewhere, HostNamespace.MachineIpv4, port);
            await route.FulfillAsync(new() { Status = body is null ? 502 : 200, ContentType = "text/html", Body = body ?? failure });
        });
        var opened = await Page.Context.RunAndWaitForPageAsync(() => Page.GetByRole(AriaRole.Link, new() { Name = $"{port}→80" }).ClickAsync());
        string says = await opened.Locator("body").InnerTextAsync();
        Assert.Equal("null", await opened.EvaluateAsync<string>("String(window.opener)"));
        Assert.Equal("", await opened.EvaluateAsync<string>("document.referrer"));
        await opened.CloseAsync();
        return says;
    }

    private ILocator Editor(string path) => Page.GetByLabel(path, new() { Exact = true });

    private ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
