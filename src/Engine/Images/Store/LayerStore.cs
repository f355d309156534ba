using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Images;

/// <param name="DiffId"><c>sha256:…</c></param>
/// <param name="Bytes">Of its files.</param>
internal sealed record StoredLayer(string DiffId, long Bytes)
{
    /// <summary>Directories its archive never named, while nobody has given them what the layers below have.</summary>
    public IReadOnlyCollection<string> Implied { get; init; } = [];
}

/// <summary>BRIG_ROOT/layers/&lt;diff digest&gt;: each layer unpacked once. A directory appears there by a rename, when it is whole.</summary>
internal sealed class LayerStore(EnginePaths paths)
{
    private readonly ConcurrentDictionary<string, StoredLayer> _known = new();
    private long _placed;

    /// <summary>How many layers have got their name since the start.</summary>
    public long Placed => Interlocked.Read(ref _placed);

    public string Directory(string diffId) => $"{paths.Layers}/{diffId["sha256:".Length..]}";

    /// <summary>Null: it is not here. The caller has leased it.</summary>
    public StoredLayer? Find(string diffId) => _known.TryGetValue(diffId, out var layer) && System.IO.Directory.Exists(Directory(diffId)) ? layer : null;

    /// <summary>One that a row names.</summary>
    public void Know(string diffId, long bytes) => _known[diffId] = new(diffId, bytes);

    /// <summary>Out of the way at once; deleted after.</summary>
    public void Remove(string diffId)
    {
        _known.TryRemove(diffId, out _);
        Trash.Take(paths, Directory(diffId));
    }

    /// <summary>Unpacks what nobody sees until it is kept.</summary>
    /// <param name="packed">Plain, gzip or zstd. Read to its end.</param>
    /// <exception cref="EngineException">Invalid: not a layer. Unavailable: the disk is full.</exception>
    public UnpackedLayer Unpack(Stream packed, UnpackLimits limits, CancellationToken stop)
    {
        string folder = $"{paths.Trash}/layer-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        System.IO.Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, (UnixFileMode)0x1ED);
        var layer = new UnpackedLayer(this, folder);
        try
        {
            layer.Fill(packed, limits.RoomFor is null ? limits with { RoomFor = bytes => DiskRoom.Check(folder, bytes) } : limits, stop);
            return layer;
        }
        catch (Exception e)
        {
            layer.Dispose();
            throw Sentence(e);
        }
    }

    /// <summary>What the disk or the archive said, as a sentence.</summary>
    public Exception Sentence(Exception e) => e switch
    {
        IOException io when Disk.IsFull(io) => Disk.Full(paths.Root, io),
        LinuxException { Errno: Errno.ENOSPC or Errno.EDQUOT } => Disk.Full(paths.Root, e),
        LinuxException => EngineException.Invalid($"The archive cannot be unpacked: {e.Message}."),
        InvalidDataException => EngineException.Invalid($"The archive is damaged: {e.Message.TrimEnd('.')}."),
        _ => e,
    };

    /// <summary>
    /// Directories that an archive never named are, seen through overlayfs, those of the layer all the same; so they get the owner, mode and time they have in the layers below.
    /// The image that brings a layer decides: another one on another base shares it as it is.
    /// </summary>
    /// <param name="stack">An image's layers, lowest first.</param>
    public void Inherit(IReadOnlyList<StoredLayer> stack)
    {
        for (int i = 1; i < stack.Count; i++)
        {
            string diffId = stack[i].DiffId;
            if (_known.TryGetValue(diffId, out var layer) && layer.Implied.Count > 0)
            {
                using var below = LayerView.Open([.. stack.Take(i).Reverse().Select(lower => Directory(lower.DiffId)).Distinct().Reverse()]);
                foreach (string path in layer.Implied.Select(path => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path))))
                {
                    if (below.FindItself(path) is { IsDirectory: true } there)
                    {
                        LayerTree.SetDirectory(Directory(diffId), path, there.Mode, there.Uid, there.Gid, there.ModifiedAt);
                    }
                }
                Interlocked.Increment(ref _placed);
                _known.TryUpdate(diffId, layer with { Implied = [] }, layer);
            }
        }
    }

    internal StoredLayer Keep(string folder, string diffId, Unpacked unpacked, Lease lease)
    {
        lease.Layer(diffId);
        string place = Directory(diffId);
        var made = new StoredLayer(diffId, unpacked.Bytes) { Implied = unpacked.Implied };
        if (!System.IO.Directory.Exists(place))
        {
            try
            {
                System.IO.Directory.Move(folder, place);
                Interlocked.Increment(ref _placed);
                return _known[diffId] = made;
            }
            catch (IOException) when (System.IO.Directory.Exists(place))
            {
                // Another made the same one in this moment.
            }
        }
        return _known.GetOrAdd(diffId, made);
    }
}

/// <summary>Gone when it is disposed and was not kept.</summary>
internal sealed class UnpackedLayer(LayerStore store, string folder) : IDisposable
{
    /// <summary>Of what is not packed the blob's digest is this one too; empty until <see cref="Is"/> tells it.</summary>
    public string DiffId { get; private set; } = "";
    public Unpacked Unpacked { get; private set; } = new(0, 0, [], false);
    public Packing Packing { get; private set; }

    /// <summary>It is there; the lease holds it.</summary>
    public StoredLayer Keep(Lease lease) => store.Keep(folder, DiffId, Unpacked, lease);

    /// <summary>Whoever hashed the blob has hashed what was not packed.</summary>
    public void Is(string blob) => DiffId = Packing == Packing.None ? blob : DiffId;

    public void Dispose() => Trash.Delete(folder);

    internal void Fill(Stream packed, UnpackLimits limits, CancellationToken stop)
    {
        using var counted = new CountingStream(packed);
        var (plain, packing) = Packings.Unpack(counted, limits);
        using (plain)
        using (var pipe = new BytePipe())
        {
            Packing = packing is Packing.Bzip2 or Packing.Xz ? throw EngineException.Invalid("The layer is packed with bzip2 or xz; layers are packed with gzip or zstd, or not at all.") : packing;
            if (packing == Packing.None)
            {
                Unpacked = LayerUnpacker.Unpack(plain, folder, limits, stop);
                return;
            }
            // Unpacking the bytes takes one processor, making the files another.
            var files = new OwnThread<bool>(() => ReadPiped(pipe, limits, stop));
            Exception? failure = null;
            try
            {
                byte[] buffer = new byte[256 * 1024];
                for (int read; (read = plain.Read(buffer)) > 0 && pipe.Write(buffer.AsSpan(0, read));)
                {
                }
                counted.Drain();
            }
            catch (Exception e)
            {
                failure = e;
            }
            pipe.Complete(failure);
            files.Join();     // what stopped the files is told before what then stopped the bytes
        }
    }

    private bool ReadPiped(BytePipe pipe, UnpackLimits limits, CancellationToken stop)
    {
        using var reader = pipe.Reader;
        Read(reader, limits, stop);
        return true;
    }

    private void Read(Stream plain, UnpackLimits limits, CancellationToken stop)
    {
        using var hashed = new HashingStream(plain);
        Unpacked = LayerUnpacker.Unpack(hashed, folder, limits, stop);
        DiffId = "sha256:" + hashed.Digest();
    }
}
