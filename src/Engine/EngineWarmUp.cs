using Brig.Engine.Containers;
using Brig.Engine.State;
using Microsoft.EntityFrameworkCore;

namespace Brig.Engine;

/// <summary>
/// What is slow the first time and the same for every Brig (the database's model, the first query, how records are written), done on a processor that has nothing to do yet, while the server is put
/// together: the engine is back sooner by as much.
/// </summary>
public static class EngineWarmUp
{
    /// <summary>Nobody waits for it, and nothing depends on it.</summary>
    public static void Begin()
    {
        _ = Task.Run(Database);
        _ = Task.Run(Records);
    }

    private static void Database()
    {
        using var db = new BrigDb(Store.Options("Data Source=:memory:"));
        db.Database.OpenConnection();
        Schema.Upgrade(db);
        _ = db.Containers.OrderBy(row => row.CreatedAt).ToList();
        _ = db.Settings.Where(row => row.Key == "").Select(row => row.Value).SingleOrDefault();
    }

    private static void Records()
    {
        _ = EngineJson.Read<ContainerSpec>(EngineJson.Write(new ContainerSpec { Image = "" }));
        _ = EngineJson.Read<ContainerState>(EngineJson.Write(new ContainerState(ContainerStatus.Created)));
    }
}
