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

    /// <summary>What is and what changes. A reader that lags more than 1,024 changes behind is ended; it follows anew.</summary>
    Live<Container, ContainerChange> Follow();

    /// <summary>Checks the whole spec before anything is made. Invalid, NotFound (image), Conflict (name).</summary>
    Task<Container> CreateAsync(ContainerSpec spec, CancellationToken stop = default);

    /// <summary>Returns after the program was executed, or throws with the step that failed. NotModified when it runs.</summary>
    Task<Container> StartAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Stop signal, grace, then SIGKILL to all. NotModified when it does not run.</summary>
    Task<Container> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default);
    Task<Container> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default);

    /// <param name="signal">A name (<c>SIGHUP</c>, <c>HUP</c>) or a number.</param>
    Task<Container> KillAsync(string idOrName, string signal = "SIGKILL", CancellationToken stop = default);
    Task<Container> PauseAsync(string idOrName, CancellationToken stop = default);
    Task<Container> ResumeAsync(string idOrName, CancellationToken stop = default);
    Task<Container> RenameAsync(string idOrName, string name, CancellationToken stop = default);

    /// <summary>Replaces the limits, live when it runs; either all of them hold afterwards or none changed.</summary>
    Task<Container> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default);
    Task<Container> UpdateRestartAsync(string idOrName, RestartPolicy policy, CancellationToken stop = default);

    /// <summary>Its end: at once if it is not running, else the next.</summary>
    Task<ExitStatus> WaitAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Conflict when it runs, unless forced.</summary>
    Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default);

    /// <summary>Removes all that neither run nor wait to restart.</summary>
    Task<PruneReport> PruneAsync(CancellationToken stop = default);

    Task<ImmutableArray<ProcessRow>> TopAsync(string idOrName, CancellationToken stop = default);
    Task<ImmutableArray<NamespaceRow>> NamespacesAsync(string idOrName, CancellationToken stop = default);
    Task<BirthRecord> BirthAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Every fact as a tree: asked, derived (the plan), actual.</summary>
    Task<System.Text.Json.Nodes.JsonObject> InspectAsync(string idOrName, CancellationToken stop = default);

    Task<IAttachment> AttachAsync(string idOrName, CancellationToken stop = default);

    Task<Exec> ExecAsync(string idOrName, ExecSpec spec, CancellationToken stop = default);
    /// <summary>The same, with its streams from the first byte on; nothing is skipped, the program waits for a slow reader.</summary>
    async Task<(Exec Exec, IAttachment Streams)> ExecAttachedAsync(string idOrName, ExecSpec spec, CancellationToken stop = default)
    {
        var exec = await ExecAsync(idOrName, spec, stop);
        return (exec, await AttachExecAsync(exec.Id, stop));
    }

    Exec GetExec(string execId);
    ImmutableArray<Exec> ListExecs(string idOrName);
    Task<ExitStatus> WaitExecAsync(string execId, CancellationToken stop = default);

    /// <summary>Replays the last 64 KiB first when the exec has a pty.</summary>
    Task<IAttachment> AttachExecAsync(string execId, CancellationToken stop = default);
    Task KillExecAsync(string execId, string signal = "SIGKILL", CancellationToken stop = default);
}
