using System.Collections.Immutable;
using System.Diagnostics;
using System.Formats.Tar;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Volumes;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Kernel.Tests.Volumes;

/// <summary>What the image has where a volume is mounted becomes the volume's, with everything that belongs to it.</summary>
public class CopyUpTests : IAsyncLifetime
{
    private const UnixFileMode Usual = (UnixFileMode)0x1ED;
    private VolumeScene _scene = null!;

    public async Task InitializeAsync()
    {
        _scene = await VolumeScene.StartAsync();
        await _scene.ImageAsync("filled", Content, "/declared", "/link/db");
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task NamedVolume_Empty_GetsWhatTheImageHasThere()
    {
        string[] seen = await _scene.PrintsAsync(
            "cd /data; stat -c '%u:%g %a' . file sub; stat -c %h hard; [ hard -ef sub/other ] && echo same; readlink sym; cat sym; stat -c '%u %F' fifo; stat -c %Y file; stat -c %a setuid",
            spec => spec with { Image = "filled", Mounts = [VolumeScene.Mount("v")] });
        Assert.Equal(["70:71 700", "70:0 640", "5:6 2755", "2", "same", "file", "content", "9 fifo", "1000000000", "4755"], seen);
        string data = _scene.Volumes.Get("v").Path;
        Assert.Equal((70u, 71u), Ownership.Of(data));
        Assert.Equal("note", Xattr(data + "/file", "user.note"));
    }

    [Fact]
    public async Task ImageVolumes_NobodyNamedThem_AreAnonymousFilledAndThroughLinks()
    {
        var container = await _scene.Engine.CreateAsync("cat /declared/f /real/db/f; echo new > /link/db/g", spec => spec with { Image = "filled" });
        Assert.Equal(["/declared", "/link/db"], container.Spec.Mounts.Select(mount => mount.Target));
        await _scene.Containers.StartAsync(container.Name);
        await _scene.Containers.WaitAsync(container.Name);

        Assert.Equal(["declared", "through a link"], await _scene.Engine.OutputAsync(container));
        Assert.All(_scene.Volumes.List(), volume => Assert.True(volume.Anonymous));
        Assert.Equal("new\n", await File.ReadAllTextAsync(_scene.Volumes.Get(container.Spec.Mounts[1].Source!).Path + "/g"));
        await _scene.Containers.RemoveAsync(container.Name);
        Assert.Equal(2, _scene.Volumes.List().Length);
        Assert.Equal(2, (await _scene.Volumes.PruneAsync(new())).Removed.Length);
    }

    /// <summary>On a disk of its own: 40 MiB, of which 2 stay free. The content is larger than what is left, and smaller than the disk.</summary>
    [Fact]
    public async Task Fill_ContentTakesWhatShallStayFree_IsRefusedAndLeavesNothing()
    {
        string root = _scene.Engine.Folder + "/disk", image = Directory.CreateDirectory(_scene.Engine.Folder + "/image").FullName;
        await File.WriteAllTextAsync(image + "/first", "first");
        await File.WriteAllBytesAsync(image + "/large", new byte[30 << 20]);
        Directory.CreateDirectory(root);
        using var disk = TmpfsMount.Make([("size", "40m")]);
        disk.On(root);
        try
        {
            var paths = new EnginePaths(new EngineOptions { Root = root, Run = _scene.Engine.Run });
            var folders = new VolumeFolders(paths);
            Directory.CreateDirectory(paths.Trash);
            Directory.CreateDirectory(folders.Data("v"));
            await File.WriteAllBytesAsync(root + "/other", new byte[9 << 20]);
            var volume = new Volume("v", "v", false, VolumeKind.Folder, default) { Path = folders.Data("v") };
            var copyUp = new CopyUp(folders, paths);

            var refused = await Assert.ThrowsAsync<EngineException>(() => copyUp.FillAsync(volume, image));
            Assert.Equal(EngineErrorKind.Unavailable, refused.Kind);
            Assert.Contains("volume v", refused.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Equal([folders.Data("v")], Directory.GetFileSystemEntries(folders.Of("v")));
            Assert.Empty(Directory.GetFileSystemEntries(folders.Data("v")));

            File.Delete(root + "/other");
            await copyUp.FillAsync(volume, image);
            Assert.Equal(30 << 20, new FileInfo(folders.Data("v") + "/large").Length);
        }
        finally
        {
            TmpfsMount.Unmount(root);
        }
    }

    [Fact]
    public async Task Volume_NotEmpty_StaysAsItIs()
    {
        await _scene.PrintsAsync("echo mine > /data/mine", VolumeScene.Mount("v"));
        Assert.Equal(["mine"], await _scene.PrintsAsync("ls /data", spec => spec with { Image = "filled", Mounts = [VolumeScene.Mount("v")] }));
    }

    [Fact]
    public async Task Volume_EmptiedByTheContainer_IsNotFilledAtItsNextStart()
    {
        var container = await _scene.Engine.RunAsync("ls -A /data | wc -l; rm -rf /data/* /data/.[!.]*", spec => spec with { Image = "filled", Mounts = [VolumeScene.Mount("v")] });
        await _scene.Containers.WaitAsync(container.Name);
        await _scene.Containers.StartAsync(container.Name);
        await _scene.Containers.WaitAsync(container.Name);
        Assert.Equal(["7", "0"], await _scene.Engine.OutputAsync(container));
    }

    [Fact]
    public async Task NoCopy_Empty_StaysEmpty() =>
        Assert.Equal(["0", "0:0"], await _scene.PrintsAsync("ls -A /data | wc -l; stat -c %u:%g /data", spec => spec with { Image = "filled", Mounts = [VolumeScene.Mount("v") with { NoCopy = true }] }));

    [Fact]
    public async Task Tmpfs_MadeAnew_BeginsWithTheImagesContent()
    {
        await _scene.Volumes.CreateAsync(new("m") { Options = new Dictionary<string, string> { ["type"] = "tmpfs" }.ToImmutableDictionary() });
        Assert.Equal(["content", "70:71"], await _scene.PrintsAsync("cat /data/file; stat -c %u:%g /data", spec => spec with { Image = "filled", Mounts = [VolumeScene.Mount("m")] }));
    }

    [Theory]
    [InlineData("filling")]
    [InlineData("ready")]
    public async Task EngineKilled_InTheMiddle_TheNextStartHasTheWholeAndNothingElse(string where)
    {
        // As it lies on the disk when the engine is killed in this moment; what kills it is tried in KilledTests.
        var container = await _scene.Engine.CreateAsync("ls -A /data | tr '\\n' ' '; cat /data/file; stat -c %u:%g /data", spec => spec with { Image = "filled", Mounts = [VolumeScene.Mount("v")] });
        string volume = _scene.Engine.Paths.Volumes + "/" + _scene.Volumes.Get("v").Id;
        await _scene.Engine.EndAsync();
        Directory.CreateDirectory($"{volume}/{where}");
        if (where == "filling")
        {
            await File.WriteAllTextAsync(volume + "/filling/half", "half");
        }
        else
        {
            // The first name was moved already, the rest not.
            TreeCopy.Copy(_scene.Engine.Paths.Layers + "/" + Path.GetFileName(Directory.GetDirectories(_scene.Engine.Paths.Layers).Single(layer => Directory.Exists(layer + "/data"))) + "/data", volume + "/ready", default);
            Directory.Move(volume + "/ready/sub", volume + "/data/sub");
        }
        await _scene.Engine.BeginAsync();
        Assert.False(Directory.Exists($"{volume}/{where}"));
        await _scene.Containers.StartAsync(container.Name);
        await _scene.Containers.WaitAsync(container.Name);

        Assert.Equal(["fifo file hard setuid sub sym .hidden content", "70:71"], Sorted(await _scene.Engine.OutputAsync(container)));
    }

    private static string Xattr(string file, string name)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", $"import os; print(os.getxattr('{file}', '{name}').decode(), end='')"]) { RedirectStandardOutput = true })!;
        return python.StandardOutput.ReadToEnd();
    }

    private static string[] Sorted(string[] lines)
    {
        string[] words = lines[0].Split(' ');
        return [string.Join(' ', words[..^1].OrderBy(word => word.TrimStart('.') == "hidden").ThenBy(word => word, StringComparer.Ordinal).Append(words[^1])), .. lines[1..]];
    }

    private static void Content(TarWriter tar)
    {
        Add(new(TarEntryType.Directory, "data/") { Uid = 70, Gid = 71, Mode = (UnixFileMode)0x1C0 });
        var file = new PaxTarEntry(TarEntryType.RegularFile, "data/file", new Dictionary<string, string> { ["SCHILY.xattr.user.note"] = "note" })
        {
            Uid = 70, Mode = (UnixFileMode)0x1A0, ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1000000000), DataStream = new MemoryStream("content\n"u8.ToArray()),
        };
        tar.WriteEntry(file);
        Add(new(TarEntryType.RegularFile, "data/.hidden") { Mode = Usual });
        Add(new(TarEntryType.RegularFile, "data/setuid") { Mode = Usual | UnixFileMode.SetUser });
        Add(new(TarEntryType.Directory, "data/sub/") { Uid = 5, Gid = 6, Mode = Usual | UnixFileMode.SetGroup });
        Add(new(TarEntryType.RegularFile, "data/sub/other") { Mode = Usual });
        Add(new(TarEntryType.HardLink, "data/hard") { LinkName = "data/sub/other" });
        Add(new(TarEntryType.SymbolicLink, "data/sym") { LinkName = "file" });
        Add(new(TarEntryType.Fifo, "data/fifo") { Uid = 9, Mode = Usual });
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "declared/f") { Mode = Usual, DataStream = new MemoryStream("declared\n"u8.ToArray()) });
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "real/db/f") { Mode = Usual, DataStream = new MemoryStream("through a link\n"u8.ToArray()) });
        Add(new(TarEntryType.SymbolicLink, "link") { LinkName = "/real" });

        void Add(PaxTarEntry entry) => tar.WriteEntry(entry);
    }
}
