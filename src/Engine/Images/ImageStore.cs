using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using Brig.Engine.Events;
using Brig.Engine.State;
using Brig.Linux;
using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.Images;

/// <summary>The images of this machine. The database's row makes one visible, written after everything it names is in place.</summary>
internal sealed class ImageStore(EnginePaths paths, Store store, EventLog events, IImageUsers users, TimeProvider time) : IImages
{
    private readonly OciLayout _layout = new(paths);
    private readonly AsyncLock _changing = new();
    private volatile ImmutableDictionary<string, Image> _images = ImmutableDictionary<string, Image>.Empty;

    public ImmutableArray<Image> List() => [.. _images.Values.OrderBy(image => image.Reference)];

    public Image Get(string reference)
    {
        var images = _images;
        if (images.TryGetValue(reference, out var image))
        {
            return image;
        }
        string hex = reference.StartsWith("sha256:", StringComparison.Ordinal) ? reference["sha256:".Length..] : reference;
        var starting = hex.Length >= 4 && hex.All(char.IsAsciiHexDigitLower)
            ? images.Values.Where(i => i.Digest.AsSpan("sha256:".Length).StartsWith(hex)).DistinctBy(i => i.Digest).Take(2).ToArray()
            : [];
        if (starting.Length == 0 && images.TryGetValue(ImageReference.Normalise(reference), out image))
        {
            return image;
        }
        return starting.Length switch
        {
            1 => starting[0],
            0 => throw EngineException.NotFound(
                $"There is no image \"{Text.Short(reference)}\" on this machine.{Near.Hint(reference, images.Keys.Select(ImageReference.Repository).Distinct())}"),
            _ => throw EngineException.Conflict($"More than one image's digest starts with {hex}; give more digits."),
        };
    }

    /// <summary>By <c>sha256:…</c>, whatever it is called now.</summary>
    public Image ByDigest(string digest) => TryByDigest(digest)
        ?? throw EngineException.NotFound($"The image {digest} is not on this machine any more.");

    public Image? TryByDigest(string digest) => _images.Values.FirstOrDefault(image => image.Digest == digest);

    /// <summary>Reads the rows, and clears what no row names.</summary>
    public void Open()
    {
        Directory.CreateDirectory(paths.Layers);
        _layout.Open();
        _images = store.Read(db => db.Images.ToArray()).Select(ToImage).ToImmutableDictionary(image => image.Reference);
        var layers = _images.Values.SelectMany(image => image.Layers).ToHashSet();
        foreach (string layer in Directory.GetDirectories(paths.Layers).Where(layer => !layers.Contains(layer)))
        {
            Trash.Take(paths, layer);
        }
        DeleteBlobsExceptOf(_images.Values);
    }

    public Task<Image> ImportAsync(string reference, Stream tar, ImageConfig config, CancellationToken stop = default)
    {
        string name = ImageReference.Normalise(reference);
        return Task.Run(() => ImportNamedAsync(name, tar, config, stop), stop);
    }

    public async Task RemoveAsync(string reference, CancellationToken stop = default)
    {
        using (await _changing.TakeAsync(stop))
        {
            var image = Get(reference);
            bool last = _images.Values.Count(i => i.Digest == image.Digest) == 1;
            if (last && users.UserOf(image.Digest) is { } user)
            {
                throw EngineException.Conflict($"Image {image.Reference} is in use by container {user}; remove that first.");
            }
            await store.WriteAsync(db => db.Images.Where(row => row.Reference == image.Reference).ExecuteDelete(), stop);
            _images = _images.Remove(image.Reference);
            _layout.WriteIndex(_images.Values);
            DeleteUnused(image);
            events.Add("image", "remove", image.Digest, image.Reference);
        }
    }

    private async Task<Image> ImportNamedAsync(string reference, Stream tar, ImageConfig config, CancellationToken stop)
    {
        string work = $"{paths.Trash}/import-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        Directory.CreateDirectory(work + "/layer");
        try
        {
            var (blob, blobSize) = await KeepAsync(tar, work + "/blob", stop);
            var (diff, size, gzip) = Unpack(work + "/blob", work + "/layer", stop);
            using (await _changing.TakeAsync(stop))
            {
                string layer = $"{paths.Layers}/{diff}";
                File.Move(work + "/blob", $"{_layout.Blobs}/{blob}", overwrite: true);
                if (!Directory.Exists(layer))
                {
                    Directory.Move(work + "/layer", layer);
                }
                var created = time.GetUtcNow();
                var image = new Image(reference, _layout.AddImage(config, blob, blobSize, gzip, diff, created), config, [layer], size, created);
                await AddAsync(image, stop);
                return image;
            }
        }
        catch (IOException e) when (Disk.IsFull(e))
        {
            throw Disk.Full(paths.Root, e);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOSPC)
        {
            throw Disk.Full(paths.Root, e);
        }
        catch (LinuxException e)
        {
            throw EngineException.Invalid($"The archive cannot be unpacked: {e.Message}.");
        }
        finally
        {
            Trash.Delete(work);
        }
    }

