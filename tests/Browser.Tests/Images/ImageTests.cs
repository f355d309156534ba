using System.Formats.Tar;
using System.Text.Json;

namespace Brig.Browser.Tests.Images;

/// <summary>A person builds images and looks into them.</summary>
public sealed class ImageTests(Place place) : IClassFixture<Place>
{
    private const string First = """
        FROM brig/busybox
        RUN echo seen while it is built; mkdir -p /app/node_modules/left-pad; echo $((6*7)) > /app/answer
        COPY <<package.json /app/node_modules/left-pad/package.json
        {"name":"left-pad","version":"1.3.0","license":"WTFPL"}
        package.json
        """;

    [Fact]
    public async Task Person_BuildsTwoVersions_LooksInsideAndComparesThem()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await BuildAsync(tab, First, "mine/answer:1");
        await Expect(tab.Page.Locator(".task-detail .output")).ToContainTextAsync("seen while it is built");
        await Expect(tab.Page.Locator(".task-detail .steps")).ToContainTextAsync("RUN echo seen");
        await tab.Page.ReloadAsync();
        await Expect(tab.Page.Locator(".task-detail .output")).ToContainTextAsync("seen while it is built");

        // Into the image: the layer, its file, and what is in it.
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Look into mine/answer:1" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("mine/answer:1");
        var layer = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "RUN echo seen" });
        await Expect(layer).ToContainTextAsync("+1");
        await layer.GetByRole(AriaRole.Link, new() { Name = "Look into" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "app", Exact = true }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "answer", Exact = true }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Region, new() { Name = "Content" })).ToContainTextAsync("42");

        // Its packages, and the bill of materials as a file.
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Packages", Exact = true }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "left-pad" })).ToContainTextAsync("WTFPL");
        var download = await tab.Page.RunAndWaitForDownloadAsync(() => tab.Page.GetByRole(AriaRole.Link, new() { Name = "SPDX", Exact = true }).ClickAsync());
        using (var sbom = JsonDocument.Parse(await File.ReadAllTextAsync(await download.PathAsync())))
        {
            Assert.Contains(sbom.RootElement.GetProperty("packages").EnumerateArray(), package => package.GetProperty("name").GetString() == "left-pad");
        }

        await BuildAsync(tab, First.Replace("6*7", "6*8", StringComparison.Ordinal).Replace("1.3.0", "1.4.0", StringComparison.Ordinal), "mine/answer:2");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Look into mine/answer:2" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Compare", Exact = true }).ClickAsync();

        // The other version is chosen by itself.
        await Expect(tab.Page.GetByLabel("Before")).ToContainTextAsync("mine/answer:1");
        var package = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "left-pad" });
        await Expect(package).ToContainTextAsync("1.3.0");
        await Expect(package).ToContainTextAsync("1.4.0");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Files 2" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "/app/answer" }).ClickAsync();
        var changes = tab.Page.GetByRole(AriaRole.Region, new() { Name = "Changes in /app/answer" });
        await Expect(changes.Locator(".removed")).ToContainTextAsync("42");
        await Expect(changes.Locator(".added")).ToContainTextAsync("48");
        await tab.NoComplaints("images");
    }

    [Fact]
    public async Task Dockerfile_WrongOrFailing_TheLineIsMarkedWhereItWasWritten()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/images?do=build");
        await tab.Page.GetByLabel("Dockerfile", new() { Exact = true }).FillAsync("FROM brig/busybox\nRUNN x");
        await Expect(tab.Page.GetByText("Dockerfile line 2: \"RUNN\" is no instruction.")).ToBeVisibleAsync();
        await Expect(tab.Page.Locator(".code-editor .strip")).ToBeVisibleAsync();

        await tab.Page.GetByLabel("Dockerfile", new() { Exact = true }).FillAsync("FROM brig/busybox\n\nRUN exit 3");
        await tab.Page.Locator("form.build").GetByRole(AriaRole.Button, new() { Name = "Build", Exact = true }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the Dockerfile" }).ClickAsync();
        await Expect(tab.Page.GetByLabel("Dockerfile", new() { Exact = true })).ToHaveValueAsync("FROM brig/busybox\n\nRUN exit 3");
        await Expect(tab.Page.Locator("#build-file-hint")).ToContainTextAsync("Dockerfile line 3");
        await Expect(tab.Page.Locator(".code-editor .strip")).ToHaveAttributeAsync("style", "--line:2");
        await tab.NoComplaints("build-wrong");
    }

    [Fact]
    public async Task Folder_Chosen_IsBuiltWithItsFilesAndItsDockerfileCanBeChanged()
    {
        string folder = Directory.CreateTempSubdirectory("brig-context-").FullName;
        try
        {
            Directory.CreateDirectory(folder + "/sub");
            await File.WriteAllTextAsync(folder + "/Dockerfile", "FROM brig/busybox\nARG WHO=nobody\nCOPY . /app\nRUN cat /app/sub/hello && echo from $WHO\n");
            await File.WriteAllTextAsync(folder + "/sub/hello", "hello\n");
            await using var tab = await place.Chromium.OpenAsync(place.Brig);
            await tab.GoAsync("/images?do=build");
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "With a folder" }).ClickAsync();
            await tab.Page.GetByLabel("Folder", new() { Exact = true }).SetInputFilesAsync(folder);
            await Expect(tab.Page.GetByLabel("Dockerfile", new() { Exact = true })).ToHaveValueAsync(await File.ReadAllTextAsync(folder + "/Dockerfile"));

            await tab.Page.GetByLabel("Dockerfile", new() { Exact = true }).FillAsync("FROM brig/busybox\nARG WHO=nobody\nCOPY . /app\nRUN echo changed here; cat /app/sub/hello; echo from $WHO");
            await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("mine/folder:1");
            await tab.Page.GetByLabel("Arguments").FillAsync("WHO=somebody");
            await tab.Page.Locator("form.build").GetByRole(AriaRole.Button, new() { Name = "Build", Exact = true }).ClickAsync();

            var output = tab.Page.Locator(".task-detail .output");
            await Expect(output).ToContainTextAsync("changed here");
            await Expect(output).ToContainTextAsync("hello");
            await Expect(output).ToContainTextAsync("from somebody");
            await Expect(tab.Page.Locator(".task-detail header .state")).ToContainTextAsync("done");
            await tab.NoComplaints("build-folder");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Tar_WithoutADockerfile_IsRefusedInWordsAndTheFormStays()
    {
        string tar = Path.GetTempFileName();
        try
        {
            await using (var writer = new TarWriter(File.Create(tar)))
            {
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "readme") { DataStream = new MemoryStream("x"u8.ToArray()) });
            }

            await using var tab = await place.Chromium.OpenAsync(place.Brig);
            await tab.GoAsync("/images?do=build");
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "With a tar" }).ClickAsync();
            await tab.Page.GetByLabel("Tar", new() { Exact = true }).SetInputFilesAsync(tar);
            await tab.Page.Locator("form.build").GetByRole(AriaRole.Button, new() { Name = "Build", Exact = true }).ClickAsync();
            await Expect(tab.Page.Locator("form.build").GetByRole(AriaRole.Alert)).ToContainTextAsync("Dockerfile");
        }
        finally
        {
            File.Delete(tar);
        }
    }

    [Fact]
    public async Task Treemap_ByKeyboard_GoesIntoAFolderAndBack()
    {
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        await tab.GoAsync("/images/brig/busybox:latest?tab=size");
        var tile = tab.Page.Locator(".treemap.wide > a.tile").First;
        await tile.FocusAsync();
        string name = (await tile.GetAttributeAsync("aria-label"))!.Split(':')[0];
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.Locator(".path [aria-current]")).ToHaveTextAsync(name.TrimStart('/'));
        await Expect(tab.Page.Locator(".path [aria-current]")).ToBeFocusedAsync();
        await tab.Page.GoBackAsync();
        await Expect(tab.Page.Locator(".path [aria-current]")).ToHaveTextAsync("/");
        await tab.NoComplaints("treemap");
    }

    private static async Task BuildAsync(Dashboard tab, string dockerfile, string tag)
    {
        await tab.GoAsync("/images");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Build", Exact = true }).ClickAsync();
        await tab.Page.GetByLabel("Dockerfile", new() { Exact = true }).FillAsync(dockerfile);
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(tag);
        await tab.Page.Locator("form.build").GetByRole(AriaRole.Button, new() { Name = "Build", Exact = true }).ClickAsync();
        await tab.Page.WaitForURLAsync("**/tasks/*");
        await Expect(tab.Page.Locator(".task-detail header .state")).ToContainTextAsync("done");
    }
}
