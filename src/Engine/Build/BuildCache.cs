using System.Collections.Immutable;
using Brig.Engine.Images;
using Brig.Engine.State;
using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.Build;

/// <summary>A layer that a step made, and when.</summary>
internal sealed record CachedLayer(Descriptor Blob, StoredLayer Layer, DateTimeOffset MadeAt);

/// <summary>What steps made, by their key. Its layers stay for as long as it knows them.</summary>
internal sealed class BuildCache(Store store, BlobStore blobs, LayerStore layers, Durability durability, TimeProvider time) : ILayerKeeper
{
    /// <summary>The longest unused go first beyond this.</summary>
    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _settings = [];

    /// <summary>Whether an instruction that makes no files has been done since Brig began; it costs nothing to do again, but people want to be told. Forgets all when that are too many.</summary>
    public bool KnowsSetting(string key)
    {
        lock (_gate)
        {
            if (_settings.Count >= Most)
            {
                _settings.Clear();
            }
            return !_settings.Add(key);
        }
    }

    public IReadOnlyCollection<(string DiffId, string Blob, long Bytes)> Kept() =>
        store.Read(db => db.BuildSteps.Select(row => new { row.DiffId, row.Blob, row.LayerBytes }).AsEnumerable().Select(row => (row.DiffId, row.Blob, row.LayerBytes)).ToArray());

    /// <summary>Null: not known, or gone from the disk. What is returned is held by the lease.</summary>
    public async Task<CachedLayer?> FindAsync(string key, Lease lease, CancellationToken stop)
    {
        if (store.Read(db => db.BuildSteps.FirstOrDefault(row => row.Key == key)) is not { } row)
        {
            return null;
        }
        lease.Blob(row.Blob);
        lease.Layer(row.DiffId);
        if (!blobs.Has(row.Blob) || blobs.Size(row.Blob) != row.BlobBytes || layers.Find(row.DiffId) is not { } layer)
        {
            return null;
        }
        long now = time.GetUtcNow().ToMicroseconds();
        if (now - row.UsedAt > 3_600_000_000)
        {
            await store.WriteAsync(db => db.BuildSteps.Where(step => step.Key == key).ExecuteUpdate(set => set.SetProperty(step => step.UsedAt, now)), stop);
        }
        return new(new(row.MediaType, row.Blob, row.BlobBytes), layer, Instant.FromMicroseconds(row.MadeAt));
    }

    public async Task AddAsync(string key, CachedLayer made, CancellationToken stop)
    {
        await durability.ReachAsync(stop);
        long now = time.GetUtcNow().ToMicroseconds();
        var row = new BuildStepRow
        {
            Key = key, DiffId = made.Layer.DiffId, Blob = made.Blob.Digest, MediaType = made.Blob.MediaType, BlobBytes = made.Blob.Size, LayerBytes = made.Layer.Bytes,
            MadeAt = made.MadeAt.ToMicroseconds(), UsedAt = now,
        };
        await store.WriteAsync(db =>
        {
            db.BuildSteps.Where(step => step.Key == key).ExecuteDelete();
            db.BuildSteps.Add(row);
            if (db.BuildSteps.Count() >= Most)
            {
                var oldest = db.BuildSteps.OrderBy(step => step.UsedAt).Take(Most / 10).Select(step => step.Key).ToArray();
                db.BuildSteps.Where(step => oldest.Contains(step.Key)).ExecuteDelete();
            }
        }, stop);
    }

    public Task ClearAsync(CancellationToken stop) => store.WriteAsync(db => db.BuildSteps.ExecuteDelete(), stop);
}
