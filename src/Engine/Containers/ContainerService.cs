using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Brig.Engine.Events;
using Brig.Linux;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>The verbs, each where it belongs.</summary>
internal sealed class ContainerService(
    ContainerTable table, Creator creator, Supervisor supervisor, Stopper stopper, Changer changer, Remover remover, Pruner pruner, Reporter reporter,
    Execs execs, PreparedExecs prepared, EnginePaths paths, EventLog events, TimeProvider time) : IContainers
{
    /// <summary>How long the size of a terminal waits for its exec's start; Docker's.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    public ImmutableArray<Container> List() => table.List();
    public Container Get(string idOrName) => table.Find(idOrName).Now;
    public Container? Find(ContainerId id) => table.TryGet(id, out var entry) ? entry.Now : null;
    public Live<Container, ContainerChange> Follow() => table.Follow();

    public Task<Container> CreateAsync(ContainerSpec spec, CancellationToken stop = default) => spec.Sandbox is null
        ? creator.CreateAsync(spec, stop) : throw EngineException.Invalid("A pod is made by the verbs of pods.");
    public Task<Container> StartAsync(string idOrName, CancellationToken stop = default) => supervisor.StartAsync(Own(idOrName), stop);
    public Task<Container> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => stopper.StopAsync(Own(idOrName), grace, stop);
    public Task<Container> StopAsync(string idOrName, string? signal, TimeSpan? grace, CancellationToken stop = default) =>
        stopper.StopAsync(Own(idOrName), grace, stop, signal: signal is null ? null : Signals.Parse(signal));
    public Task<Container> KillAsync(string idOrName, string signal = "SIGKILL", CancellationToken stop = default) => stopper.KillAsync(Own(idOrName), signal, stop);
    public Task<Container> PauseAsync(string idOrName, CancellationToken stop = default) => stopper.PauseAsync(Own(idOrName), stop);
    public Task<Container> ResumeAsync(string idOrName, CancellationToken stop = default) => stopper.ResumeAsync(Own(idOrName), stop);
    public Task<Container> RenameAsync(string idOrName, string name, CancellationToken stop = default) => changer.RenameAsync(Own(idOrName), name, stop);
    public Task<Container> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default) => changer.UpdateAsync(table.Find(idOrName), now => now with { Limits = limits }, stop);
    public Task<Container> UpdateRestartAsync(string idOrName, RestartPolicy policy, CancellationToken stop = default) => changer.UpdateAsync(Own(idOrName), now => now with { Restart = policy }, stop);
    public Task<Container> UpdateAsync(string idOrName, Func<ContainerSettings, ContainerSettings> change, CancellationToken stop = default) => changer.UpdateAsync(Own(idOrName), change, stop);
    public Task<PruneReport> PruneAsync(CancellationToken stop = default) => pruner.PruneAsync(ContainerPrune.All, stop);
    public Task<PruneReport> PruneAsync(ContainerPrune which, CancellationToken stop = default) => pruner.PruneAsync(which, stop);

    public Task<Container> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => RestartAsync(idOrName, null, grace, stop);

    public async Task<Container> RestartAsync(string idOrName, string? signal, TimeSpan? grace, CancellationToken stop = default)
    {
        var entry = Own(idOrName);
        int? number = signal is null ? null : Signals.Parse(signal);
        bool autoRemove = entry.Now.Spec.AutoRemove;
        if (autoRemove)
        {
            stop.ThrowIfCancellationRequested();
            stop = CancellationToken.None;   // a restart in its middle would leave it behind
        }
        try
        {
            await stopper.StopAsync(entry, grace, stop, signal: number, startsAgain: true);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotModified)
        {
            // It did not run: then this is a start.
        }
        try
        {
            return await supervisor.StartAsync(entry, stop, again: true);
        }
        catch (EngineException e) when (autoRemove && e.Kind != EngineErrorKind.NotModified)
        {
            await TryRemoveEndedAsync(entry);
            throw;
        }
    }

    private async Task TryRemoveEndedAsync(ContainerEntry entry)
    {
        try
        {
            await RemoveAsync(entry.Id.Value, force: false, withVolumes: true, CancellationToken.None);
        }
        catch (EngineException)
        {
            // Somebody else starts or removes it just now.
        }
    }

    public async Task<ExitStatus> WaitAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        // Taken before the look at the status: an end between the two is then this one.
        var ended = entry.Ended;
        var state = entry.Now.State;
        if (state.Status is not (ContainerStatus.Created or ContainerStatus.Exited))
        {
            return await ended.WaitAsync(stop);
        }
        // The status is the first that tells of an end: its events are there and its ports are free when the lock is.
        using var over = await entry.Lock.TakeAsync(stop);
        return state.Exit ?? new ExitStatus(0, 0, false);
    }

    public Task<ExitStatus> WaitAsync(string idOrName, WaitFor what, CancellationToken stop = default) => what switch
    {
        WaitFor.NextExit => table.Find(idOrName).NextEnd.WaitAsync(stop),
        WaitFor.Removed => table.Find(idOrName).Removed.WaitAsync(stop),
        _ => WaitAsync(idOrName, stop),
    };

    public Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default) => RemoveAsync(idOrName, force, withVolumes: false, stop);

    public Task RemoveWithVolumesAsync(string idOrName, bool force = false, CancellationToken stop = default) => RemoveAsync(idOrName, force, withVolumes: true, stop);

    private async Task RemoveAsync(string idOrName, bool force, bool withVolumes, CancellationToken stop)
    {
        var entry = Own(idOrName);
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
                    await remover.RemoveHeldAsync(entry, withVolumes);
                    return;
                }
                entry.Wanted = false;   // for this process only: the row is about to go
                entry.Asked = new(EndAsk.Remove, Signals.SIGKILL, time.GetUtcNow(), TimeSpan.Zero);
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
        return await AttachAsync(entry, Added(entry), entry.Now.Spec.Tty ? AttachFlags.Replay : AttachFlags.None, stop);
    }

    private static Attachment Added(ContainerEntry entry) => entry.Attachments.Add(new(), $"container {entry.Now.Name}");

    private async Task<IAttachment> AttachAsync(ContainerEntry entry, Attachment attachment, AttachFlags flags, CancellationToken stop)
    {
        try
        {
            var shim = await ShimConnection.ConnectAsync(paths.Shim(entry.Id), stop, attachment);
            attachment.Over(shim);
            await shim.AttachAsync(flags, stop);
            return attachment;
        }
        catch (Exception e) when (e is SocketException or EngineException or LinuxException)
        {
            await attachment.DisposeAsync();
            throw EngineException.Conflict($"Container {entry.Now.Name} has just ended.");
        }
    }

    public async Task<IAttachment> AttachWholeAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        Attachment attachment;
        using (await entry.Lock.TakeAsync(stop))
        {
            if (entry.Now.State.Status is ContainerStatus.Created or ContainerStatus.Exited)
            {
                attachment = Added(entry);
                entry.Joining.RemoveAll(gone => gone.IsOver);
                entry.Joining.Add(attachment);
                events.Add(entry.Now, "attach");
                return attachment;
            }
            LifeCycle.Next(entry.Now.State.Status, Verb.Attach, entry.Now.Name);
            attachment = Added(entry);
        }
        var whole = await AttachAsync(entry, attachment, AttachFlags.Lossless, stop);
        events.Add(entry.Now, "attach");
        return whole;
    }

    public async Task<Exec> ExecAsync(string idOrName, ExecSpec spec, CancellationToken stop = default) =>
        (await execs.StartAsync(table.Find(idOrName), spec, null, stop)).Now;

    public async Task<(Exec Exec, IAttachment Streams)> ExecAttachedAsync(string idOrName, ExecSpec spec, CancellationToken stop = default)
    {
        var streams = new Attachment();
        try
        {
            return ((await execs.StartAsync(table.Find(idOrName), spec, streams, stop)).Now, streams);
        }
        catch
        {
            await streams.DisposeAsync();
            throw;
        }
    }

    public Exec PrepareExec(string idOrName, ExecSpec spec) => prepared.Add(table.Find(idOrName), spec);

    public async Task<Exec> StartExecAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default) =>
        (await StartAsync(Taken(execId, rows, columns), null, stop)).Now;

    public async Task<(Exec Exec, IAttachment Streams)> StartExecAttachedAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default)
    {
        var taken = Taken(execId, rows, columns);
        var streams = new Attachment();
        try
        {
            return ((await StartAsync(taken, streams, stop)).Now, streams);
        }
        catch
        {
            await streams.DisposeAsync();
            throw;
        }
    }

    private async Task<ExecEntry> StartAsync(PreparedExec taken, Attachment? streams, CancellationToken stop)
    {
        try
        {
            return await execs.StartAsync(taken, streams, stop);
        }
        catch (OperationCanceledException)
        {
            prepared.PutBack(taken);   // nothing was begun
            throw;
        }
        finally
        {
            prepared.Started(taken.Now.Id);
        }
    }

    private PreparedExec Taken(string execId, int rows, int columns)
    {
        var taken = prepared.Take(execId) ?? throw EngineException.Conflict($"Exec {GetExec(execId).Id} was started already.");
        return rows > 0 && columns > 0 ? taken with { Now = taken.Now with { Spec = taken.Now.Spec with { Rows = rows, Columns = columns } } } : taken;
    }

    public Exec GetExec(string execId) => execs.TryFind(execId)?.Now ?? prepared.Find(execId)?.Now ?? execs.Find(execId).Now;   // it goes from one to the other

    public async Task ResizeExecAsync(string execId, int rows, int columns, CancellationToken stop = default)
    {
        // A client says the size of its terminal beside the start, so it may be here before there is a terminal.
        if (execs.TryFind(execId) is null && prepared.Find(execId) is { } waiting)
        {
            try
            {
                await waiting.Started.WaitAsync(StartLimit, time, stop);
            }
            catch (TimeoutException)
            {
                throw EngineException.Failed($"Exec {waiting.Now.Id} was not started within {StartLimit.TotalSeconds:0} seconds; start it, then say the size of its terminal.");
            }
        }
        await ResizeAsync(execs.Find(execId).Shim, rows, columns, stop);
    }

    public Task ResizeAsync(string idOrName, int rows, int columns, CancellationToken stop = default) => ResizeAsync(table.Find(idOrName).Run?.Shim, rows, columns, stop);

    private static Task ResizeAsync(ShimConnection? shim, int rows, int columns, CancellationToken stop) =>
        shim is null || shim.Ended.IsCompleted ? throw EngineException.Conflict("The program has ended.") : shim.ResizeAsync(rows, columns, stop);

    public ImmutableArray<Exec> ListExecs(string idOrName) => Execs.List(table.Find(idOrName));
    public Task<ExitStatus> WaitExecAsync(string execId, CancellationToken stop = default) => execs.Find(execId).Ended.WaitAsync(stop);
    public Task<IAttachment> AttachExecAsync(string execId, CancellationToken stop = default) => Execs.AttachAsync(execs.Find(execId), paths, stop);
    public Task KillExecAsync(string execId, string signal = "SIGKILL", CancellationToken stop = default) => Execs.KillAsync(execs.Find(execId), signal, stop);

    /// <exception cref="EngineException">Conflict: it is a pod's sandbox, which lives and ends with the pod.</exception>
    private ContainerEntry Own(string idOrName)
    {
        var entry = table.Find(idOrName);
        return entry.Now.Spec.Sandbox is null ? entry : throw EngineException.Conflict($"{entry.Now.Name} is a pod; use the verbs of pods, for they reach all its containers.");
    }
}
