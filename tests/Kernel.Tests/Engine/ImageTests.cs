using System.Formats.Tar;
using System.IO.Compression;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Kernel.Tests.Engine;

public class ImageTests : EngineTest
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task Import_PlainOrGzip_RunsAndIsInUseUntilRemoved(bool gzip)
    {
        var image = await _engine.Images.ImportAsync("my/tool", await TarAsync(gzip), new() { Entrypoint = ["/bin/busybox", "echo"], Command = ["default"] });
        var container = await _engine.Containers.CreateAsync(new() { Image = "my/tool" });
        await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name);
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Images.RemoveAsync("my/tool"));

        Assert.Equal("my/tool:latest", image.Reference);
        Assert.Equal(["default"], await _engine.OutputAsync(container));
        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
        await _engine.Containers.RemoveAsync(container.Name);
        await _engine.Images.RemoveAsync(image.Digest[..20]);
        Assert.DoesNotContain(_engine.Images.List(), i => i.Reference == "my/tool:latest");
        Assert.False(Directory.Exists(image.Layers[0]));
    }

    [Fact]
    public async Task Create_ImageWithUnknownStopSignal_IsRefusedBecauseItCouldNotBeStopped()
    {
        await _engine.Images.ImportAsync("odd", await TarAsync(false), new() { Command = ["sh"], StopSignal = "SIGNONE" });
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.CreateAsync(new() { Image = "odd" }));

        Assert.Contains("SIGNONE", error.Message);
    }

    [Fact]
    public async Task Import_SameNameAgain_OldOneStaysForItsContainer()
    {
        var old = await _engine.Images.ImportAsync("my/tool", await TarAsync(gzip: false), new() { Entrypoint = ["/bin/busybox", "echo", "old"] });
        var container = await _engine.Containers.CreateAsync(new() { Image = "my/tool" });
        var made = await _engine.Images.ImportAsync("my/tool", await TarAsync(gzip: false), new() { Entrypoint = ["/bin/busybox", "echo", "new"] });
        await _engine.EndAsync();
        await _engine.BeginAsync();
        await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name);

        Assert.NotEqual(old.Digest, made.Digest);
        Assert.Equal(["old"], await _engine.OutputAsync(container));
        Assert.Equal(made.Digest, _engine.Images.Get("my/tool").Digest);
    }

    [Theory, InlineData("lzma"), InlineData("bz2")]
    [Trait("Needs", "peers")]
    public async Task Import_XzOrBzip2_IsAnOrdinaryLayer(string module)
    {
        await Images.Shell.RunAsync($"tar -C / -cf {_engine.Folder}/plain.tar bin/busybox && python3 -c 'import {module}; open(\"{_engine.Folder}/packed\", \"wb\").write({module}.compress(open(\"{_engine.Folder}/plain.tar\", \"rb\").read()))'");
        await using var packed = File.OpenRead(_engine.Folder + "/packed");
        var image = await _engine.Images.ImportAsync("my/tool", packed, new());

        Assert.Equal("application/vnd.oci.image.layer.v1.tar", Assert.Single(image.Parts).MediaType);
        Assert.True(File.Exists(image.Layers[0] + "/bin/busybox"));
    }

    [Fact]
    public async Task Import_Garbage_OneSentenceAndNothingLeft()
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Images.ImportAsync("my/tool", new MemoryStream(new byte[] { 0x1f, 0x8b, 1, 2, 3 }), new()));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        await _engine.TrashIsEmptyAsync();
        Assert.Single(_engine.Images.List());
    }

    private static async Task<MemoryStream> TarAsync(bool gzip)
    {
        var bytes = new MemoryStream();
        await using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            await tar.WriteEntryAsync("/bin/busybox", "bin/busybox");
        }
        bytes.Position = 0;
        if (!gzip)
        {
            return bytes;
        }
        var packed = new MemoryStream();
        await using (var to = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await bytes.CopyToAsync(to);
        }
        packed.Position = 0;
        return packed;
    }
}
