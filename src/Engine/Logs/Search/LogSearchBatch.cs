using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Logs.Search;

/// <summary>What was found since the batch before, in the order asked for.</summary>
/// <param name="Sources">New ones, behind those of earlier batches: lines name them by their number.</param>
/// <param name="Histogram">Of all that was found until now; null: as before.</param>
/// <param name="Done">The last batch.</param>
/// <param name="Next">For <see cref="LogSearch.After"/>, in the last batch when there are more lines than the limit.</param>
public sealed record LogSearchBatch(
    ImmutableArray<LogSource> Sources, ImmutableArray<FoundLine> Lines, SearchProgress Progress, SearchHistogram? Histogram = null, bool Done = false, string? Next = null);

/// <param name="Source">Its number, from 0, among the sources told so far.</param>
/// <param name="Position">Of its first byte; with the container's id its permanent address.</param>
/// <param name="Nanoseconds">Since 1970, UTC, when it was written.</param>
/// <param name="Text">Bytes that are no UTF-8 as <c>\xff</c>; at most 16 KiB of it.</param>
/// <param name="Length">Bytes of the whole line, as far as it was looked at.</param>
/// <param name="Before">Lines above it that belong to it: of a stack trace, say.</param>
/// <param name="Behind">Lines below it that belong to it.</param>
public sealed record FoundLine(
    int Source, LogPosition Position, long Nanoseconds, OutputStream Stream, LineLevel Level, string Text, int Length, ImmutableArray<LogLine> Before, ImmutableArray<LogLine> Behind);

/// <param name="Looked">Bytes.</param>
/// <param name="Total">Bytes there are to look at; grows while containers write.</param>
/// <param name="Found">Lines, those beyond the limit too.</param>
/// <param name="Gone">Bytes that were rotated or thrown away before they could be looked at.</param>
public sealed record SearchProgress(long Looked, long Total, long Found, long Gone);

/// <summary>Lines found, by time and level.</summary>
/// <param name="FromMilliseconds">Unix time at which the first bar begins.</param>
/// <param name="StepMilliseconds">Of one bar.</param>
/// <param name="Levels">For each <see cref="LineLevel"/> in its order: lines in each bar.</param>
public sealed record SearchHistogram(long FromMilliseconds, long StepMilliseconds, ImmutableArray<ImmutableArray<int>> Levels);
