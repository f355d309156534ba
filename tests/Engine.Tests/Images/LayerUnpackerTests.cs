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

    [Theory]
    [InlineData("")]
    [InlineData("this is not an archive, however long the text may be")]
    public void Unpack_NoTar_IsInvalid(string text)
    {
        var error = Assert.Throws<EngineException>(() => LayerUnpacker.Unpack(new MemoryStream(Encoding.UTF8.GetBytes(text.PadRight(text.Length == 0 ? 0 : 2048, 'x'))), Layer, default));
        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
    }

    [Fact]
    public void Unpack_CutOff_IsInvalid()
    {
        var tar = Tar(File("a", new string('x', 100_000)));
        var error = Assert.Throws<EngineException>(() => LayerUnpacker.Unpack(new MemoryStream(tar.ToArray()[..50_000]), Layer, default));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
    }

    [Theory]
    [InlineData("busybox", "busybox:latest")]
    [InlineData("brig/busybox:1.2", "brig/busybox:1.2")]
    [InlineData("host:5000/a/b", "host:5000/a/b:latest")]
    public void Normalise_Reference_HasATag(string reference, string normal) => Assert.Equal(normal, ImageReference.Normalise(reference));

    [Theory]
    [InlineData("")]
    [InlineData("UPPER")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a:b:c")]
    [InlineData("a b")]
    public void Normalise_NoReference_IsInvalid(string reference) => Assert.Throws<EngineException>(() => ImageReference.Normalise(reference));

    private void Unpack(params TarEntry[] entries) => LayerUnpacker.Unpack(Tar(entries), Layer, default);

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
