using System.Collections.Immutable;

namespace Brig.Engine.History;

/// <summary>Points at <c>From + i × Step</c>; each stands for the <c>Step</c> that begins there.</summary>
/// <param name="From">Unix milliseconds: of the query, down to a multiple of the step, so that a chart that is moved shows the same points.</param>
/// <param name="To">Unix milliseconds: the end of the last point.</param>
/// <param name="Step">Milliseconds.</param>
/// <param name="Tier">Seconds that the coarsest value in it is of: 1, 10, 60 or 600.</param>
/// <param name="Oldest">Unix milliseconds: how far back the history of these sources goes; null: they have none.</param>
public sealed record HistoryAnswer(long From, long To, long Step, int Tier, long? Oldest, ImmutableArray<HistorySeries> Series)
{
    /// <summary>Why nothing is being kept now, for people; null: it is.</summary>
    public string? Stopped { get; init; }
}

/// <summary>One line of a chart. NaN (in JSON null) where nothing was measured.</summary>
/// <param name="Source">As it was asked for; what a label chose: each container's id.</param>
/// <param name="Name">For people.</param>
/// <param name="Min">Of a sum over rolled up values: the sum of the smallest, which may never have been at the same time. So is <paramref name="Max"/>.</param>
public sealed record HistorySeries(string Source, string Name, string Metric, double[] Min, double[] Avg, double[] Max);

/// <param name="Stopped">Why nothing is being kept now, for people; null: it is.</param>
/// <param name="Bytes">On the disk.</param>
/// <param name="Quota">Bytes: BRIG_HISTORY_QUOTA.</param>
/// <param name="Oldest">Unix milliseconds; null: there is nothing yet.</param>
public sealed record HistoryState(string? Stopped, long Bytes, long Quota, long? Oldest);
