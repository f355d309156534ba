using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;
using Brig.Kernel.Tests.Attacks;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>Files in and out of containers, also of those that do not want it to be only that.</summary>
public sealed class FilesTests : EngineTest
{
    private IContainerFiles Files => _engine.Get<IContainerFiles>();

    private static ContainerSpec Users(ContainerSpec spec, bool own) => spec with { Namespaces = new() { User = own ? NamespaceSpec.New : NamespaceSpec.Host } };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_Running_IsThereWithTheContainersIds(bool own)
    {
        var container = await _engine.RunAsync("until [ -e /srv/go ]; do sleep 0.02; done; stat -c '%n %a %u:%g %F' /srv/a /srv/a/f /srv/new/deep/g /tmp/t; readlink /srv/l; cat /srv/a/f; touch /srv/new/deep/mine && echo mine",
            spec => Users(spec, own) with { Mounts = [new(MountKind.Tmpfs, null, "/tmp")] });
        await Files.WriteAsync(container.Name, "/", Tar(Directory("srv"), Directory("srv/a", 0b111_000_000, 7, 8), File("srv/a/f", "hello\n", 0b110_100_000, 1000, 1001), File("srv/new/deep/g", "x"), Link("srv/l", "../etc/passwd")));
        await Files.WriteAsync(container.Name, "/tmp/.", Tar(File("t", "x", uid: 1000)));
        await Files.WriteAsync(container.Name, "/srv", Packed(Tar(File("./go", ""))));
        await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);

        Assert.Equal(
            ["/srv/a 700 7:8 directory", "/srv/a/f 640 1000:1001 regular file", "/srv/new/deep/g 644 0:0 regular file", "/tmp/t 644 1000:0 regular file", "../etc/passwd", "hello", "mine"],
            await _engine.OutputAsync(container));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_NeverStarted_IsThereWhenItStarts(bool own)
    {
        var container = await _engine.CreateAsync("stat -c '%n %a %u:%g' /etc /etc/new /srv/x/y; cat /etc/new", spec => Users(spec, own));
        await Files.WriteAsync(container.Name, "/etc", Tar(File("new", "from before\n", uid: 5)));
        await Files.WriteAsync(container.Name, "/", Tar(File("srv/x/y", "")));
        await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);

        Assert.Equal(["/etc 755 0:0", "/etc/new 644 5:0", "/srv/x/y 644 0:0", "from before"], await _engine.OutputAsync(container));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Read_FileDirectoryAndLink_AsItsProgramsSeeThem(bool own, bool ended)
    {
        var container = await _engine.RunAsync("mkdir -p /srv/d; echo one > /srv/d/one; chown 1000:1001 /srv/d/one; ln /srv/d/one /srv/d/two; ln -s /etc/passwd /srv/d/l; mkfifo /srv/d/p; touch /ready; " + (ended ? "true" : "sleep 1000"), spec => Users(spec, own));
        await (ended ? _engine.Containers.WaitAsync(container.Name) : Wait.Until(async () => await Exists(container, "/ready"), "it is ready"));

        var seen = await ReadAsync(container, "/srv/d");
        Assert.Equal(["d/ 0:0 Directory", "d/l 0:0 SymbolicLink /etc/passwd", "d/one 1000:1001 RegularFile one", "d/p 0:0 Fifo", "d/two 1000:1001 HardLink d/one"], seen);
        Assert.Equal(["passwd"], (await ReadAsync(container, "/etc/passwd")).Select(line => line.Split(' ')[0]));
        Assert.Equal(["l 0:0 SymbolicLink /etc/passwd"], await ReadAsync(container, "/srv/d/l"));
        Assert.Equal(new("one", ContainerFileKind.File, 4, "0644", 1000, 1001, default, null), (await Files.StatAsync(container.Name, "/srv/d/one")) with { ModifiedAt = default });
        Assert.Equal("/etc/passwd", (await Files.StatAsync(container.Name, "/srv/d/l")).LinkTarget);
        Assert.Contains("bin/ 0:0 Directory", await ReadAsync(container, "/"));
    }

    [Fact]
    public async Task Stopped_WrittenAndRead_LeavesNoMountAndStartsAgain()
    {
        var container = await _engine.RunAsync("cat /srv 2>/dev/null; true");
        await _engine.Containers.WaitAsync(container.Name);
        string[] before = _engine.Mounts();
        await Files.WriteAsync(container.Name, "/", Tar(File("srv", "second life\n")));
        Assert.Equal(["srv 0:0 RegularFile second life"], await ReadAsync(container, "/srv"));

        Assert.Equal(before, _engine.Mounts());
        await _engine.Containers.StartAsync(container.Name);
        await Wait.Until(async () => (await _engine.OutputAsync(container)).Contains("second life"), "it sees the file");
    }

