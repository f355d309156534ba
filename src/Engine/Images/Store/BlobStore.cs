using System.Security.Cryptography;
using System.Text;

namespace Brig.Engine.Images;

/// <summary>BRIG_ROOT/images: an OCI image layout (image-spec, image-layout.md), which skopeo and others can read. A blob is there when it is whole, under its digest.</summary>
internal sealed class BlobStore(EnginePaths paths)
{
    private long _placed;

    /// <summary>How many blobs have got their name since the start.</summary>
    public long Placed => Interlocked.Read(ref _placed);

    public string Folder => paths.Images + "/blobs/sha256";

    /// <summary>Broken downloads, by digest, to go on with.</summary>
    public string Partial => paths.Images + "/partial";

    public void Open()
    {
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Partial);
        WriteAtomically(paths.Images + "/oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8);
    }

    public string Path(string digest) => $"{Folder}/{digest["sha256:".Length..]}";
    public bool Has(string digest) => File.Exists(Path(digest));
    public long Size(string digest) => new FileInfo(Path(digest)).Length;

    /// <exception cref="EngineException">Unavailable: the disk lost it.</exception>
    public byte[] Read(string digest)
    {
        using var file = OpenRead(digest);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <exception cref="EngineException">Unavailable: the disk lost it.</exception>
    public FileStream OpenRead(string digest)
    {
        try
        {
            return new(Path(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException e)
        {
            throw EngineException.Unavailable($"The blob {digest} is gone from the disk; pull, load or build the image again.", e);
        }
    }

    /// <summary>Takes away one that is not what its row says: then it is missing, and is fetched again when somebody pulls or loads it.</summary>
    public void Drop(string digest) => File.Delete(Path(digest));

    /// <summary>Whether bytes of a broken download are here.</summary>
    public bool HasPartial(string digest) => new FileInfo($"{Partial}/{digest["sha256:".Length..]}") is { Exists: true, Length: > 0 };

    public void DropPartial(string digest) => File.Delete($"{Partial}/{digest["sha256:".Length..]}");

    /// <summary>A small one: a manifest, a configuration.</summary>
    /// <returns>Its digest; the lease holds it.</returns>
    public string Add(ReadOnlySpan<byte> bytes, Lease lease)
    {
        string digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        lease.Blob(digest);
        if (!Has(digest))
        {
            WriteAtomically(Path(digest), bytes, flush: false);
            Interlocked.Increment(ref _placed);
        }
        return digest;
    }

    public BlobWriter Begin() => new(this, $"{paths.Trash}/blob-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");

    /// <summary>Goes on with what is here of it from before: those bytes must be written again, are hashed, and not written.</summary>
    public BlobWriter Resume(string digest) => new(this, $"{Partial}/{digest["sha256:".Length..]}", keep: true);

    /// <summary>A whole file, whose digest is known to be right, becomes a blob.</summary>
    public void Adopt(string file, string digest)
    {
        File.Move(file, Path(digest), overwrite: true);
        Interlocked.Increment(ref _placed);
    }

    /// <summary>Makes index.json tell these images, and no others.</summary>
    public void WriteIndex(IEnumerable<Image> images)
    {
        var manifests = new System.Text.Json.Nodes.JsonArray();
        foreach (var image in images.Where(image => Has(image.Digest)))
        {
            foreach (string? tag in image.Tags.IsEmpty ? new string?[] { null } : [.. image.Tags])
            {
                var descriptor = new Descriptor(image.MediaType, image.Digest, Size(image.Digest)).ToJson();
                if (tag is not null)
                {
                    descriptor["annotations"] = new System.Text.Json.Nodes.JsonObject { ["org.opencontainers.image.ref.name"] = tag };
                }
                manifests.Add(descriptor);
            }
        }
        var index = new System.Text.Json.Nodes.JsonObject { ["schemaVersion"] = 2, ["manifests"] = manifests };
        WriteAtomically(paths.Images + "/index.json", Encoding.UTF8.GetBytes(index.ToJsonString()));
    }

    /// <param name="flush">False: <see cref="Durability"/> sees to it.</param>
    private static void WriteAtomically(string path, ReadOnlySpan<byte> bytes, bool flush = true)
    {
        string temporary = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}.new";
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(bytes);
            file.Flush(flush);
        }
        File.Move(temporary, path, overwrite: true);
    }
}

/// <summary>A blob that is being written, hashed on the way; a file nobody sees until <see cref="Commit"/>.</summary>
internal sealed class BlobWriter : Stream
{
    private readonly BlobStore _store;
    private readonly string _file;
    private readonly FileStream _to;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly bool _keep;
    private string? _digest;
    private bool _done;

    /// <param name="keep">What is not committed stays, to go on with.</param>
    public BlobWriter(BlobStore store, string file, bool keep = false)
    {
        (_store, _file, _keep) = (store, file, keep);
        _to = new(file, keep ? FileMode.OpenOrCreate : FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Kept = _to.Length;
        _to.Position = Kept;
    }

    /// <summary>Bytes that are here from before.</summary>
    public long Kept { get; }

    public string File => _file;

    public long Count { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _to.Write(Count < Kept ? buffer[(int)Math.Min(buffer.Length, Kept - Count)..] : buffer);
        _hash.AppendData(buffer);
        Count += buffer.Length;
    }

    /// <summary>Of all that was written; nothing is written after.</summary>
    public string Digest() => _digest ??= "sha256:" + Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <summary>It is there; the lease holds it.</summary>
    public void Commit(Lease lease)
    {
        string digest = Digest();
        _to.Dispose();
        lease.Blob(digest);
        _store.Adopt(_file, digest);
        _done = true;
    }

    /// <summary>It is not what it should be: nothing goes on from here.</summary>
    public void Forget()
    {
        _to.Dispose();
        System.IO.File.Delete(_file);
        _done = true;
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        _to.Dispose();
        _hash.Dispose();
        if (!_done && !_keep)
        {
            _done = true;
            System.IO.File.Delete(_file);
        }
        base.Dispose(disposing);
    }
}