    /// <summary>First everything as it comes into a file, because a request's body is read asynchronously and a tar is not.</summary>
    private static async Task<(string Digest, long Size)> KeepAsync(Stream tar, string file, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var kept = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] buffer = new byte[128 * 1024];
        for (int read; (read = await tar.ReadAsync(buffer, stop)) > 0;)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await kept.WriteAsync(buffer.AsMemory(0, read), stop);
        }
        kept.Flush(flushToDisk: true);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), kept.Length);
    }

    private static (string Diff, long Size, bool Gzip) Unpack(string blob, string layer, CancellationToken stop)
    {
        using var file = new FileStream(blob, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024);
        var (start, gzip) = Sniff(file);
        using var plain = new HashingStream(gzip ? new GZipStream(start, CompressionMode.Decompress) : start);
        try
        {
            long size = LayerUnpacker.Unpack(plain, layer, stop);
            plain.Drain();
            return (plain.Digest(), size, gzip);
        }
        catch (InvalidDataException e)
        {
            throw EngineException.Invalid($"The stream is not a whole gzip archive: {e.Message}");
        }
    }

    private static (Stream Whole, bool Gzip) Sniff(Stream stream)
    {
        byte[] magic = new byte[2];
        int read = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        return (new PrefixedStream(magic.AsMemory(0, read), stream), read == 2 && magic is [0x1f, 0x8b]);
    }

    /// <summary>The row, and with it the image, is there; what had the name keeps its digest as name while something is made from it.</summary>
    private async Task AddAsync(Image image, CancellationToken stop)
    {
        var images = _images;
        Image? displaced = images.GetValueOrDefault(image.Reference);
        Image? kept = null;
        if (displaced is not null && displaced.Digest != image.Digest && users.UserOf(displaced.Digest) is not null)
        {
            kept = displaced with { Reference = $"{ImageReference.Repository(image.Reference)}@{displaced.Digest}" };
        }
        await store.WriteAsync(db =>
        {
            db.Images.Where(row => row.Reference == image.Reference).ExecuteDelete();
            db.Images.Add(ToRow(image));
            if (kept is not null && !images.ContainsKey(kept.Reference))
            {
                db.Images.Add(ToRow(kept));
            }
        }, stop);
        _images = images.SetItem(image.Reference, image);
        if (kept is not null)
        {
            _images = _images.SetItem(kept.Reference, kept);
        }
        else if (displaced is not null)
        {
            DeleteUnused(displaced);
        }
        _layout.WriteIndex(_images.Values);
        events.Add("image", "import", image.Digest, image.Reference, ("size", image.SizeBytes.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private void DeleteUnused(Image image)
    {
        var used = _images.Values.SelectMany(i => i.Layers).ToHashSet();
        foreach (string layer in image.Layers.Where(layer => !used.Contains(layer)))
        {
            Trash.Take(paths, layer);
        }
        DeleteBlobsExceptOf(_images.Values);
    }

    private void DeleteBlobsExceptOf(IEnumerable<Image> images)
    {
        var used = images.SelectMany(image => _layout.BlobsOf(image.Digest)).ToHashSet();
        foreach (string blob in Directory.GetFiles(_layout.Blobs).Where(blob => !used.Contains(Path.GetFileName(blob))))
        {
            File.Delete(blob);
        }
    }

    private Image ToImage(ImageRow row) => new(
        row.Reference, row.Digest, EngineJson.Read<ImageConfig>(row.Config),
        [.. row.Layers.Split(',').Select(layer => $"{paths.Layers}/{layer}")], row.SizeBytes, Instant.FromMicroseconds(row.CreatedAt));

    private static ImageRow ToRow(Image image) => new()
    {
        Reference = image.Reference, Digest = image.Digest, Config = EngineJson.Write(image.Config),
        Layers = string.Join(',', image.Layers.Select(Path.GetFileName)), SizeBytes = image.SizeBytes, CreatedAt = image.CreatedAt.ToMicroseconds(),
    };
}
