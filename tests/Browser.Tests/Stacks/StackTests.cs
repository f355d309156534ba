namespace Brig.Browser.Tests.Stacks;

/// <summary>A person writes a stack, applies it, changes it, goes back and takes it down.</summary>
public sealed class StackTests(Place place) : IClassFixture<Place>
{
    private const string Shop = """
        services:
          front:
            image: brig/busybox
            command: [sh, -c, "while true; do echo greeting $$WORD; sleep 0.3; done"]
            environment: {WORD: hello}
            stop_grace_period: 0s
            depends_on: [back]
          back:
            image: brig/busybox
            command: [sh, -c, "echo back is here; exec sleep 1000"]
            stop_grace_period: 0s
        """;

    [Fact]
    public async Task Person_WritesAppliesChangesAndTakesDownAStack()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/stacks/-/new");
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("shop");
        await Editor(tab).FillAsync(Shop);
        await Button(tab, "Create").ClickAsync();

        // The plan says what would be done, before anything is.
        await Button(tab, "Plan").ClickAsync();
        var plan = tab.Page.GetByRole(AriaRole.Region, new() { Name = "Plan" });
        await Expect(plan).ToContainTextAsync("shop-front-1");
        await Button(tab, "Apply").ClickAsync();
        await Expect(tab.Page.GetByText("2 of 2 containers run")).ToBeVisibleAsync();
        await Expect(tab.Page.Locator(".service-graph .edge")).ToHaveCountAsync(1);

        await tab.Page.Locator(".tabs").GetByRole(AriaRole.Link, new() { Name = "Logs", Exact = true }).ClickAsync();
        var log = tab.Page.GetByRole(AriaRole.Log);
        await Expect(log).ToContainTextAsync("greeting hello");
        await Expect(log).ToContainTextAsync("back is here");

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Editor", Exact = true }).ClickAsync();
        await Expect(Editor(tab)).ToHaveValueAsync(Shop);
        await Editor(tab).FillAsync(Shop.Replace("WORD: hello", "WORD: goodbye", StringComparison.Ordinal));
        await Button(tab, "Plan").ClickAsync();
        await Expect(plan.Locator("del")).ToContainTextAsync("hello");
        await Expect(plan.Locator("ins")).ToContainTextAsync("goodbye");
        await Button(tab, "Apply").ClickAsync();
        await Expect(tab.Page.GetByText("revision 2")).ToBeVisibleAsync();
        await tab.GoAsync("/stacks/shop?tab=logs&service=front");
        await Expect(log).ToContainTextAsync("greeting goodbye");

        await tab.GoAsync("/stacks/shop");
        await tab.Page.GetByText("Take down", new() { Exact = true }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Keep the volumes" }).ClickAsync();
        await Expect(tab.Page.Locator(".rz-dialog")).ToContainTextAsync("2 containers and the networks are removed");
        await tab.Page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Take down" }).ClickAsync();
        await Expect(Button(tab, "Forget")).ToBeVisibleAsync();
        await tab.NoComplaints("stacks");
    }

    /// <summary>As quickly as it goes: not a letter is lost, and the editor helps.</summary>
    [Fact]
    public async Task Editor_TypedQuickly_KeepsEveryLetterOffersKeysAndMarksTheWrongLine()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/stacks/-/new");
        await Editor(tab).FillAsync("");
        await Editor(tab).FocusAsync();
        await tab.Page.Keyboard.TypeAsync("serv");
        var options = tab.Page.GetByRole(AriaRole.Listbox);
        await Expect(options.GetByRole(AriaRole.Option, new() { Name = "services" })).ToBeVisibleAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.Keyboard.TypeAsync("web:");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.Keyboard.TypeAsync("image: brig/busybox");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.Keyboard.TypeAsync("imagee: wrong ");
        await Expect(Editor(tab)).ToHaveValueAsync("services:\n  web:\n    image: brig/busybox\n    imagee: wrong ");
        await Expect(tab.Page.Locator(".code-editor .strip")).ToHaveAttributeAsync("style", "--line:3");
        await Expect(tab.Page.GetByText("compose.yaml:4")).ToBeVisibleAsync();
        await Expect(Button(tab, "Create")).ToBeDisabledAsync();
        await tab.NoComplaints("stack-editor");
    }

    private static ILocator Editor(Dashboard tab) => tab.Page.GetByLabel("compose.yaml", new() { Exact = true });

    private static ILocator Button(Dashboard tab, string name) => tab.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
