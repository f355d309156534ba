using System.Formats.Tar;
using System.Text;
using Brig.Engine.Images;
using Brig.Linux;

namespace Brig.Engine.Tests.Images;

/// <summary>Archives of strangers. Run as root, as the engine is: owners and devices are real.</summary>
public sealed class LayerUnpackerTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("unpack").FullName;
    private string Layer => _root + "/layer";

    public LayerUnpackerTests() => Directory.CreateDirectory(Layer);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Unpack_Ordinary_ModesLinksAndTimesAreKept()
    {
        var time = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Unpack(
            new PaxTarEntry(TarEntryType.Directory, "./bin/") { Mode = (UnixFileMode)0x1C0, ModificationTime = time },
            File("bin/tool", "text", mode: 0x9ED),
            new PaxTarEntry(TarEntryType.HardLink, "bin/same") { LinkName = "bin/tool" },
            new PaxTarEntry(TarEntryType.SymbolicLink, "bin/link") { LinkName = "../etc/x" },
            new PaxTarEntry(TarEntryType.Fifo, "pipe") { Mode = (UnixFileMode)0x1A4 });

        Assert.Equal("text", System.IO.File.ReadAllText(Layer + "/bin/same"));
        Assert.Equal((UnixFileMode)0x9ED, System.IO.File.GetUnixFileMode(Layer + "/bin/tool"));
        Assert.Equal("../etc/x", new FileInfo(Layer + "/bin/link").LinkTarget);
        Assert.Equal(time.UtcDateTime, Directory.GetLastWriteTimeUtc(Layer + "/bin"));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("/../evil")]
    public void Unpack_DotDot_IsRefused(string name)
    {
        var error = Assert.Throws<EngineException>(() => Unpack(File(name, "x")));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.False(System.IO.File.Exists(_root + "/evil"));
    }

    [Fact]
    public void Unpack_Absolute_LandsInside()
    {
        Unpack(File("/etc/brig-test", "x"));

        Assert.True(System.IO.File.Exists(Layer + "/etc/brig-test"));
        Assert.False(System.IO.File.Exists("/etc/brig-test"));
    }

    [Fact]
    public void Unpack_ThroughAnAbsoluteSymlink_StaysInside()
    {
        Directory.CreateDirectory(_root + "/outside");
        // Seen from inside it leads to a folder that is not there.
        Assert.Throws<LinuxException>(() => Unpack(
            new PaxTarEntry(TarEntryType.SymbolicLink, "way") { LinkName = _root + "/outside" },
            File("way/evil", "x")));

        Assert.Empty(Directory.GetFiles(_root + "/outside"));
    }

    [Fact]
    public void Unpack_ThroughARelativeSymlink_StaysInside()
    {
        Directory.CreateDirectory(_root + "/outside");
        Unpack(
            new PaxTarEntry(TarEntryType.Directory, "inside"),
            new PaxTarEntry(TarEntryType.SymbolicLink, "way") { LinkName = "../../../../../../inside" },
            File("way/file", "x"));

        Assert.True(System.IO.File.Exists(Layer + "/inside/file"));
        Assert.Empty(Directory.GetFiles(_root + "/outside"));
    }

    [Fact]
    public void Unpack_FileOverASymlink_ReplacesTheLinkAndNotItsTarget()
    {
        System.IO.File.WriteAllText(_root + "/victim", "safe");
        Unpack(
            new PaxTarEntry(TarEntryType.SymbolicLink, "x") { LinkName = _root + "/victim" },
            File("x", "evil"));

        Assert.Equal("safe", System.IO.File.ReadAllText(_root + "/victim"));
        Assert.Equal("evil", System.IO.File.ReadAllText(Layer + "/x"));
    }

    [Fact]
    public void Unpack_HardLinkToASymlinkOutside_DoesNotReachIt()
    {
        System.IO.File.WriteAllText(_root + "/victim", "safe");
        Unpack(
            new PaxTarEntry(TarEntryType.SymbolicLink, "x") { LinkName = _root + "/victim" },
            new PaxTarEntry(TarEntryType.HardLink, "y") { LinkName = "x" },
            File("y", "evil"));

        Assert.Equal("safe", System.IO.File.ReadAllText(_root + "/victim"));
    }

    [Fact]
    public void Unpack_OverlayAttributes_AreLeftOut()
    {
        var xattrs = new Dictionary<string, string> { ["SCHILY.xattr.trusted.overlay.redirect"] = "/etc", ["SCHILY.xattr.user.colour"] = "blue" };
        Unpack(new PaxTarEntry(TarEntryType.Directory, "d", xattrs) { Mode = (UnixFileMode)0x1ED });

        Assert.True(Directory.Exists(Layer + "/d"));
    }

    [Fact]
    public void Unpack_Whiteouts_AreOverlayfsOwn()
    {
        Unpack(
            new PaxTarEntry(TarEntryType.Directory, "opaque"), File("opaque/.wh..wh..opq", ""), File("opaque/new", "x"),
            File(".wh.gone", ""), File("etc/.wh.gone", ""), File(".wh..wh.aufs", ""),
            File(".wh.both", ""), new PaxTarEntry(TarEntryType.Directory, "both"),
            File("here", "x"), File(".wh.here", ""));

        Assert.Equal("character special file 0 0", Run("stat", "-c", "%F %t %T", Layer + "/gone"));
        Assert.Equal("character special file 0 0", Run("stat", "-c", "%F %t %T", Layer + "/etc/gone"));
        Assert.Contains("y", Run("python3", "-c", $"import os; print(os.getxattr('{Layer}/opaque', 'trusted.overlay.opaque'))"));
        Assert.Contains("y", Run("python3", "-c", $"import os; print(os.getxattr('{Layer}/both', 'trusted.overlay.opaque'))"));
        Assert.Equal("x", System.IO.File.ReadAllText(Layer + "/here"));
        Assert.False(System.IO.File.Exists(Layer + "/.wh..wh.aufs"));
    }

    [Theory, InlineData(".wh."), InlineData(".wh.."), InlineData(".wh..."), InlineData("a/.wh...")]
    public void Unpack_WhiteoutOfNoFile_IsRefused(string name) => Assert.Throws<EngineException>(() => Unpack(File(name, "")));

    [Fact]
    public void Unpack_FileOverAFullDirectory_ReplacesIt()
    {
        Unpack(File("d/a/b/c", "x"), File("d", "file"), File("d2/x", "1"), new PaxTarEntry(TarEntryType.Directory, "d2"));

        Assert.Equal("file", System.IO.File.ReadAllText(Layer + "/d"));
        Assert.Equal("1", System.IO.File.ReadAllText(Layer + "/d2/x"));
        Assert.Equal(["d", "d2"], Directory.GetFileSystemEntries(Layer).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Unpack_SameFileTwice_TheLastStays()
    {
        Unpack(File("a", "first and longer"), new PaxTarEntry(TarEntryType.HardLink, "b") { LinkName = "a" }, File("a", "second"));

        Assert.Equal("second", System.IO.File.ReadAllText(Layer + "/a"));
        Assert.Equal("first and longer", System.IO.File.ReadAllText(Layer + "/b"));
    }

    [Fact]
    public void Unpack_DirectoryReplacedByALink_WhatFollowsGoesThroughTheLink()
    {
        Unpack(File("d/a", "1"), new PaxTarEntry(TarEntryType.Directory, "e"), new PaxTarEntry(TarEntryType.SymbolicLink, "d") { LinkName = "e" }, File("d/b", "2"));

        Assert.Equal("2", System.IO.File.ReadAllText(Layer + "/e/b"));
    }

    [Theory]
    [InlineData("entries")]
    [InlineData("bytes")]
    [InlineData("length")]
    public void Unpack_MoreThanTheLimits_IsRefused(string limit)
    {
        var limits = limit switch { "entries" => new UnpackLimits { Entries = 1 }, "bytes" => new() { Bytes = 100 }, _ => new() { FileLength = 100 } };
        var error = Assert.Throws<EngineException>(() => LayerUnpacker.Unpack(Tar(File("a", new string('x', 90)), File("b", new string('x', 101))), Layer, limits, default));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.Contains("more than", error.Message);
    }

    [Fact]
    public void Unpack_ImpliedDirectories_AreTold()
    {
        var unpacked = LayerUnpacker.Unpack(Tar(File("a/b/c", "x"), new PaxTarEntry(TarEntryType.Directory, "a")), Layer, UnpackLimits.Default, default);

        Assert.Equal(["a/b"], unpacked.Implied);
    }

    [Fact]
    public void Unpack_NoTar_IsInvalid()
    {
        byte[] text = Encoding.UTF8.GetBytes("this is not an archive, however long the text may be".PadRight(2048, 'x'));
        var error = Assert.Throws<EngineException>(() => LayerUnpacker.Unpack(new MemoryStream(text), Layer, UnpackLimits.Default, default));
        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
    }

    [Fact]
    public void Unpack_CutOff_IsInvalid()
    {
        var tar = Tar(File("a", new string('x', 100_000)));
        var error = Assert.Throws<EngineException>(() => LayerUnpacker.Unpack(new MemoryStream(tar.ToArray()[..50_000]), Layer, UnpackLimits.Default, default));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
    }

    [Theory]
    [InlineData("busybox", "busybox:latest")]
    [InlineData("brig/busybox:1.2", "brig/busybox:1.2")]
    [InlineData("host:5000/a/b", "host:5000/a/b:latest")]
    public void Normalise_Reference_HasATag(string reference, string normal) => Assert.Equal(normal, ImageName.ParseTag(reference));

    [Theory]
    [InlineData("")]
    [InlineData("UPPER")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a:b:c")]
    [InlineData("a b")]
    public void Normalise_NoReference_IsInvalid(string reference) => Assert.Throws<EngineException>(() => ImageName.ParseTag(reference));

    private void Unpack(params TarEntry[] entries) => LayerUnpacker.Unpack(Tar(entries), Layer, UnpackLimits.Default, default);

    private static string Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }

    private static MemoryStream Tar(params TarEntry[] entries)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }
        tar.Position = 0;
        return tar;
    }

    private static PaxTarEntry File(string name, string text, int mode = 0x1A4) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), Mode = (UnixFileMode)mode };
}
