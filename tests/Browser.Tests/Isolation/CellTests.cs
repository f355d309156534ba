namespace Brig.Browser.Tests.Isolation;

/// <summary>The picture of the walls: what it says is what /proc says.</summary>
public sealed class CellTests(Cells cells) : IClassFixture<Cells>
{
    private static readonly string[] Kinds = ["mnt", "pid", "net", "uts", "ipc", "cgroup", "user", "time"];

    [Fact]
    public async Task Default_EachNamespacePressed_ShowsTheKernelsNumbers()
    {
        await using var tab = await cells.OpenAsync(cells.Plain);
        await Expect(tab.Page.Locator(".verdict")).ToContainTextAsync("walls are up, as by default");
        foreach (string kind in Kinds)
        {
            await Press(tab, kind);
            await Expect(tab.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"wall={kind}$"));
            await Expect(Fact(tab, "Inode").First).ToHaveTextAsync(await cells.NamespaceAsync(cells.Plain, kind));
            await Expect(Fact(tab, "Inode").Last).ToHaveTextAsync(Cells.Namespace("self", kind));
        }

        await tab.NoComplaints("cell-default");
    }

    [Fact]
    public async Task Default_RightsPressed_ShowTheKernelsNumbersAndWhatBuiltThem()
    {
        await using var tab = await cells.OpenAsync(cells.Plain);
        await Press(tab, "capabilities");
        await Expect(Fact(tab, "Bounding").Last).ToContainTextAsync(await cells.StatusAsync(cells.Plain, "CapBnd"));
        await Expect(Fact(tab, "Effective").First).ToContainTextAsync(await cells.StatusAsync(cells.Plain, "CapEff"));
        await Expect(tab.Page.Locator(".wall-detail .calls")).ToContainTextAsync("prctl");

        await Press(tab, "seccomp");
        await Expect(Fact(tab, "Seccomp").Last).ToHaveTextAsync(await cells.StatusAsync(cells.Plain, "Seccomp"));
        await Press(tab, "noNewPrivileges");
        await Expect(Fact(tab, "NoNewPrivs").First).ToHaveTextAsync("1");
        await Press(tab, "user");
        await Expect(tab.Page.Locator(".wall-detail .calls")).ToContainTextAsync("clone3");
        await tab.NoComplaints("cell-rights");
    }

    [Fact]
    public async Task Hardened_Opened_TellsWhatIsStricter()
    {
        await using var tab = await cells.OpenAsync(cells.Hardened);
        foreach (string wall in (string[])["Root file system", "Capabilities", "Memory", "Number of processes"])
        {
            await Expect(tab.Page.Locator(".verdict.good .difference.stronger").Filter(new() { HasText = wall })).ToBeVisibleAsync();
        }

        await Expect(Wall(tab, "root")).ToHaveClassAsync("wall strict");
        await Press(tab, "limits");
        await Expect(tab.Page.Locator(".wall-detail")).ToContainTextAsync($"{64 << 20}");
        await Press(tab, "capabilities");
        await Expect(Fact(tab, "Bounding").Last).ToHaveTextAsync("0000000000000000 (0)");
        await tab.NoComplaints("cell-hardened");
    }

    [Fact]
    public async Task Privileged_Opened_IsRedWithItsWallsDown()
    {
        await using var tab = await cells.OpenAsync(cells.Privileged);
        await Expect(tab.Page.Locator(".verdict.bad")).ToContainTextAsync("Privileged.");
        foreach (string wall in (string[])["user", "paths", "devices", "noNewPrivileges", "seccomp"])
        {
            await Expect(Wall(tab, wall)).ToHaveClassAsync("wall down");
        }

        await Press(tab, "seccomp");
        await Expect(Fact(tab, "Seccomp").Last).ToHaveTextAsync("0");
        Assert.Equal("0", await cells.StatusAsync(cells.Privileged, "Seccomp"));
        await Expect(tab.Page.Locator(".wall-detail")).ToContainTextAsync("Every system call reaches the kernel");
        await tab.NoComplaints("cell-privileged");
    }

    [Fact]
    public async Task Shared_Opened_HasADoorThatNamesTheNeighbour()
    {
        await using var tab = await cells.OpenAsync(cells.Sharing);
        await Expect(Wall(tab, "net")).ToHaveClassAsync("wall shared");
        await Expect(Wall(tab, "net").Locator(".neighbour")).ToHaveTextAsync("privileged");
        await Press(tab, "net");
        await tab.Page.Locator(".shared-with a").ClickAsync();
        await Expect(tab.Page.Locator(".compare tr.shared")).ToContainTextAsync(await cells.NamespaceAsync(cells.Sharing, "net"));
        await tab.NoComplaints("cell-shared");
    }

    [Fact]
    public async Task Keyboard_TabAndEnter_ChooseAWall()
    {
        await using var tab = await cells.OpenAsync(cells.Plain);
        await Wall(tab, "mnt").FocusAsync();
        await tab.Page.Keyboard.PressAsync("Tab");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.Locator(".wall-detail h2")).ToHaveTextAsync("Processes");
        await Expect(Wall(tab, "pid")).ToBeFocusedAsync();
        await tab.NoComplaints("cell-keyboard");
    }

    [Fact]
    public async Task Stopped_Opened_ShowsWhatWasAskedAndSaysSo()
    {
        string id = await cells.RunAsync(new { name = "short", image = "brig/busybox", command = new[] { "true" }, readOnlyRoot = true });
        await Wait.Until(async () => await cells.PidAsync(id) == 0, "the container to end");
        await using var tab = await cells.OpenAsync(id);
        await Expect(tab.Page.Locator(".verdict")).ToContainTextAsync("It does not run");
        await Expect(Wall(tab, "root")).ToHaveClassAsync("wall strict");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Mounts", Exact = true }).ClickAsync();
        await Expect(tab.Page.Locator(".empty")).ToContainTextAsync("does not run");
        await tab.NoComplaints("cell-stopped");
    }

    /// <summary>On a telephone a smaller drawing takes the place of the wide one.</summary>
    [Fact]
    public async Task Telephone_WallPressed_Works()
    {
        await using var tab = await cells.Chromium.OpenAsync(cells.Brig, 390, 844);
        await tab.GoAsync($"/containers/{cells.Plain}/isolation");
        await Expect(tab.Page.Locator(".cell.wide")).ToBeHiddenAsync();
        await tab.Page.Locator(".cell.narrow a[href$='wall=seccomp'] .ground").ClickAsync(new() { Position = new() { X = 40, Y = 14 } });
        await Expect(tab.Page.Locator(".wall-detail h2")).ToHaveTextAsync("System calls");
        Assert.Equal(390, await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await tab.NoComplaints("cell-telephone");
    }

    private static ILocator Wall(Dashboard tab, string key) => tab.Page.Locator($".cell.wide a[href$='wall={key}']");

    private static ILocator Fact(Dashboard tab, string name) => tab.Page.Locator(".wall-detail tr").Filter(new() { Has = tab.Page.GetByRole(AriaRole.Rowheader, new() { Name = name, Exact = true }) }).Locator("td");

    /// <summary>On its words: the middle of a ring belongs to the rings within.</summary>
    private static async Task Press(Dashboard tab, string key)
    {
        await Wall(tab, key).Locator(".ground").ClickAsync(new() { Position = new() { X = 40, Y = 12 } });
        await Expect(Wall(tab, key)).ToHaveAttributeAsync("aria-current", "true");
    }
}