    /// <summary>A link of the container's that is followed on the host would be the end of the walls.</summary>
    [Theory]
    [Scenario("Lead a copy out of the container astray: links and /proc/PID/root in its path", "openat2 below the root, no magic links")]
    [InlineData("/out/file")]
    [InlineData("/deep/../out/file")]
    [InlineData("/proc/1/root/{host}/secret")]
    [InlineData("/proc/self/root/{host}/secret")]
    [InlineData("/self/secret")]
    public async Task Read_LinksThatLeadOut_StayInside(string path)
    {
        System.IO.Directory.CreateDirectory(_engine.Folder + "/host");
        await System.IO.File.WriteAllTextAsync(_engine.Folder + "/host/file", "secret");
        await System.IO.File.WriteAllTextAsync(_engine.Folder + "/host/secret", "secret");
        var container = await _engine.RunAsync($"ln -s ../../../../../..{_engine.Folder}/host /out; mkdir /deep; ln -s /proc/self/cwd /self; touch /ready; sleep 1000");
        await Wait.Until(async () => await Exists(container, "/ready"), "it is ready");

        path = path.Replace("{host}", _engine.Folder + "/host", StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<EngineException>(() => Files.ReadAsync(container.Name, path, Stream.Null));
        Assert.True(refused.Kind is EngineErrorKind.NotFound or EngineErrorKind.Invalid, refused.ToString());
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "dots", "contains \"..\"" }, { "link", "" }, { "hardlink", "" }, { "device", "is a device" }, { "overdirectory", "is a directory there and none in the archive" }, { "cut", "not a whole tar" }, { "noise", "not a whole tar" },
    };

    [Theory, MemberData(nameof(Hostile))]
    [Scenario("Put an archive into a container that leads out of it, or brings devices", "openat2 below the root; devices are refused")]
    public async Task Write_HostileArchive_TouchesNothingOutside(string what, string sentence)
    {
        string host = System.IO.Directory.CreateDirectory(_engine.Folder + "/host").FullName;
        await System.IO.File.WriteAllTextAsync(host + "/file", "untouched");
        var container = await _engine.RunAsync("mkdir -p /srv/full/of; sleep 1000");
        await Wait.Until(async () => await Exists(container, "/srv/full/of"), "it is ready");
        Stream tar = what switch
        {
            "dots" => Tar(File("../../../../.." + host + "/file", "escaped")),
            "link" => Tar(Link("out", host), File("out/file", "escaped"), Link("up", "../../../../../../../../" + host), File("up/file", "escaped")),
            "hardlink" => Tar(HardLink("stolen", host + "/file")),
            "device" => Tar(new PaxTarEntry(TarEntryType.BlockDevice, "disk") { DeviceMajor = 8 }),
            "overdirectory" => Tar(File("full", "x")),
            "cut" => new MemoryStream(((MemoryStream)Tar(File("f", new string('x', 5000)))).ToArray()[..2000]),
            _ => new MemoryStream(Encoding.ASCII.GetBytes(new string('?', 3000))),
        };

        var refused = await Record.ExceptionAsync(() => Files.WriteAsync(container.Name, "/srv", tar));
        if (sentence.Length > 0)
        {
            Assert.Contains(sentence, Assert.IsType<EngineException>(refused).Message);
        }
        Assert.Equal("untouched", await System.IO.File.ReadAllTextAsync(host + "/file"));
        Assert.Equal([host + "/file"], System.IO.Directory.GetFileSystemEntries(host));
    }

    /// <summary>The container swaps a directory and a link to one of the host's that is mounted in it, while we write there.</summary>
    [Fact]
    [Scenario("Swap folders for links while somebody copies into the container", "every folder is held by its descriptor; made as the container's own root")]
    public async Task Write_ContainerSwapsDirectoriesMeanwhile_HostsFilesStay()
    {
        string host = System.IO.Directory.CreateDirectory(_engine.Folder + "/host").FullName;
        await System.IO.File.WriteAllTextAsync(host + "/file", "untouched");
        await Attacks.AttackImage.ImportAsync(_engine.Images);
        var container = await _engine.RunAsync("mkdir -p /tmp/inner; attack swap /tmp/stop /tmp/d /in /tmp/inner",
            spec => spec with { Image = Attacks.AttackImage.Reference, Mounts = [new(MountKind.Bind, host, "/in")] });
        await Wait.Until(async () => await Exists(container, "/tmp/d"), "it swaps");
        for (int i = 0; i < 200; i++)
        {
            await Record.ExceptionAsync(() => Files.WriteAsync(container.Name, "/tmp", Tar(Directory("d"), File("d/file", "escaped"), File("d/sub/file", "escaped"), Link("d/link", "x"))));
        }

        Assert.Equal("untouched", await System.IO.File.ReadAllTextAsync(host + "/file"));
        Assert.Equal([host + "/file"], System.IO.Directory.GetFileSystemEntries(host));
    }

