using System.Formats.Tar;
using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Contents;

namespace Brig.Kernel.Tests.Build;

/// <summary>What the layers of an image do to each other, and what takes the room.</summary>
public sealed class LayerContentsTests : IAsyncLifetime
{
    private BuildScene _scene = null!;
    private Image _image = null!;

    /// <summary>Layer 1 makes four files, 2 changes one, removes one and begins a folder anew, 3 has a large one.</summary>
    public async Task InitializeAsync()
    {
        _scene = await BuildScene.StartAsync();
        _image = await _scene.BuildAsync("""
            FROM brig/busybox
            RUN mkdir -p /d/sub && echo 12345 > /d/a && echo 1 > /d/b && echo one > /d/sub/one && echo two > /d/sub/two
            RUN echo 123456789 > /d/a && rm /d/b && rm -r /d/sub && mkdir /d/sub && echo three > /d/sub/two
            RUN mkdir /big && dd if=/dev/zero of=/big/zeros bs=1024 count=600 2>/dev/null && ln /big/zeros /big/again && echo x > /big/small
            """);
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    private IImageContents Contents => _scene.Engine.Get<IImageContents>();

    [Fact]
    public async Task Layers_AddChangeRemove_AreCountedAndWhatIsHiddenTold()
    {
        var layers = await Contents.LayersAsync(_image.Digest);

        Assert.Equal(4, layers.Length);
        Assert.Equal(new(1, 4, 0, 0, 16, 16), layers[1]);
        Assert.Equal(new(2, 0, 2, 2, 16, 0), layers[2]);
        Assert.Equal((3, 0, 0, 600 * 1024L + 2), (layers[3].Added, layers[3].Changed, layers[3].Removed, layers[3].AddedBytes));
    }

    [Fact]
    public async Task Sizes_RootAndOneLayer_TellTheLargestFirst()
    {
        var root = await Contents.SizesAsync(_image.Digest, "/");
        var big = root.Inside.Single(tile => tile.Path == "/big");
        Assert.Equal((600 * 1024 + 2, 3, 3), (big.Bytes, big.Files, big.Layer));
        Assert.Equal(root.Bytes, root.Inside.Sum(tile => tile.Bytes) + root.Rest);
        Assert.Equal(root.Inside.Select(tile => tile.Bytes).OrderDescending(), root.Inside.Select(tile => tile.Bytes));

        var second = await Contents.SizesAsync(_image.Digest, "/", layer: 2);
        Assert.Equal(["/d"], second.Inside.Select(tile => tile.Path));
        Assert.Equal(16, second.Bytes);
        Assert.Equal(EngineErrorKind.NotFound, (await Assert.ThrowsAsync<EngineException>(() => Contents.SizesAsync(_image.Digest, "/nothing"))).Kind);
    }

    [Fact]
    public async Task Search_PartOfANameOrPath_FindsThemInTheMergedImage()
    {
        var found = await Contents.SearchAsync(_image.Digest, "ZERO");
        Assert.Equal(["/big/zeros"], found.Files.Select(file => file.Path));
        Assert.Equal(["/d/sub", "/d/sub/two"], (await Contents.SearchAsync(_image.Digest, "d/s", most: 10)).Files.Concat((await Contents.SearchAsync(_image.Digest, "sub/t")).Files).Select(file => file.Path));
        Assert.Empty((await Contents.SearchAsync(_image.Digest, "zeros", layer: 1)).Files);
        var few = await Contents.SearchAsync(_image.Digest, "s", most: 2);
        Assert.Equal(2, few.Files.Length);
        Assert.True(few.All > 2);
    }

    [Fact]
    public async Task WriteTar_FolderOfTheImageAndOfALayer_HoldsWhatIsInIt()
    {
        Assert.Equal(["./", "a", "sub/", "sub/two"], await NamesAsync(layer: null));
        Assert.Contains(".wh.b", await NamesAsync(layer: 2));
        Assert.Equal(EngineErrorKind.Invalid, (await Assert.ThrowsAsync<EngineException>(() => Contents.WriteTarAsync(_image.Digest, "/d/a", null, Stream.Null))).Kind);
    }

    [Fact]
    public async Task Packages_ListGrowsLayerByLayer_EachIsOfTheLayerThatBroughtIt()
    {
        var image = await _scene.BuildAsync("""
            FROM brig/busybox
            RUN mkdir -p /var/lib/dpkg /lib && printf 'Package: old\nVersion: 1\nStatus: install ok installed\n\nPackage: same\nVersion: 1\nStatus: install ok installed\n' > /var/lib/dpkg/status
            RUN printf 'Package: old\nVersion: 2\nStatus: install ok installed\n\nPackage: same\nVersion: 1\nStatus: install ok installed\n' > /var/lib/dpkg/status
            RUN mkdir -p /lib/python3/x.dist-info && printf 'Name: x\nVersion: 1\n' > /lib/python3/x.dist-info/METADATA
            """);

        Assert.Equal([("old", 2), ("same", 1), ("x", 3)], (await Contents.PackagesAsync(image.Digest)).Select(package => (package.Name, package.Layer ?? -1)));
    }

    private async Task<string[]> NamesAsync(int? layer)
    {
        var tar = new MemoryStream();
        await Contents.WriteTarAsync(_image.Digest, "/d", layer, tar);
        tar.Position = 0;
        using var reader = new TarReader(tar);
        var names = new List<string>();
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            names.Add(entry.Name);
        }
        return [.. names];
    }
}
