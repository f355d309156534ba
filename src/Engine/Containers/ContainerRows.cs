using Brig.Engine.State;
using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.Containers;

/// <summary>Containers in the database: as few commits as can be, one to create and one to remove.</summary>
internal sealed class ContainerRows(Store store)
{
    public IReadOnlyList<ContainerRow> All() => store.Read(db => db.Containers.OrderBy(row => row.CreatedAt).ToList());

    public Task AddAsync(Container container, CancellationToken stop) => store.WriteAsync(db => db.Containers.Add(new()
    {
        Id = container.Id.Value, Name = container.Name, Spec = EngineJson.Write(container.Spec), ImageDigest = container.ImageDigest, CommandLine = container.CommandLine,
        CreatedAt = container.CreatedAt.ToMicroseconds(), State = EngineJson.Write(container.State),
    }), stop);

    public Task RemoveAsync(ContainerId id) =>
        store.WriteAsync(db => db.Database.ExecuteSql($"DELETE FROM containers WHERE Id = {id.Value}"));

    public Task SpecAsync(Container container) => store.WriteAsync(db => db.Database.ExecuteSql(
        $"UPDATE containers SET Name = {container.Name}, Spec = {EngineJson.Write(container.Spec)} WHERE Id = {container.Id.Value}"));

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
