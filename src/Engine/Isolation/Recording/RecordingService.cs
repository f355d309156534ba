using Brig.Engine.Containers;

namespace Brig.Engine.Isolation;

/// <summary>The verbs, each where it belongs.</summary>
internal sealed class RecordingService(ContainerTable table, Recorders recorders, Proposer proposer, Privileges privileges) : IRecordings
{
    public Task<Recording?> FindAsync(string idOrName, CancellationToken stop = default)
    {
        var id = table.Find(idOrName).Id;
        return Task.Run(() => recorders.Find(id), stop);
    }

    public Task<Recording> StartAsync(string idOrName, bool fromNextStart = false, bool keep = false, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        return Task.Run(() => recorders.Start(entry.Now, fromNextStart, keep), stop);
    }

    public Task<Recording> StopAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        return Task.Run(() => recorders.Stop(entry.Now), stop);
    }

    public async Task<LeastPrivilege> ProposeAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        var recording = await Task.Run(() => recorders.Find(entry.Id), stop)
            ?? throw EngineException.Conflict($"Container {entry.Now.Name} was never recorded; record it first, best from its next start.");
        return await proposer.MakeAsync(entry, recording, stop);
    }

    public async Task<PendingPrivilege> ApplyAsync(string idOrName, CancellationToken stop = default)
    {
        var proposal = await ProposeAsync(idOrName, stop);
        var entry = table.Find(idOrName);
        using var held = await entry.Lock.TakeAsync(stop);
        return privileges.Apply(entry, proposal);
    }

    public async Task DiscardAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        using var held = await entry.Lock.TakeAsync(stop);
        privileges.Discard(entry.Now);
    }

    public Task<PendingPrivilege?> PendingAsync(string idOrName, CancellationToken stop = default)
    {
        var id = table.Find(idOrName).Id;
        return Task.Run(() => privileges.Find(id), stop);
    }
}
