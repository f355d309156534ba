using System.Collections.Immutable;
using System.Text;
using Brig.Engine;
using Brig.Engine.Images.Contents;

namespace Brig.Web.Tests.Fakes;

/// <summary>Contents that a test puts there: files by path, the same in every image unless a test says "digest path".</summary>
public sealed class FakeContents : IImageContents
{
    public Dictionary<string, byte[]> Files { get; } = [];
    public List<ImageEntry> Entries { get; } = [];
    public List<ImagePackage> Packages { get; } = [];
    public ImmutableArray<LayerContents> Layers { get; set; } = [];
    public SizeTile Sizes { get; set; } = new("", "/", true, 0, 0, 0, [], 0);
    public FoundFiles Found { get; set; } = new([], 0, false);
    public ImageComparison Comparison { get; set; } = new([], [], 0, 0, 0, 0, []);
    public List<string> Asked { get; } = [];

    public ImageEntry File(string path, string content, int layer = 0, uint mode = 0x1A4, ImageEntryKind kind = ImageEntryKind.File, string? target = null)
    {
        var entry = new ImageEntry(path[(path.LastIndexOf('/') + 1)..], path, kind, mode, 0, 33, content.Length, 1, FakeContainers.At, target, layer);
        Entries.Add(entry);
        Files[path] = Encoding.UTF8.GetBytes(content);
        return entry;
    }

    public Task<ImmutableArray<ImageEntry>> ListAsync(string reference, string path, int? layer = null, CancellationToken stop = default)
    {
        Asked.Add($"list {path} {layer}".TrimEnd());
        return path == "/missing" ? throw EngineException.NotFound("The image has no \"/missing\".")
            : Task.FromResult(Entries.Where(entry => entry.Path[..Math.Max(1, entry.Path.LastIndexOf('/'))] == path).ToImmutableArray());
    }

    public Task<FileStream> OpenAsync(string reference, string path, int? layer = null, CancellationToken stop = default)
    {
        if ((Files.GetValueOrDefault($"{reference} {path}") ?? Files.GetValueOrDefault(path)) is not { } bytes)
            throw EngineException.NotFound($"The image has no \"{path}\".");
        var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.Read, 4096, FileOptions.DeleteOnClose);
        file.Write(bytes);
        file.Position = 0;
        return Task.FromResult(file);
    }

    public Task WriteTarAsync(string reference, string path, int? layer, Stream to, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<ImmutableArray<LayerContents>> LayersAsync(string reference, CancellationToken stop = default) => Task.FromResult(Layers);
    public Task<SizeTile> SizesAsync(string reference, string path, int? layer = null, CancellationToken stop = default) => Task.FromResult(Sizes);
    public Task<FoundFiles> SearchAsync(string reference, string text, int? layer = null, int most = 200, CancellationToken stop = default) => Task.FromResult(Found);
    public Task<ImmutableArray<ImagePackage>> PackagesAsync(string reference, CancellationToken stop = default) => Task.FromResult(Packages.ToImmutableArray());
    public Task<byte[]> SbomAsync(string reference, SbomFormat format, CancellationToken stop = default) => throw new NotSupportedException();

    public Task<ImageComparison> CompareAsync(string before, string after, CancellationToken stop = default)
    {
        Asked.Add($"compare {before[7..11]} {after[7..11]}");
        return Task.FromResult(Comparison);
    }
}
