using System.Formats.Tar;
using System.Text;
using Brig.Engine;
using Brig.Engine.Volumes;
using Brig.Tests;

namespace Brig.Kernel.Tests.Volumes;

/// <summary>A volume's files with no container; every name in it, and in what comes, is a stranger's.</summary>
[Trait("Guest", "too")]
public class FilesTests : IAsyncLifetime
{
    private VolumeScene _scene = null!;
    private string _outside = null!;

    private IVolumeFiles Files => _scene.Engine.Get<IVolumeFiles>();

    public async Task InitializeAsync()
    {
        _scene = await VolumeScene.StartAsync();
        await _scene.Volumes.CreateAsync(new("v"));
        // What an attack must not reach, where a link of the volume can name it.
        _outside = _scene.Engine.Folder + "/outside";
        Directory.CreateDirectory(_outside);
        await File.WriteAllTextAsync(_outside + "/secret", "secret");
    }

    public async Task DisposeAsync()
    {
        string[] left = [.. Directory.GetFileSystemEntries(_outside).Select(Path.GetFileName).Order()!];
        await _scene.DisposeAsync();
        Assert.Equal(["secret"], left);
    }

    [Fact]
    public async Task Browse_WhatAContainerMade_IsToldAsItSeesIt()
    {
        await _scene.PrintsAsync("cd /data; mkdir -m 1777 d; echo hello > d/f; chown 1000:33 d/f; ln -s f d/l; mkfifo d/p; ln -s /d /data/abs", VolumeScene.Mount("v"));
        var listed = await Files.ListAsync("v", "/abs/");
        Assert.False(listed.More);
        Assert.Equal(["f", "l", "p"], listed.Files.Select(file => file.Name));
        Assert.Equal(("/abs/f", VolumeFileKind.File, 6L, "0644", 1000u, 33u), (listed.Files[0].Path, listed.Files[0].Kind, listed.Files[0].Size, listed.Files[0].Mode, listed.Files[0].Uid, listed.Files[0].Gid));
        Assert.Equal("f", listed.Files[1].LinkTarget);
        Assert.Equal("01777", (await Files.StatAsync("v", "/d")).Mode);
        await using var file = await Files.OpenAsync("v", "/d/l");
        Assert.Equal("hello\n", await new StreamReader(file).ReadToEndAsync());
    }

    [Theory]
    [InlineData("/d/p")]
    [InlineData("/d")]
    [InlineData("/d/zero")]
    public async Task Open_NoRegularFile_IsRefusedAndNeverWaits(string path)
    {
        await _scene.PrintsAsync("cd /data; mkdir d; mkfifo d/p; mknod d/zero c 1 5 2>/dev/null || mkfifo d/zero", VolumeScene.Mount("v"));
        var error = await Assert.ThrowsAsync<EngineException>(() => Files.OpenAsync("v", path).WaitAsync(Wait.Limit));
        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
    }

    [Fact]
    public async Task Put_File_BelongsToItsDirectorysOwnerAndTheContainerSeesIt()
    {
        await _scene.PrintsAsync("mkdir /data/d; chown 1000:33 /data/d; echo old > /data/d/old; chmod 600 /data/d/old; chown 7 /data/d/old", VolumeScene.Mount("v"));
        await PutAsync("/d/new", "new");
        await PutAsync("/d/old", "replaced");
        Assert.Equal(["1000:33 644", "7:0 600", "new", "replaced"], await _scene.PrintsAsync("cd /data/d; stat -c '%u:%g %a' new old; cat new; echo; cat old", VolumeScene.Mount("v")));
        Assert.Equal(EngineErrorKind.NotFound, (await Assert.ThrowsAsync<EngineException>(() => PutAsync("/none/f", "x"))).Kind);
        Assert.Equal(EngineErrorKind.Invalid, (await Assert.ThrowsAsync<EngineException>(() => PutAsync("/d", "x"))).Kind);
    }

