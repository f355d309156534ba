using Brig.Linux.Trees;

namespace Brig.Engine.Images;

/// <param name="Blob">Digest of what came, as it came.</param>
internal sealed record TakenLayer(string Blob, long BlobBytes, Packing Packing, StoredLayer Layer)
{
    public Descriptor Descriptor => new(MediaTypes.Layer(Packing), Blob, BlobBytes);
}

/// <summary>A layer on its way in: kept as a blob and unpacked at the same time, and visible only when both are whole and right.</summary>
internal sealed class Intake(BlobStore blobs, LayerStore layers)
{
    /// <param name="from">Read to its end, by this thread.</param>
    /// <param name="blob">The digest it must have; null: any.</param>
    /// <param name="diffId">The digest it must have unpacked; null: any.</param>
    /// <param name="mustEnd">It must have files and an end mark: for what comes without a digest.</param>
    /// <exception cref="EngineException">Invalid: not a layer, or another than it should be. Unavailable: the disk is full.</exception>
    public TakenLayer Take(Stream from, Lease lease, string? blob, string? diffId, UnpackLimits limits, CancellationToken stop, bool mustEnd = false) =>
        Take(blobs.Begin(), from, lease, blob, diffId, limits, stop, mustEnd);

    /// <param name="writer">Disposed here.</param>
    public TakenLayer Take(BlobWriter writer, Stream from, Lease lease, string? blob, string? diffId, UnpackLimits limits, CancellationToken stop, bool mustEnd = false)
    {
        using var kept = writer;
        using var pipe = new BytePipe();
        var room = new RoomMeter(bytes => CheckRoom(writer, bytes));
        var unpacking = new OwnThread<UnpackedLayer>(() => Unpack(pipe, limits, stop));
        Exception? failure = null;
        try
        {
            byte[] buffer = new byte[256 * 1024];
            for (int read; (read = from.Read(buffer)) > 0;)
            {
                stop.ThrowIfCancellationRequested();
                room.Next(read);
                writer.Write(buffer.AsSpan(0, read));
                if (!pipe.Write(buffer.AsSpan(0, read)))
                {
                    break;      // the unpacking failed, and tells why
                }
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
        pipe.Complete(failure);
        if (failure is not null)
        {
            // Its own complaint is only that the stream broke off.
            _ = unpacking.TryJoin(out var half);
            half?.Dispose();
            if (failure is IOException io && Disk.IsFull(io))
            {
                writer.Forget();    // what is kept to go on with would keep the disk full
            }
            throw layers.Sentence(failure);
        }
        using var unpacked = Unpacked(unpacking, writer);
        if (mustEnd && !unpacked.Unpacked.Whole)
        {
            throw EngineException.Invalid(unpacked.Unpacked.Entries == 0 ? Importer.NoFiles : "The stream is not a whole tar archive: its end is missing.");
        }
        if (mustEnd && unpacked.Unpacked.Entries == 0)
        {
            throw EngineException.Invalid(Importer.NoFiles);
        }
        string digest = writer.Digest();
        unpacked.Is(digest);
        if (blob is not null && digest != blob)
        {
            writer.Forget();
            throw EngineException.Invalid($"The blob {blob} has another digest, {digest}: it was damaged or changed on its way.");
        }
        CheckDiff(unpacked, diffId);
        Commit(writer, lease);
        return new(digest, writer.Count, unpacked.Packing, unpacked.Keep(lease));
    }

    /// <summary>A blob that is here, but whose layer is not.</summary>
    public StoredLayer Unpack(string blob, string diffId, Lease lease, UnpackLimits limits, CancellationToken stop)
    {
        using var file = blobs.OpenRead(blob);
        using var unpacked = layers.Unpack(file, limits, stop);
        unpacked.Is(blob);
        CheckDiff(unpacked, diffId);
        return unpacked.Keep(lease);
    }

    /// <summary>What cannot be unpacked is not kept to go on with: more of it would not make it better, and what fills the disk would keep it full.</summary>
    private static UnpackedLayer Unpacked(OwnThread<UnpackedLayer> unpacking, BlobWriter writer)
    {
        try
        {
            return unpacking.Join();
        }
        catch (EngineException e) when (e.Kind is EngineErrorKind.Invalid or EngineErrorKind.Unavailable)
        {
            writer.Forget();
            throw;
        }
    }

    private void CheckRoom(BlobWriter writer, long bytes)
    {
        try
        {
            DiskRoom.Check(blobs.Folder, bytes);
        }
        catch (EngineException)
        {
            writer.Forget();
            throw;
        }
    }

    private static void CheckDiff(UnpackedLayer unpacked, string? diffId)
    {
        if (diffId is not null && unpacked.DiffId != diffId)
        {
            throw EngineException.Invalid($"A layer unpacks to {unpacked.DiffId} where the image's configuration says {diffId}: one of the two was changed.");
        }
    }

    private void Commit(BlobWriter writer, Lease lease)
    {
        try
        {
            writer.Commit(lease);
        }
        catch (IOException e)
        {
            throw layers.Sentence(e);
        }
    }

    private UnpackedLayer Unpack(BytePipe pipe, UnpackLimits limits, CancellationToken stop)
    {
        using var reader = pipe.Reader;
        return layers.Unpack(reader, limits, stop);
    }
}
