using System.Collections.Immutable;

namespace Brig.Engine.Events;

/// <summary>Something that happened.</summary>
/// <param name="Sequence">Grows, also across restarts of the engine, where it leaps; never given twice.</param>
/// <param name="Kind">container, image, exec, engine.</param>
/// <param name="Action">create, start, die, stop, kill, pause, resume, rename, update, oom, restart, remove, adopt, import …</param>
/// <param name="Subject">The id of what it happened to.</param>
/// <param name="Name">Its name at that moment.</param>
public sealed record EngineEvent(long Sequence, DateTimeOffset At, string Kind, string Action, string Subject, string Name, ImmutableDictionary<string, string> Attributes);

public interface IEvents
{
    /// <summary>The newest first-to-last of what is kept (10,000), then what comes. A reader 1,024 behind is ended; it follows anew from the last sequence it saw.</summary>
    Live<EngineEvent, EngineEvent> Follow(int tail = 200, long after = 0);

    /// <summary>Of what is kept, oldest first.</summary>
    Task<ImmutableArray<EngineEvent>> ListAsync(DateTimeOffset? since = null, DateTimeOffset? until = null, string? kind = null, string? subject = null, int limit = 1000, CancellationToken stop = default);
}
