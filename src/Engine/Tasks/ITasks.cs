using System.Collections.Immutable;

namespace Brig.Engine.Tasks;

/// <summary>What the engine does that takes time. The last 200 that ended are kept, also over a restart.</summary>
public interface ITasks
{
    /// <summary>The newest first.</summary>
    ImmutableArray<EngineTask> List();

    /// <summary>NotFound.</summary>
    EngineTask Get(string id);

    /// <summary>All, and every change; a running one changes at most ten times a second. A reader 1,024 behind is ended and follows anew.</summary>
    Live<EngineTask, EngineTaskChange> Follow();

    /// <summary>Asks it to end; it has when its state says so. Conflict when it has ended already.</summary>
    void Cancel(string id);

    /// <summary>Its state once it has ended.</summary>
    Task<EngineTask> WaitAsync(string id, CancellationToken stop = default);

    /// <summary>What it printed, from that line on; with follow until it ends. The newest 10,000 lines are kept.</summary>
    IAsyncEnumerable<TaskLine> OutputAsync(string id, long from = 0, bool follow = false, CancellationToken stop = default);

    /// <summary>Forgets one that has ended. Conflict when it runs.</summary>
    Task ForgetAsync(string id, CancellationToken stop = default);
}
