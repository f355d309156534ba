using System.Collections.Immutable;

namespace Brig.Engine.Containers;

/// <summary>
/// Every verb on containers. A container is named by its id, an unambiguous start of its id, or its name.
/// All throw <see cref="EngineException"/>: NotFound for a name nobody has, Conflict for a verb its state forbids.
/// </summary>
public interface IContainers
{
    ImmutableArray<Container> List();
    Container Get(string idOrName);

    /// <summary>The container of exactly this id; null: there is none (any more).</summary>
    Container? Find(ContainerId id) => List().FirstOrDefault(container => container.Id == id);

    /// <summary>What is and what changes. A reader that lags more than 1,024 changes behind is ended; it follows anew.</summary>
    Live<Container, ContainerChange> Follow();

    /// <summary>Checks the whole spec before anything is made. Invalid, NotFound (image), Conflict (name).</summary>
    Task<Container> CreateAsync(ContainerSpec spec, CancellationToken stop = default);

    /// <summary>Returns after the program was executed, or throws with the step that failed. NotModified when it runs.</summary>
    Task<Container> StartAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Stop signal, grace, then SIGKILL to all. NotModified when it does not run.</summary>
    Task<Container> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default);
    Task<Container> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default);

    /// <summary>The same with this signal in place of its stop signal; null: that one.</summary>
    Task<Container> StopAsync(string idOrName, string? signal, TimeSpan? grace, CancellationToken stop = default) => StopAsync(idOrName, grace, stop);
    Task<Container> RestartAsync(string idOrName, string? signal, TimeSpan? grace, CancellationToken stop = default) => RestartAsync(idOrName, grace, stop);

    /// <param name="signal">A name (<c>SIGHUP</c>, <c>HUP</c>) or a number.</param>
    Task<Container> KillAsync(string idOrName, string signal = "SIGKILL", CancellationToken stop = default);
    Task<Container> PauseAsync(string idOrName, CancellationToken stop = default);
    Task<Container> ResumeAsync(string idOrName, CancellationToken stop = default);
    Task<Container> RenameAsync(string idOrName, string name, CancellationToken stop = default);

    /// <summary>Replaces the limits, live when it runs; either all of them hold afterwards or none changed.</summary>
    Task<Container> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default);
    Task<Container> UpdateRestartAsync(string idOrName, RestartPolicy policy, CancellationToken stop = default);

    /// <summary>The same for all that can be changed, at once, made of what it is then: nobody's change in between is lost.</summary>
    Task<Container> UpdateAsync(string idOrName, Func<ContainerSettings, ContainerSettings> change, CancellationToken stop = default);

    /// <summary>Its end: at once if it is not running, else the next.</summary>
    Task<ExitStatus> WaitAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Its end, its next end, or its removal; what is waited for is decided before this returns. NotFound.</summary>
    Task<ExitStatus> WaitAsync(string idOrName, WaitFor what, CancellationToken stop = default);

    /// <summary>Conflict when it runs, unless forced.</summary>
    Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default);

    /// <summary>The same, with its anonymous volumes that no other container has.</summary>
    Task RemoveWithVolumesAsync(string idOrName, bool force = false, CancellationToken stop = default);

    /// <summary>Removes all that neither run nor wait to restart.</summary>
    Task<PruneReport> PruneAsync(CancellationToken stop = default);

    /// <summary>Those of them that it takes.</summary>
    Task<PruneReport> PruneAsync(ContainerPrune which, CancellationToken stop = default) => PruneAsync(stop);

    Task<ImmutableArray<ProcessRow>> TopAsync(string idOrName, CancellationToken stop = default);
    Task<ImmutableArray<NamespaceRow>> NamespacesAsync(string idOrName, CancellationToken stop = default);
    Task<BirthRecord> BirthAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Every fact as a tree: asked, derived (the plan), actual.</summary>
    Task<System.Text.Json.Nodes.JsonObject> InspectAsync(string idOrName, CancellationToken stop = default);

    Task<IAttachment> AttachAsync(string idOrName, CancellationToken stop = default);

    /// <summary>
    /// The same, and nothing is skipped: the program waits for a slow reader. Of a container that does not run: from the first byte of its next start on; input and resizing wait for that.
    /// </summary>
    Task<IAttachment> AttachWholeAsync(string idOrName, CancellationToken stop = default);

    Task<Exec> ExecAsync(string idOrName, ExecSpec spec, CancellationToken stop = default);
    /// <summary>The same, with its streams from the first byte on; nothing is skipped, the program waits for a slow reader.</summary>
    async Task<(Exec Exec, IAttachment Streams)> ExecAttachedAsync(string idOrName, ExecSpec spec, CancellationToken stop = default)
    {
        var exec = await ExecAsync(idOrName, spec, stop);
        return (exec, await AttachExecAsync(exec.Id, stop));
    }

    /// <summary>One to be started later, by its id: it has neither a process nor an end. It is forgotten after an hour, or when a thousand newer ones, or 16 MiB of them, are there.</summary>
    Exec PrepareExec(string idOrName, ExecSpec spec);

    /// <summary>Conflict: it was started already. One that could not be started has an end: 127 for a program that is not there, 126 otherwise.</summary>
    /// <param name="rows">Of its terminal; 0: as it was prepared.</param>
    Task<Exec> StartExecAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default);

    /// <summary>The same, as <see cref="ExecAttachedAsync"/>.</summary>
    Task<(Exec Exec, IAttachment Streams)> StartExecAttachedAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default);

    /// <summary>Of its terminal. Conflict: it has ended. Failed: it has none.</summary>
    Task ResizeAsync(string idOrName, int rows, int columns, CancellationToken stop = default);

    /// <summary>The same; one that is not started yet is waited for, some seconds.</summary>
    Task ResizeExecAsync(string execId, int rows, int columns, CancellationToken stop = default);

    Exec GetExec(string execId);
    ImmutableArray<Exec> ListExecs(string idOrName);
    Task<ExitStatus> WaitExecAsync(string execId, CancellationToken stop = default);

    /// <summary>Replays the last 64 KiB first when the exec has a pty.</summary>
    Task<IAttachment> AttachExecAsync(string execId, CancellationToken stop = default);
    Task KillExecAsync(string execId, string signal = "SIGKILL", CancellationToken stop = default);
}
