using Brig.Engine.History;
using Brig.Engine.History.Packing;

namespace Brig.Engine.Tests.History.Packing;

public sealed class OpenRowsTests
{
    [Fact]
    public void Read_RowsOfAnyKind_AreWhatWasAppendedAlsoByTheJournal()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            int rows = random.Next(1, 300);
            long[][] columns = [.. Enumerable.Range(0, 26).Select(_ => Series.Any(random, rows))];
            long[] times = Series.Times(random, rows);
            OpenRows open = new(), replayed = new();
            for (int row = 0; row < rows; row++)
            {
                replayed.Replay(open.Append(times[row], [.. columns.Select(column => column[row])]).ToArray());
            }

            foreach (var each in (OpenRows[])[open, replayed])
            {
                Assert.Equal((rows, times[0], times[^1]), (each.Count, each.From, each.To));
                var (bytes, count) = each.Copy();
                var block = OpenRows.Read(bytes, count, null);
                Assert.All(Enumerable.Range(0, rows), row => Assert.Equal(times[row], block.Time(row)));
                Assert.All(Enumerable.Range(0, 26), column => Assert.Equal(columns[column], block.Column(column)!.Value.Avg));
            }
        }
    }

    /// <summary>A core is switched off and on again.</summary>
    [Fact]
    public void Read_RowsThatGrewAndShrank_ColumnsThatWereNotThereAreNothing()
    {
        var open = new OpenRows();
        open.Append(1000, [1, 2]);
        open.Append(2000, [3, 4, 5]);
        open.Append(3000, [6]);
        open.Append(4000, [7, 8]);

        var (bytes, rows) = open.Copy();
        var block = OpenRows.Read(bytes, rows, null);

        Assert.Equal([1, 3, 6, 7], block.Column(0)!.Value.Avg);
        Assert.Equal([2, 4, Column.None, 8], block.Column(1)!.Value.Avg);
        Assert.Equal([Column.None, 5, Column.None, Column.None], block.Column(2)!.Value.Avg);
    }
}