    [Fact]
    public async Task Write_WhereItCannotItself_IsASentence()
    {
        string host = System.IO.Directory.CreateDirectory(_engine.Folder + "/host").FullName;
        var container = await _engine.RunAsync("touch /ready; sleep 1000", spec => spec with { ReadOnlyRoot = true, Mounts = [new(MountKind.Bind, host, "/in"), new(MountKind.Tmpfs, null, "/srv")] });
        await Wait.Until(async () => await Exists(container, "/srv"), "it is there");

        Assert.Contains("read-only in container", (await RefusedAsync("/etc")).Message);
        Assert.Contains("none of the container's users", (await RefusedAsync("/in")).Message);
        Assert.Contains("kernel's own", (await RefusedAsync("/proc/sys/kernel")).Message);
        Assert.Contains("kernel's own", (await RefusedAsync("/sys")).Message);
        Assert.Contains("There is no \"/nowhere\"", (await RefusedAsync("/nowhere")).Message);
        Assert.Contains("not a directory", (await RefusedAsync("/etc/passwd")).Message);
        Assert.Contains("absolute", (await RefusedAsync("etc")).Message);
        await Files.WriteAsync(container.Name, "/srv", Tar(File("f", "x")));

        Task<EngineException> RefusedAsync(string path) => Assert.ThrowsAsync<EngineException>(() => Files.WriteAsync(container.Name, path, Tar(File("f", "x"))));
    }

    [Fact]
    [Trait("Needs", "peers")]
    public async Task FileCapability_PutIn_WorksInsideAndComesOutAsItWas()
    {
        byte[] program = await System.IO.File.ReadAllBytesAsync(GainedProgram.Make(_engine.Folder) + "/gained");
        byte[] bind = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];   // revision 2, CAP_NET_BIND_SERVICE
        var container = await _engine.CreateAsync("su user -c /gained", spec => spec with { NoNewPrivileges = false });
        await Files.WriteAsync(container.Name, "/", Tar(File("gained", program, 0b111_101_101, xattr: ("security.capability", bind))));
        using var tar = new MemoryStream();
        await Files.ReadAsync(container.Name, "/gained", tar);
        await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);

        Assert.Equal(["1000 400"], await _engine.OutputAsync(container));
        tar.Position = 0;
        Assert.Equal(Encoding.UTF8.GetString(bind), ((PaxTarEntry)new TarReader(tar).GetNextEntry()!).ExtendedAttributes["SCHILY.xattr.security.capability"]);
    }

    private async Task<bool> Exists(Container container, string path)
    {
        try
        {
            await Files.StatAsync(container.Name, path);
            return true;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            return false;
        }
    }

    /// <summary>Name, owner, kind, and what it holds or leads to; in the order of names.</summary>
    private async Task<string[]> ReadAsync(Container container, string path)
    {
        using var tar = new MemoryStream();
        await Files.ReadAsync(container.Name, path, tar);
        tar.Position = 0;
        var lines = new List<string>();
        var reader = new TarReader(tar);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            string more = entry.LinkName.Length > 0 ? entry.LinkName : entry.DataStream is { } data && entry.Length < 1000 ? (await new StreamReader(data).ReadToEndAsync()).Trim() : "";
            lines.Add($"{entry.Name} {entry.Uid}:{entry.Gid} {entry.EntryType} {more}".Trim());
        }
        return [.. lines];
    }

    private static MemoryStream Tar(params TarEntry[] entries)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }
        tar.Position = 0;
        return tar;
    }

    private static MemoryStream Packed(MemoryStream plain)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            plain.CopyTo(gzip);
        }
        packed.Position = 0;
        return packed;
    }

    private static PaxTarEntry File(string name, string text, int mode = 0b110_100_100, int uid = 0, int gid = 0) => File(name, Encoding.UTF8.GetBytes(text), mode, uid, gid);

    private static PaxTarEntry File(string name, byte[] bytes, int mode, int uid = 0, int gid = 0, (string Name, byte[] Value)? xattr = null) =>
        new(TarEntryType.RegularFile, name, xattr is { } x ? [new("SCHILY.xattr." + x.Name, Encoding.UTF8.GetString(x.Value))] : []) { Mode = (UnixFileMode)mode, Uid = uid, Gid = gid, DataStream = new MemoryStream(bytes) };

    private static PaxTarEntry Directory(string name, int mode = 0b111_101_101, int uid = 0, int gid = 0) => new(TarEntryType.Directory, name) { Mode = (UnixFileMode)mode, Uid = uid, Gid = gid };

    private static PaxTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static PaxTarEntry HardLink(string name, string target) => new(TarEntryType.HardLink, name) { LinkName = target };
}