    [Fact]
    public async Task Put_BreaksOff_NothingIsThere()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Files.PutAsync("v", "/f", new BrokenStream()));
        Assert.Empty((await Files.ListAsync("v", "/")).Files);
    }

    [Fact]
    public async Task Put_DiskOfTheVolumeIsSmall_SaysThereIsNoRoomAndLeavesNothing()
    {
        await _scene.Volumes.CreateAsync(new("small") { Options = VolumeOptions.Tmpfs("size=20m") });
        var error = await Assert.ThrowsAsync<EngineException>(() => Files.PutAsync("small", "/f", new MemoryStream(new byte[40 << 20])));
        Assert.Equal(EngineErrorKind.Unavailable, error.Kind);
        Assert.Empty((await Files.ListAsync("small", "/")).Files);
    }

    [Fact]
    public async Task Remove_FolderWithLinksOut_TakesOnlyTheLinks()
    {
        await _scene.PrintsAsync($"mkdir -p /data/d/e; ln -s {_outside} /data/d/out; ln -s {_outside} /data/out; touch /data/d/e/f; touch \"/data/d/$(printf 'not\\377utf8')\"", VolumeScene.Mount("v"));
        await Files.RemoveAsync("v", "/d");
        await Files.RemoveAsync("v", "/out");
        Assert.Empty((await Files.ListAsync("v", "/")).Files);
        Assert.Equal(EngineErrorKind.Invalid, (await Assert.ThrowsAsync<EngineException>(() => Files.RemoveAsync("v", "/"))).Kind);
    }

    [Fact]
    public async Task MakeFolder_BelongsToItsDirectorysOwner()
    {
        await _scene.PrintsAsync("chown 5:6 /data", VolumeScene.Mount("v"));
        await Files.MakeFolderAsync("v", "/new");
        Assert.Equal(["5:6 755"], await _scene.PrintsAsync("stat -c '%u:%g %a' /data/new", VolumeScene.Mount("v")));
        Assert.Equal(EngineErrorKind.Conflict, (await Assert.ThrowsAsync<EngineException>(() => Files.MakeFolderAsync("v", "/new"))).Kind);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("out/secret")]
    [InlineData("/out/secret")]
    [InlineData("a/out2/secret")]
    [InlineData("proc/self/root/tmp")]
    public async Task EveryWayIn_PathThatLeadsOut_ReachesNothingOutside(string attack)
    {
        await _scene.PrintsAsync($"cd /data; ln -s {_outside} out; mkdir a; ln -s ../../../../../../../../../..{_outside} a/out2; ln -s /proc proc", VolumeScene.Mount("v"));
        string path = "/" + attack.TrimStart('/');
        foreach (var way in (Func<Task>[])
        [
            async () => await Files.OpenAsync("v", path), async () => await Files.ListAsync("v", Up(path)), async () => await Files.ReadAsync("v", path, Stream.Null),
            async () => await PutAsync(path, "overwritten"), async () => await Files.RemoveAsync("v", path), async () => await Files.MakeFolderAsync("v", path),
            async () => await Files.WriteAsync("v", Up(path), Tar(new PaxTarEntry(TarEntryType.RegularFile, "secret") { DataStream = new MemoryStream("overwritten"u8.ToArray()) })),
        ])
        {
            await Assert.ThrowsAsync<EngineException>(way);
        }
        Assert.Equal("secret", await File.ReadAllTextAsync(_outside + "/secret"));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("link/escaped")]
    public async Task Archives_EntryThatLeadsOut_ReachesNothingOutsideOnEitherWay(string name)
    {
        var link = new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = _outside };
        var file = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) };
        var hard = new PaxTarEntry(TarEntryType.HardLink, "hard") { LinkName = "link/secret" };
        await Task.WhenAny(Files.WriteAsync("v", "/", Tar(link, file)));
        await Task.WhenAny(_scene.Volumes.ImportAsync(new("w"), Tar(link, file)));
        await Assert.ThrowsAsync<EngineException>(() => Files.WriteAsync("v", "/", Tar(link, hard)));
        await Assert.ThrowsAsync<EngineException>(() => _scene.Volumes.ImportAsync(new("x"), Tar(link, hard)));

        Assert.Equal("secret", await File.ReadAllTextAsync(_outside + "/secret"));
        Assert.DoesNotContain(_scene.Volumes.List(), volume => volume.Name == "x");
        Assert.False(File.Exists(_scene.Engine.Paths.Volumes + "/escaped"));
    }

    [Fact]
    public async Task Import_DeviceOrBrokenArchive_NothingIsThere()
    {
        var whole = Tar(new PaxTarEntry(TarEntryType.RegularFile, "f") { DataStream = new MemoryStream(new byte[100_000]) });
        Assert.Contains("device", (await Assert.ThrowsAsync<EngineException>(() => _scene.Volumes.ImportAsync(new("w"), Tar(new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 })))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EngineException>(() => _scene.Volumes.ImportAsync(new("w"), new MemoryStream(whole.ToArray()[..50_000])));
        await Assert.ThrowsAsync<EngineException>(() => _scene.Volumes.ImportAsync(new("w"), new MemoryStream("no tar at all"u8.ToArray())));
        Assert.Single(_scene.Volumes.List());
        await _scene.Engine.TrashIsEmptyAsync();
    }

    private Task PutAsync(string path, string content) => Files.PutAsync("v", path, new MemoryStream(Encoding.UTF8.GetBytes(content)));

    private static string Up(string path) => path[..path.LastIndexOf('/')] is { Length: > 0 } up ? up : "/..";

    private static MemoryStream Tar(params PaxTarEntry[] entries)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                if (entry.DataStream is { } data)
                {
                    data.Position = 0;
                }
                writer.WriteEntry(entry);
            }
        }
        tar.Position = 0;
        return tar;
    }

    private sealed class BrokenStream : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ++_reads > 3 ? throw new IOException("The connection was lost.") : ValueTask.FromResult(1000);
    }
}
