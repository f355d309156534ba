using System.Globalization;
using System.Numerics;

namespace Brig.Browser.Tests.Isolation;

/// <summary>The other views of the Isolation tab, against what the kernel says outside.</summary>
public sealed class ViewTests(Cells cells) : IClassFixture<Cells>
{
    [Fact]
    public async Task Capabilities_Matrix_HasTheBitsOfTheKernel()
    {
        await using var tab = await cells.OpenAsync(cells.Plain, "?view=capabilities");
        var first = tab.Page.Locator(".matrix tbody tr").First;
        ulong effective = ulong.Parse(await cells.StatusAsync(cells.Plain, "CapEff"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        await Expect(first.Locator(".hold.effective")).ToHaveCountAsync(BitOperations.PopCount(effective));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "MKNOD" }).FocusAsync();
        await Expect(tab.Page.Locator("[data-explained]")).ToContainTextAsync("device");
        await tab.NoComplaints("capabilities");
    }

    [Fact]
    public async Task Seccomp_Searched_FindsTheCallAndItsAnswer()
    {
        await using var tab = await cells.OpenAsync(cells.Plain, "?view=seccomp");
        await tab.Page.GetByRole(AriaRole.Searchbox).FillAsync("kexec");
        var rows = tab.Page.Locator(".seccomp tr[data-row]");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First).ToContainTextAsync("denied EPERM");
        await Expect(tab.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("q=kexec"));
        await tab.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Allowed with conditions" }).ClickAsync();
        await Expect(rows.Filter(new() { HasText = "clone" }).First).ToContainTextAsync("a0 &");
        await tab.NoComplaints("seccomp");
    }

    [Fact]
    public async Task Seccomp_Privileged_SaysThereIsNone()
    {
        await using var tab = await cells.OpenAsync(cells.Privileged, "?view=seccomp");
        await Expect(tab.Page.Locator(".empty")).ToContainTextAsync("There is no filter");
    }

    [Fact]
    public async Task Denied_ProbeRuns_AppearsAtOnceAndCountsOn()
    {
        string id = await cells.RunAsync(new { name = "prober", image = "brig/busybox", command = new[] { "sleep", "1000" } });
        await using var tab = await cells.OpenAsync(id, "?view=denied");
        await Expect(tab.Page.GetByText("Nothing was denied")).ToBeVisibleAsync();

        await cells.ExecAsync(id, "unshare -m true");
        var row = tab.Page.Locator("brig-denials tbody tr").Filter(new() { HasText = "unshare" });
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row.Locator(".num")).ToHaveTextAsync("1");
        await Expect(row).ToContainTextAsync("exec");

        await row.Locator("a").ClickAsync();
        await Expect(tab.Page.Locator(".seccomp tr[data-row]").First).ToContainTextAsync("unshare");
        await tab.NoComplaints("denied");
    }

    /// <summary>Counted for one program: an exec is another.</summary>
    [Fact]
    public async Task Denied_ItsOwnProgramTriesAgain_Counts()
    {
        string id = await cells.RunAsync(new { name = "trier", image = "brig/busybox", command = new[] { "sh", "-c", "while :; do unshare -m true 2>/dev/null; sleep 0.3; done" } });
        await using var tab = await cells.OpenAsync(id, "?view=denied");
        var count = tab.Page.Locator("brig-denials tbody tr .num").First;
        await Expect(count).ToBeVisibleAsync();
        await Dashboard.Moves(count);
        await tab.NoComplaints("denied-counts");
    }

    [Fact]
    public async Task Users_Ruler_ShowsWhereRootLands()
    {
        string root = (await cells.ProcAsync(cells.Plain, "uid_map")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        await using var tab = await cells.OpenAsync(cells.Plain, "?view=users");
        await Expect(tab.Page.Locator(".verdict")).ToContainTextAsync($"user {root} on the machine");
        await Expect(tab.Page.Locator(".seen-ids")).ToContainTextAsync($"root → {root}");
        await Expect(tab.Page.Locator(".axis .others")).Not.ToHaveCountAsync(0);

        await tab.GoAsync($"/containers/{cells.Privileged}/isolation?view=users");
        await Expect(tab.Page.Locator(".verdict.bad")).ToContainTextAsync("root inside is root outside");
        await tab.NoComplaints("users");
    }

    [Fact]
    public async Task Mounts_Table_HasEveryMountOfTheKernel()
    {
        int mounts = (await cells.ProcAsync(cells.Plain, "mountinfo")).Count(c => c == '\n');
        await using var tab = await cells.OpenAsync(cells.Plain, "?view=mounts");
        var rows = tab.Page.Locator(".mounts tr[data-row]");
        await Expect(rows).ToHaveCountAsync(mounts);
        await tab.Page.GetByRole(AriaRole.Searchbox).FillAsync("/proc/sys");
        await Expect(rows.First).ToContainTextAsync("ro");
        await rows.First.Locator("[data-explain]").First.HoverAsync();
        await Expect(tab.Page.Locator("[data-explained]")).ToContainTextAsync("nothing can be written");
        await tab.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Masked" }).ClickAsync();
        await Expect(rows.Filter(new() { HasText = "/proc/acpi" })).ToHaveCountAsync(Path.Exists("/proc/acpi") ? 1 : 0);
        await tab.NoComplaints("mounts");
    }

    [Fact]
    public async Task Compare_AnotherChosen_ShowsBothInodes()
    {
        await using var tab = await cells.OpenAsync(cells.Plain, "?view=compare");
        await tab.Page.GetByLabel("Compare with").SelectOptionAsync("hardened");
        var pid = tab.Page.Locator(".compare tbody tr").Filter(new() { HasText = "Processes" });
        await Expect(pid).ToContainTextAsync(await cells.NamespaceAsync(cells.Plain, "pid"));
        await Expect(pid).ToContainTextAsync(await cells.NamespaceAsync(cells.Hardened, "pid"));
        await Expect(pid).ToContainTextAsync("apart");
        await tab.NoComplaints("compare");
    }

    [Fact]
    public async Task Inside_Opened_ShowsBothSidesOfItsFirstProcess()
    {
        int pid = await cells.PidAsync(cells.Plain);
        await using var tab = await cells.OpenAsync(cells.Plain, "?view=inside");
        var row = tab.Page.Locator(".sides").First.Locator(".pair.differs").Filter(new() { HasText = "trap" });
        await Expect(row.Locator("span[role=cell]").First.Locator("mark").First).ToHaveTextAsync("1");
        await Expect(row.Locator("span[role=cell]").Last.Locator("mark").First).ToHaveTextAsync($"{pid}");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "All lines" }).ClickAsync();
        await Expect(tab.Page.Locator(".sides").Last).ToContainTextAsync("CapBnd:");
        await tab.NoComplaints("inside");
    }
}
