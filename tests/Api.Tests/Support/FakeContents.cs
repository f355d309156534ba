using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Images.Contents;

namespace Brig.Api.Tests.Support;

/// <summary>An image with one file.</summary>
internal sealed class FakeContents : IImageContents
{
    public Task<ImmutableArray<ImageEntry>> ListAsync(string reference, string path, int? layer = null, CancellationToken stop = default) => path == "/"
        ? Task.FromResult<ImmutableArray<ImageEntry>>([new("file", "/file", ImageEntryKind.File, 0x1A4, 0, 0, 5, 1, FakeContainers.Then, null, layer ?? 0)])
        : throw EngineException.NotFound($"The image {reference} has no \"{path}\".");

    public Task<FileStream> OpenAsync(string reference, string path, int? layer = null, CancellationToken stop = default)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "bytes");
        return Task.FromResult(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, FileOptions.DeleteOnClose));
    }

    public async Task WriteTarAsync(string reference, string path, int? layer, Stream to, CancellationToken stop = default) => await to.WriteAsync("tar"u8.ToArray(), stop);

    public Task<ImmutableArray<LayerContents>> LayersAsync(string reference, CancellationToken stop = default) => Task.FromResult<ImmutableArray<LayerContents>>([new(0, 1, 0, 0, 5, 0)]);

    public Task<SizeTile> SizesAsync(string reference, string path, int? layer = null, CancellationToken stop = default) =>
        Task.FromResult(new SizeTile("", path, true, 5, 1, 0, [new("file", "/file", false, 5, 1, 0, [], 0)], 0));

    public Task<FoundFiles> SearchAsync(string reference, string text, int? layer = null, int most = 200, CancellationToken stop = default) =>
        Task.FromResult(new FoundFiles([new("/file", ImageEntryKind.File, 5, 0)], 1, false));

    public Task<ImmutableArray<ImagePackage>> PackagesAsync(string reference, CancellationToken stop = default) =>
        Task.FromResult<ImmutableArray<ImagePackage>>([new("deb", "libc6", "2.36", "amd64", null, "pkg:deb/debian/libc6@2.36", "/var/lib/dpkg/status")]);

    public Task<byte[]> SbomAsync(string reference, SbomFormat format, CancellationToken stop = default) => Task.FromResult("{}"u8.ToArray());

    public Task<ImageComparison> CompareAsync(string before, string after, CancellationToken stop = default) =>
        Task.FromResult(new ImageComparison([], [new("/x", FileChangeKind.Changed, "content", 1, 2)], 0, 0, 1, 3, []));
}
