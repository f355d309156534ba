using System.Collections.Immutable;

namespace Brig.Engine.History;

/// <summary>
/// What was measured: every second for an hour, 10 s for a day, a minute for a month, of every container, also of removed ones, and of the machine. All times are unix milliseconds.
/// All throw <see cref="EngineException"/>: Invalid for what makes no sense, NotFound for a source nobody knows.
/// </summary>
public interface IHistory
{
    /// <summary>Any range, folded to at most as many points as are asked for; the newest second is in it.</summary>
    Task<HistoryAnswer> ReadAsync(HistoryQuery query, CancellationToken stop = default);

    /// <summary>Everything that has a history, the machine first, then by name, the newest of a name first.</summary>
    ImmutableArray<HistorySource> Sources();

    /// <summary>What happened, for the time axis, oldest first.</summary>
    Task<ImmutableArray<HistoryMark>> MarksAsync(MarkQuery query, CancellationToken stop = default);

    /// <summary>How much is kept, and whether it is being kept now.</summary>
    HistoryState State { get; }
}
