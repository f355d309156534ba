using Brig.Engine.Networks;
using Brig.Engine.State;
using Brig.Engine.Volumes;
using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.Containers;

/// <summary>Containers in the database: as few commits as can be, one to create and one to remove.</summary>
internal sealed class ContainerRows(Store store)
{
    public IReadOnlyList<ContainerRow> All() => store.Read(db => db.Containers.OrderBy(row => row.CreatedAt).ToList());

    /// <param name="volumes">Made for it: their rows come with its own, or none does.</param>
    public Task AddAsync(Container container, VolumeClaim? volumes, CancellationToken stop)
    {
        var row = new ContainerRow
        {
            Id = container.Id.Value, Name = container.Name, Spec = EngineJson.Write(container.Spec), ImageDigest = container.ImageDigest, CommandLine = container.CommandLine,
            CreatedAt = container.CreatedAt.ToMicroseconds(), State = EngineJson.Write(container.State), FirstId = container.Ids?.First,
            Places = container.Endpoints.IsEmpty ? null : EngineJson.Write(new Places(container.Endpoints, [])),
        };
        return volumes is { Made.Count: > 0 } ? store.WriteAsync(db =>
        {
            volumes.Write(db);
            db.Containers.Add(row);
        }, stop) : store.WriteAsync(
            "INSERT INTO containers(Id, Name, Spec, ImageDigest, CommandLine, Wanted, CreatedAt, State, FirstId, Places) VALUES($0, $1, $2, $3, $4, 0, $5, $6, $7, $8)",
            [row.Id, row.Name, row.Spec, row.ImageDigest, row.CommandLine, row.CreatedAt, row.State, row.FirstId, row.Places], stop);
    }

    private const string Delete = "DELETE FROM containers WHERE Id = $0";

    public Task RemoveAsync(ContainerId id) => store.WriteAsync(Delete, [id.Value]);

    /// <param name="volumes">That go with it, or none does.</param>
    /// <param name="log">Who it was, for its log is kept; null: it is not.</param>
    public Task RemoveAsync(ContainerId id, IReadOnlyCollection<Volume> volumes, KeptLogRow? log) => volumes.Count == 0 ? RemoveAsync(id, log) : store.WriteAsync(db =>
    {
        using var transaction = db.Database.BeginTransaction();
        VolumeRows.Remove(db, volumes);
        if (log is not null)
            db.Database.ExecuteSql($"INSERT OR REPLACE INTO kept_logs(Id, Record) VALUES({log.Id}, {log.Record})");
        db.Database.ExecuteSql($"DELETE FROM containers WHERE Id = {id.Value}");
        transaction.Commit();
    });

    private Task RemoveAsync(ContainerId id, KeptLogRow? log) => log is null ? RemoveAsync(id)
        : store.WriteAllAsync([("INSERT OR REPLACE INTO kept_logs(Id, Record) VALUES($0, $1)", [log.Id, log.Record]), (Delete, [id.Value])]);

    public Task SpecAsync(Container container) => store.WriteAsync(db => db.Database.ExecuteSql(
        $"UPDATE containers SET Name = {container.Name}, Spec = {EngineJson.Write(container.Spec)} WHERE Id = {container.Id.Value}"));

    /// <summary>Where it is on networks, and what was asked about that, in one commit.</summary>
    public Task PlacesAsync(Container container, Places places) => store.WriteAsync(
        "UPDATE containers SET Spec = $1, Places = $2 WHERE Id = $0", [container.Id.Value, EngineJson.Write(container.Spec), EngineJson.Write(places)]);

    public Task WantedAsync(ContainerId id, bool wanted) =>
        store.WriteAsync(db => db.Database.ExecuteSql($"UPDATE containers SET Wanted = {wanted} WHERE Id = {id.Value}"));

    public Task StatesAsync(IReadOnlyCollection<Container> containers) => store.WriteAsync(db =>
    {
        using var transaction = db.Database.BeginTransaction();
        foreach (var container in containers)
        {
            db.Database.ExecuteSql($"UPDATE containers SET State = {EngineJson.Write(container.State)} WHERE Id = {container.Id.Value}");
        }
        transaction.Commit();
    });
}
