using System.Collections.Immutable;
using Brig.Engine.State;
using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.Volumes;

/// <summary>Volumes in the database. What has a row is; a folder without one is a half make or half a remove.</summary>
internal sealed class VolumeRows(Store store)
{
    public (List<VolumeRow> Volumes, List<SnapshotRow> Snapshots) All() => store.Read(db => (db.Volumes.ToList(), db.Snapshots.OrderBy(row => row.CreatedAt).ToList()));

    public Task AddAsync(Volume volume, CancellationToken stop) => store.WriteAsync(db => Add(db, volume), stop);

    public Task RemoveAsync(IReadOnlyCollection<Volume> volumes) => store.WriteAsync(db =>
    {
        using var transaction = db.Database.BeginTransaction();
        Remove(db, volumes);
        transaction.Commit();
    });

    /// <summary>Written with what else the caller adds, or not at all.</summary>
    public static void Add(BrigDb db, Volume volume) => db.Volumes.Add(new()
    {
        Id = volume.Id, Name = volume.Name, Anonymous = volume.Anonymous, CreatedAt = volume.CreatedAt.ToMicroseconds(),
        Labels = EngineJson.Write(volume.Labels), Options = EngineJson.Write(volume.Options),
    });

    /// <summary>In a transaction of the caller's.</summary>
    public static void Remove(BrigDb db, IReadOnlyCollection<Volume> volumes)
    {
        foreach (var volume in volumes)
        {
            db.Database.ExecuteSql($"DELETE FROM snapshots WHERE VolumeId = {volume.Id}");
            db.Database.ExecuteSql($"DELETE FROM volumes WHERE Id = {volume.Id}");
        }
    }

    public Task AddSnapshotAsync(string volume, VolumeSnapshot snapshot, CancellationToken stop) => store.WriteAsync(
        "INSERT INTO snapshots(Id, VolumeId, Name, CreatedAt, Bytes, Files, Running) VALUES($0, $1, $2, $3, $4, $5, $6)",
        [snapshot.Id, volume, snapshot.Name, snapshot.CreatedAt.ToMicroseconds(), snapshot.Bytes, snapshot.Files, EngineJson.Write(snapshot.Running)], stop);

    public Task RemoveSnapshotAsync(string id) => store.WriteAsync("DELETE FROM snapshots WHERE Id = $0", [id]);

    public static Volume ToVolume(VolumeRow row, IEnumerable<SnapshotRow> snapshots, string folder)
    {
        var options = EngineJson.Read<ImmutableDictionary<string, string>>(row.Options);
        var kind = options.GetValueOrDefault("type") == "tmpfs" ? VolumeKind.Tmpfs : options.ContainsKey("device") ? VolumeKind.Bind : VolumeKind.Folder;
        return new(row.Id, row.Name, row.Anonymous, kind, Instant.FromMicroseconds(row.CreatedAt))
        {
            Labels = EngineJson.Read<ImmutableDictionary<string, string>>(row.Labels),
            Options = options,
            Path = kind == VolumeKind.Bind ? options["device"] : folder,
            Snapshots = [.. snapshots.Select(one => new VolumeSnapshot(
                one.Id, one.Name, Instant.FromMicroseconds(one.CreatedAt), one.Bytes, one.Files, EngineJson.Read<ImmutableArray<string>>(one.Running)))],
        };
    }
}
