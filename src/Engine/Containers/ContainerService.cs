using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Brig.Linux;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>The verbs, each where it belongs.</summary>
internal sealed class ContainerService(
    ContainerTable table, Creator creator, Supervisor supervisor, Stopper stopper, Changer changer, Remover remover, Pruner pruner, Reporter reporter,
    Execs execs, EnginePaths paths) : IContainers
{
    public ImmutableArray<Container> List() => table.List();
    public Container Get(string idOrName) => table.Find(idOrName).Now;
    public Live<Container, ContainerChange> Follow() => table.Follow();

    public Task<Container> CreateAsync(ContainerSpec spec, CancellationToken stop = default) => creator.CreateAsync(spec, stop);
    public Task<Container> StartAsync(string idOrName, CancellationToken stop = default) => supervisor.StartAsync(table.Find(idOrName), stop);
    public Task<Container> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => stopper.StopAsync(table.Find(idOrName), grace, stop);
    public Task<Container> KillAsync(string idOrName, string signal = "SIGKILL", CancellationToken stop = default) => stopper.KillAsync(table.Find(idOrName), signal, stop);
    public Task<Container> PauseAsync(string idOrName, CancellationToken stop = default) => stopper.PauseAsync(table.Find(idOrName), stop);
    public Task<Container> ResumeAsync(string idOrName, CancellationToken stop = default) => stopper.ResumeAsync(table.Find(idOrName), stop);
    public Task<Container> RenameAsync(string idOrName, string name, CancellationToken stop = default) => changer.RenameAsync(table.Find(idOrName), name, stop);
    public Task<Container> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default) => changer.LimitsAsync(table.Find(idOrName), limits, stop);
    public Task<Container> UpdateRestartAsync(string idOrName, RestartPolicy policy, CancellationToken stop = default) => changer.RestartPolicyAsync(table.Find(idOrName), policy, stop);
    public Task<PruneReport> PruneAsync(CancellationToken stop = default) => pruner.PruneAsync(stop);

    public async Task<Container> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        try
        {
            await stopper.StopAsync(entry, grace, stop);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotModified)
        {
            // It did not run: then this is a start.
        }
        return await supervisor.StartAsync(entry, stop);
    }

    public async Task<ExitStatus> WaitAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        // Taken before the look at the status: an end between the two is then this one.
        var ended = entry.Ended;
        var state = entry.Now.State;
        return state.Status is ContainerStatus.Created or ContainerStatus.Exited
            ? state.Exit ?? new ExitStatus(0, 0, false)
            : await ended.WaitAsync(stop);
    }

    public async Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        while (true)
        {
            Task<ExitStatus> ended;
            ContainerRun? run;
            using (await entry.Lock.TakeAsync(stop))
            {
                if (!table.TryGet(entry.Id, out _))
                {
                    return;   // it removed itself meanwhile
                }
                LifeCycle.Next(entry.Now.State.Status, force ? Verb.ForceRemove : Verb.Remove, entry.Now.Name);
                if (entry.Run is null)
                {
                    await remover.RemoveHeldAsync(entry);
                    return;
                }
                entry.Wanted = false;   // for this process only: the row is about to go
                (ended, run) = (entry.Ended, entry.Run);
            }
            await stopper.KillAllAsync(entry, run, ended);
        }
    }

    public Task<ImmutableArray<ProcessRow>> TopAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        return Task.Run(() => reporter.Top(entry), stop);
    }

    public Task<ImmutableArray<NamespaceRow>> NamespacesAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        return Task.Run(() => reporter.Namespaces(entry), stop);
    }

    public Task<JsonObject> InspectAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        return Task.Run(() => reporter.Inspect(entry), stop);
    }

    public Task<BirthRecord> BirthAsync(string idOrName, CancellationToken stop = default) => reporter.BirthAsync(table.Find(idOrName), stop);

    public async Task<IAttachment> AttachAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        LifeCycle.Next(entry.Now.State.Status, Verb.Attach, entry.Now.Name);
        var attachment = new Attachment();
        try
        {
            var shim = await ShimConnection.ConnectAsync(paths.Shim(entry.Id), stop, attachment);
            attachment.Over(shim);
            await shim.AttachAsync(entry.Now.Spec.Tty ? AttachFlags.Replay : AttachFlags.None, stop);
            return attachment;
        }
        catch (Exception e) when (e is SocketException or EngineException or LinuxException)
        {
            await attachment.DisposeAsync();
            throw EngineException.Conflict($"Container {entry.Now.Name} has just ended.");
        }
    }

    public async Task<Exec> ExecAsync(string idOrName, ExecSpec spec, CancellationToken stop = default) =>
        (await execs.StartAsync(table.Find(idOrName), spec, null, stop)).Now;

    public async Task<(Exec Exec, IAttachment Streams)> ExecAttachedAsync(string idOrName, ExecSpec spec, CancellationToken stop = default)
    {
        var streams = new Attachment();
        return ((await execs.StartAsync(table.Find(idOrName), spec, streams, stop)).Now, streams);
    }

    public Exec GetExec(string execId) => execs.Find(execId).Now;
    public ImmutableArray<Exec> ListExecs(string idOrName) => Execs.List(table.Find(idOrName));
    public Task<ExitStatus> WaitExecAsync(string execId, CancellationToken stop = default) => execs.Find(execId).Ended.WaitAsync(stop);
    public Task<IAttachment> AttachExecAsync(string execId, CancellationToken stop = default) => Execs.AttachAsync(execs.Find(execId), paths, stop);
    public Task KillExecAsync(string execId, string signal = "SIGKILL", CancellationToken stop = default) => Execs.KillAsync(execs.Find(execId), signal, stop);
}
