using System.Collections.Immutable;

namespace Brig.Engine.History;

/// <summary>Makes an answer of blocks.</summary>
/// <param name="blocks">Those of a source in a range (unix milliseconds), preferably of the tier, with the columns wanted; in any order.</param>
internal sealed class SeriesReader(Func<BlockQuery, IEnumerable<Block>> blocks)
{
    /// <summary>Of a sum, before it is folded to the points: four months of minutes.</summary>
    private const int MostFine = 200_000;

    /// <exception cref="EngineException">Invalid: more numbers than an answer may have.</exception>
    public HistoryAnswer Read(HistoryQuery query, ImmutableArray<Chosen> chosen, CancellationToken stop)
    {
        var (grid, tier) = Grid.For(query.From, query.To, query.Points);
        if ((long)chosen.Length * query.Metrics.Length * grid.Count > HistoryQuery.MostNumbers)
        {
            throw EngineException.Invalid(
                $"{chosen.Length} sources with {query.Metrics.Length} metrics at {grid.Count} points are more than {HistoryQuery.MostNumbers} numbers; ask for fewer of them.");
        }
        var series = ImmutableArray.CreateBuilder<HistorySeries>();
        int coarsest = 0;
        foreach (var (one, columns, bins, tierOf) in SideBySide(chosen, one =>
        {
            int[] wanted = [.. query.Metrics.Select(metric => Columns.IndexOf(one.IsMachine, metric))];
            Column?[] columns = [.. wanted.Select(index => index < 0 ? null : Columns.Of(one.IsMachine)[index])];
            var (bins, tierOf) = one.Members is [var alone]
                ? Alone(alone, grid, tier, wanted, columns)
                : Together(one.Members, grid, tier, wanted, columns, stop);
            return (one, columns, bins, tierOf);
        }, stop))
        {
            coarsest = Math.Max(coarsest, tierOf);
            for (int i = 0; i < columns.Length; i++)
            {
                if (columns[i] is { } column)
                {
                    series.Add(bins[i].ToSeries(one.Source, one.Name, column.Name, column.Scale));
                }
            }
        }
        return new(grid.From, grid.To, grid.Step, coarsest == 0 ? (int)tier : coarsest, chosen.SelectMany(one => one.Members).Min(member => member.From), series.DrainToImmutable());
    }

    private (Bins[] Bins, int Coarsest) Alone(HistorySource source, Grid grid, Tier tier, int[] wanted, Column?[] columns)
    {
        var folding = Fold(source, grid, tier, wanted, columns);
        return (folding.Bins, folding.Coarsest);
    }

    private (Bins[] Bins, int Coarsest) Together(ImmutableArray<HistorySource> members, Grid grid, Tier tier, int[] wanted, Column?[] columns, CancellationToken stop)
    {
        var fine = Grid.Over(grid.From, grid.To, Fine(grid, tier));
        Sums?[] sums = [.. columns.Select(column => column is null ? null : new Sums(fine, column.Fold))];
        int coarsest = 0;
        var there = members.Where(member => member.From is null || (member.From < grid.To && member.To >= grid.From));
        foreach (var folding in SideBySide(there, member => Fold(member, fine, tier, wanted, columns), stop))
        {
            coarsest = Math.Max(coarsest, folding.Coarsest);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i]?.Add(folding.Bins[i], folding.Present);
            }
        }
        return ([.. sums.Select(sum => sum?.To(grid) ?? new Bins(grid))], coarsest);
    }

    /// <summary>In their order, as many at once as there are cores, and no more: each holds its points until it is added.</summary>
    private static IEnumerable<TOut> SideBySide<TIn, TOut>(IEnumerable<TIn> all, Func<TIn, TOut> work, CancellationToken stop)
    {
        foreach (var some in all.Chunk(Environment.ProcessorCount))
        {
            stop.ThrowIfCancellationRequested();
            var done = new TOut[some.Length];
            if (some.Length == 1)
            {
                done[0] = work(some[0]);
            }
            else
            {
                Parallel.For(0, some.Length, i => done[i] = work(some[i]));
            }
            foreach (var one in done)
            {
                yield return one;
            }
        }
    }

    /// <summary>Rows of the tier, unless there would be so many that nobody has kept them.</summary>
    private static long Fine(Grid grid, Tier tier)
    {
        long least = (grid.To - grid.From) / MostFine / tier.Width() * tier.Width();
        return Math.Min(grid.Step, Math.Max(tier.Width(), least + (least > 0 ? tier.Width() : 0)));
    }

    private Folding Fold(HistorySource source, Grid grid, Tier tier, int[] wanted, Column?[] columns)
    {
        var folding = new Folding(grid, columns);
        foreach (var block in blocks(new(source.Id, tier, grid.From, grid.To, wanted)))
        {
            folding.Add(block);
        }
        return folding;
    }
}

/// <param name="Tier">The one that is preferred; where it is not there, what is nearest to it.</param>
/// <param name="Wanted">Indices into the source's columns; below zero: nothing.</param>
internal sealed record BlockQuery(string Source, Tier Tier, long From, long To, int[] Wanted);
