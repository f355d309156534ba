using Brig.Engine.History;
using Brig.Engine.History.Packing;

namespace Brig.Engine.Tests.History.Packing;

public sealed class ChunkCoderTests
{
    /// <summary>Whatever the numbers are, seconds come back to the last digit, nothing as nothing.</summary>
    [Fact]
    public void Read_SecondsOfAnyKind_AreWhatWasWritten()
    {
        using var coder = new ChunkCoder();
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int rows = random.Next(1, 400);
            long[][] columns = [.. Enumerable.Range(0, random.Next(1, Columns.Container.Length + 1)).Select(_ => Series.Any(random, rows))];
            long[] times = Series.Times(random, rows);

            var read = coder.Read(coder.Write(new(Tier.Second, times, null, [.. columns.Select(column => new Values(column, column, column))]), Columns.Container), Tier.Second, null);

            Assert.Equal((rows, columns.Length), (read.Rows, read.Width));
            Assert.All(Enumerable.Range(0, rows), row => Assert.Equal(times[row], read.Time(row)));
            Assert.All(Enumerable.Range(0, columns.Length), column => Assert.Equal(columns[column], read.Column(column)!.Value.Avg));
        }
    }

    [Fact]
    public void Read_RollUps_AreAsNearAsIsKeptAndLimitsAreExact()
    {
        using var coder = new ChunkCoder();
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            int rows = random.Next(1, 400);
            Values[] columns = [.. Columns.Container.Select(_ => Series.Around(random, Series.Any(random, rows)))];
            long[] times = [.. Enumerable.Range(0, rows).Select(row => row * 60_000L)], counts = [.. times.Select(_ => random.NextInt64(1, 61))];

            var read = coder.Read(coder.Write(new(Tier.Minute, times, counts, columns), Columns.Container), Tier.Minute, null);

            for (int column = 0; column < columns.Length; column++)
            {
                var (min, avg, max) = read.Column(column)!.Value;
                for (int row = 0; row < rows; row++)
                {
                    Near(Columns.Container[column], columns[column].Avg[row], avg[row], 1.0 / 16_384, 0);
                    long spread = columns[column].Max[row] == Column.None ? 0 : Math.Max(Math.Abs(columns[column].Avg[row]), columns[column].Max[row] - columns[column].Min[row]);
                    Near(Columns.Container[column], columns[column].Min[row], min[row], 0, spread / 400.0);
                    Near(Columns.Container[column], columns[column].Max[row], max[row], 0, spread / 400.0);
                }
            }
            Assert.All(Enumerable.Range(0, rows), row => Assert.Equal(counts[row], read.Seconds(row)));
        }
    }

    [Fact]
    public void Read_SomeColumns_AreThoseAndWhatNobodyHasIsNull()
    {
        using var coder = new ChunkCoder();
        long[] first = [1, 2, 3], second = [4, 5, Column.None];
        byte[] chunk = coder.Write(new(Tier.Second, [1000, 2000, 3000], null, [new(first, first, first), new(second, second, second)]), Columns.Container);

        var read = coder.Read(chunk, Tier.Second, [1, -1, 7, 0]);

        Assert.Equal(second, read.Column(0)!.Value.Avg);
        Assert.Equal(first, read.Column(3)!.Value.Avg);
        Assert.True(read.Column(1) is null && read.Column(2) is null);
    }

    /// <summary>Whatever the disk did to a chunk: an InvalidDataException, or other numbers; never anything else.</summary>
    [Fact]
    public void Read_Damaged_IsRefusedOrOtherNumbers()
    {
        using var coder = new ChunkCoder();
        var random = new Random(5);
        long[][] columns = [.. Enumerable.Range(0, 26).Select(_ => Series.Any(random, 100))];
        byte[] whole = coder.Write(new(Tier.Second, Series.Times(random, 100), null, [.. columns.Select(column => new Values(column, column, column))]), Columns.Container);
        for (int i = 0; i < 2000; i++)
        {
            byte[] damaged = [.. whole[..random.Next(1, whole.Length + 1)]];
            for (int hit = 0; hit < random.Next(0, 4); hit++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next();
            }
            try
            {
                coder.Read(damaged, Tier.Second, null);
            }
            catch (InvalidDataException)
            {
                // told
            }
        }
    }

    private static void Near(Column about, long expected, long actual, double relative, double absolute)
    {
        if (about.IsExact || expected == Column.None || actual == Column.None)
        {
            Assert.Equal(expected, actual);
            return;
        }
        Assert.InRange(actual, expected - (Math.Abs(expected) * relative) - absolute - 1, expected + (Math.Abs(expected) * relative) + absolute + 1);
    }
}
