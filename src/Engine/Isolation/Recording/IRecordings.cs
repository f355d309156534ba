namespace Brig.Engine.Isolation;

/// <summary>
/// Watching what a container uses, and what would be enough for it. All throw <see cref="EngineException"/>: NotFound, Conflict; Unavailable where the kernel does not
/// let itself be watched.
/// </summary>
public interface IRecordings
{
    /// <summary>Null: nobody ever recorded it.</summary>
    Task<Recording?> FindAsync(string idOrName, CancellationToken stop = default);

    /// <summary>
    /// From now on, or from its next start on, it is watched, over restarts of it and of the engine, until <see cref="StopAsync"/>. What was seen before is
    /// forgotten unless it is kept. NotModified when it is on already.
    /// </summary>
    /// <param name="fromNextStart">So that the program is seen from its first instruction.</param>
    /// <param name="keep">Adds to what was seen before.</param>
    Task<Recording> StartAsync(string idOrName, bool fromNextStart = false, bool keep = false, CancellationToken stop = default);

    /// <summary>What was seen is kept. NotModified when it is off.</summary>
    Task<Recording> StopAsync(string idOrName, CancellationToken stop = default);

    /// <summary>What is enough for all that was seen so far. Conflict when nothing was.</summary>
    Task<LeastPrivilege> ProposeAsync(string idOrName, CancellationToken stop = default);

    /// <summary>The proposal as it is now takes the place of its seccomp profile and capabilities at its next start. Conflict: it is privileged.</summary>
    Task<PendingPrivilege> ApplyAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Its next start is as its spec says. NotModified when nothing waits.</summary>
    Task DiscardAsync(string idOrName, CancellationToken stop = default);

    /// <summary>What waits for its next start; null: nothing.</summary>
    Task<PendingPrivilege?> PendingAsync(string idOrName, CancellationToken stop = default);
}
