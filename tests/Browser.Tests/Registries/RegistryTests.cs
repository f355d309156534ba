namespace Brig.Browser.Tests.Registries;

/// <summary>A person and a private registry: Debian's docker-registry, which knows <c>sailor</c> by the password <c>secret</c>.</summary>
public sealed class RegistryTests(Place place) : IClassFixture<Place>
{
    [Fact]
    public async Task Person_LogsInPushesLooksPullsAndLogsOut_AndIsLedBackToTheLogin()
    {
        using var folder = new TempFolder();
        await using var registry = await DockerRegistry.StartAsync(folder.In("registry"), login: true);
        string image = $"{registry.Host}/team/tool:1";
        using var tagged = await place.Brig.Http.PostAsync($"/api/v1/images/-/tag?reference=brig/busybox&name={image}", null);
        Assert.True(tagged.IsSuccessStatusCode, await tagged.Content.ReadAsStringAsync());
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        var page = tab.Page;

        // A wrong password is not kept, and what the registry said stands beside it; the right one is.
        await tab.GoAsync("/images");
        await page.GetByRole(AriaRole.Link, new() { Name = "Registries", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a registry", Exact = true }).ClickAsync();
        await page.GetByLabel("Registry", new() { Exact = true }).FillAsync(registry.Host);
        await page.GetByLabel("Username", new() { Exact = true }).FillAsync("sailor");
        await page.GetByLabel("Password or token", new() { Exact = true }).FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check the login and save" }).ClickAsync();
        await Expect(page.Locator("#r-password-hint")).ToContainTextAsync($"The registry {registry.Host} refuses the login of sailor");
        Assert.DoesNotContain("sailor", await place.Brig.Http.GetStringAsync("/api/v1/registries"), StringComparison.Ordinal);
        await page.GetByLabel("Password or token", new() { Exact = true }).FillAsync("secret");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check the login and save" }).ClickAsync();
        await Expect(page.GetByText($"sailor is logged in to {registry.Host}.")).ToBeVisibleAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = registry.Host });
        await Expect(row).ToContainTextAsync("sailor");
        Assert.DoesNotContain("secret", await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = $"Check {registry.Host}" }).ClickAsync();
        await Expect(page.GetByText($"{registry.Host} answers, and takes the login of sailor.")).ToBeVisibleAsync();

        // What is pushed is there to be looked at, and to be pulled.
        await tab.GoAsync($"/images/{image}");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Push {image}" }).ClickAsync();
        await Expect(page.Locator(".task-detail header .state")).ToContainTextAsync("done");
        await tab.GoAsync("/registries");
        await page.GetByRole(AriaRole.Link, new() { Name = registry.Host, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "team/tool", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Pull {image}" }).ClickAsync();
        await Expect(page.Locator(".task-detail h2")).ToContainTextAsync(image);
        await Expect(page.Locator(".task-detail header .state")).ToContainTextAsync("done");

        // Logged out, a pull is refused, and leads to where one logs in.
        await tab.GoAsync("/registries");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Log out {registry.Host}" }).ClickAsync();
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Log out", Exact = true }).ClickAsync();
        await Expect(row).ToContainTextAsync("nobody");
        await tab.GoAsync("/images?do=pull");
        await page.GetByLabel("Image", new() { Exact = true }).FillAsync(image);
        await page.Locator("form.import").GetByRole(AriaRole.Button, new() { Name = "Pull", Exact = true }).ClickAsync();
        await Expect(page.Locator(".task-detail header .state")).ToContainTextAsync("failed");
        await Expect(page.Locator(".task-detail [role=alert]")).ToContainTextAsync("wants a login");
        await page.GetByRole(AriaRole.Link, new() { Name = $"Log in to {registry.Host}" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Log in to {registry.Host}" })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Password or token", new() { Exact = true })).ToBeVisibleAsync();
        await tab.NoComplaints("registries");
    }
}
