using Brig.Engine.State;

namespace Brig.Engine.Networks;

/// <summary>Networks in the database. Who is on them is a column of each container's row, so that the two come and go in one commit.</summary>
internal sealed class NetworkRows(Store store)
{
    public IEnumerable<Network> All() => store.Read(db => db.Networks.OrderBy(row => row.CreatedAt).ToList())
        .Select(row => new Network(row.Id, row.Name, EngineJson.Read<NetworkSpec>(row.Spec), EngineJson.Read<NetworkPlan>(row.Plan), new(Up: false), [],
            Instant.FromMicroseconds(row.CreatedAt), Version: 1));

    public Task AddAsync(Network network, CancellationToken stop) => store.WriteAsync(
        "INSERT INTO networks(Id, Name, Spec, Plan, CreatedAt) VALUES($0, $1, $2, $3, $4)",
        [network.Id, network.Name, EngineJson.Write(network.Spec), EngineJson.Write(network.Plan), network.CreatedAt.ToMicroseconds()], stop);

    public Task RemoveAsync(string id) => store.WriteAsync("DELETE FROM networks WHERE Id = $0", [id]);
}
