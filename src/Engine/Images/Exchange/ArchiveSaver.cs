using System.Text;
using System.Text.Json.Nodes;
using Brig.Linux.Tar;

namespace Brig.Engine.Images;

/// <summary>Images as one archive. The same images give the same bytes.</summary>
internal sealed class ArchiveSaver(ImageStore store, BlobStore blobs, Leases leases)
{
    public async Task SaveAsync(IReadOnlyList<string> references, ArchiveFormat format, Stream to, CancellationToken stop)
    {
        using var lease = leases.New();
        var asked = references.Select(reference => (Reference: reference, Image: store.Hold(reference, lease))).ToArray();
        if (asked.Length == 0)
        {
            throw EngineException.Invalid("Name at least one image to save.");
        }
        using var pipe = new BytePipe();
        var writing = OwnThread.RunAsync(() => Write(asked, format, pipe));
        try
        {
            byte[] buffer = new byte[256 * 1024];
            using var reader = pipe.Reader;
            // The pipe's reader blocks for a moment at most: the other thread reads from files.
            for (int read; (read = await Task.Run(() => reader.Read(buffer), CancellationToken.None)) > 0;)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), stop);
            }
        }
        finally
        {
            pipe.Dispose();
            await writing;
        }
    }

    private bool Write((string Reference, Image Image)[] asked, ArchiveFormat format, BytePipe pipe)
    {
        try
        {
            using var to = new BufferedStream(new PipeWriter(pipe), 256 * 1024);
            var tar = new TarWriter(to);
            var images = asked.Select(a => a.Image).DistinctBy(image => image.Digest).ToArray();
            Folder(tar, "blobs");
            Folder(tar, "blobs/sha256");
            foreach (string digest in images.SelectMany(image => image.Parts.Select(part => part.Digest).Concat([image.ConfigDigest, image.Digest])).Distinct().Order(StringComparer.Ordinal))
            {
                Blob(tar, digest);
            }
            Text(tar, "index.json", Index(asked, images));
            if (format == ArchiveFormat.Docker)
            {
                Text(tar, "manifest.json", Manifest(asked, images));
            }
            Text(tar, "oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
            tar.Finish();
            to.Flush();
            pipe.Complete();
        }
        catch (Exception e)
        {
            pipe.Complete(e);
        }
        return true;
    }

    private string Index((string Reference, Image Image)[] asked, Image[] images)
    {
        var manifests = new JsonArray();
        foreach (var image in images)
        {
            foreach (string? tag in Tags(asked, image) is { Length: > 0 } tags ? tags : new string?[] { null })
            {
                var descriptor = new Descriptor(image.MediaType, image.Digest, blobs.Size(image.Digest)).ToJson();
                if (tag is not null)
                {
                    // skopeo reads the second, containerd and podman the first.
                    descriptor["annotations"] = new JsonObject { ["io.containerd.image.name"] = Whole(tag), ["org.opencontainers.image.ref.name"] = Whole(tag) };
                }
                manifests.Add(descriptor);
            }
        }
        return new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.OciIndex, ["manifests"] = manifests }.ToJsonString();
    }

    private static string Manifest((string Reference, Image Image)[] asked, Image[] images) => new JsonArray([.. images.Select(image => new JsonObject
    {
        ["Config"] = Path(image.ConfigDigest),
        ["RepoTags"] = new JsonArray([.. Tags(asked, image).Select(tag => JsonValue.Create(tag))]),
        ["Layers"] = new JsonArray([.. image.Parts.Select(part => JsonValue.Create(Path(part.Digest)))]),
    })]).ToJsonString();

    /// <summary>Asked for by a tag it goes with that tag; by its digest with none.</summary>
    private static string[] Tags((string Reference, Image Image)[] asked, Image image) =>
        [.. asked.Where(a => a.Image.Digest == image.Digest).SelectMany(a => image.Tags.Where(tag => IsCalled(a.Reference, tag))).Distinct()];

    private static bool IsCalled(string reference, string tag)
    {
        if (reference.StartsWith("sha256:", StringComparison.Ordinal))
        {
            return false;
        }
        var name = ImageName.Parse(reference);
        return name.Digest is null && name.ToString() == tag;
    }

    private static string Whole(string tag)
    {
        var name = ImageName.Parse(tag);
        return $"{name.Registry}/{name.Repository}:{name.Tag}";
    }

    private void Blob(TarWriter tar, string digest)
    {
        using var file = blobs.OpenRead(digest);
        tar.Begin(Entry(Path(digest), file.Length));
        byte[] buffer = new byte[256 * 1024];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            tar.Content(buffer.AsSpan(0, read));
        }
    }

    private static void Text(TarWriter tar, string path, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        tar.Begin(Entry(path, bytes.Length));
        tar.Content(bytes);
    }

    private static void Folder(TarWriter tar, string path) => tar.Begin(new() { Kind = TarKind.Directory, Name = Encoding.UTF8.GetBytes(path), Mode = 0x1ED });

    private static TarEntry Entry(string path, long size) => new() { Kind = TarKind.File, Name = Encoding.UTF8.GetBytes(path), Mode = 0x1A4, Size = size };

    private static string Path(string digest) => "blobs/sha256/" + digest["sha256:".Length..];
}
