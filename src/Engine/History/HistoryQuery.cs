using System.Collections.Immutable;

namespace Brig.Engine.History;

/// <summary>What to read. Times are unix milliseconds.</summary>
/// <param name="Sources">
/// <c>machine</c>; a container's id, an unambiguous start of it, or its name, also of a removed one (the newest of that name). As one sum: <c>stack:NAME</c>,
/// <c>service:STACK/SERVICE</c>, and <c>name:NAME</c>, all that had this name one after another. Each for itself: <c>label:KEY</c> and <c>label:KEY=VALUE</c>.
/// </param>
/// <param name="Metrics">Columns of the live hub (docs/architecture.md): <see cref="Columns"/> has them.</param>
/// <param name="Points">At most so many; the answer has as many as fit the step.</param>
public sealed record HistoryQuery(ImmutableArray<string> Sources, ImmutableArray<string> Metrics, long From, long To, int Points = HistoryQuery.UsualPoints)
{
    public const int UsualPoints = 600;
    public const int MostPoints = 50_000;
    public const int MostSources = 200;

    /// <summary>Of one answer, over all its series: what a browser can still hold.</summary>
    public const int MostNumbers = 3_000_000;

    /// <exception cref="EngineException">Invalid: it makes no sense, or asks for too much.</exception>
    public void Check()
    {
        if (Sources.IsDefaultOrEmpty || Sources.Length > MostSources)
        {
            throw EngineException.Invalid(Sources.IsDefaultOrEmpty
                ? "\"source\" is missing: machine, a container's id or name, stack:NAME, service:STACK/SERVICE, name:NAME or label:KEY=VALUE."
                : $"\"source\" is given {Sources.Length} times; {MostSources} is the most.");
        }
        if (Metrics.IsDefaultOrEmpty)
        {
            throw EngineException.Invalid($"\"metric\" is missing; known are {Columns.Known}.");
        }
        foreach (string metric in Metrics)
        {
            if (!Columns.Names.Contains(metric))
            {
                throw EngineException.Invalid($"There is no metric \"{Text.Short(metric)}\".{Near.Hint(metric, Columns.Names)} Known are {Columns.Known}.");
            }
        }
        if (Points is < 1 or > MostPoints)
        {
            throw EngineException.Invalid($"\"points\" must be between 1 and {MostPoints}.");
        }
        TimeRange.Check(From, To);
    }
}

/// <param name="Sources">As in <see cref="HistoryQuery"/>; empty: all.</param>
/// <param name="Points">Marks of one kind and source that would be within one of so many parts of the range are one with a count.</param>
public sealed record MarkQuery(ImmutableArray<string> Sources, long From, long To, int Points = HistoryQuery.UsualPoints)
{
    /// <exception cref="EngineException">Invalid: it makes no sense.</exception>
    public void Check()
    {
        if (!Sources.IsDefault && Sources.Length > HistoryQuery.MostSources)
        {
            throw EngineException.Invalid($"\"source\" is given {Sources.Length} times; {HistoryQuery.MostSources} is the most.");
        }
        if (Points is < 1 or > HistoryQuery.MostPoints)
        {
            throw EngineException.Invalid($"\"points\" must be between 1 and {HistoryQuery.MostPoints}.");
        }
        TimeRange.Check(From, To);
    }
}
