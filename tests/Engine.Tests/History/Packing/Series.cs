using Brig.Engine.History;
using Brig.Engine.History.Packing;

namespace Brig.Engine.Tests.History.Packing;

/// <summary>Columns of every kind there may be.</summary>
internal static class Series
{
    public static long[] Any(Random random, int rows)
    {
        long top = 1L << random.Next(1, 50), level = random.NextInt64(top);
        int gaps = random.Next(4) == 0 ? random.Next(1, 50) : 0;
        Func<long> next = random.Next(7) switch
        {
            0 => () => level,
            1 => () => random.NextInt64(top),
            2 => () => level += random.NextInt64(-4, 5) * 4096,
            3 => () => random.Next(20) == 0 ? random.NextInt64(top) : 0,
            4 => () => level += random.Next(100),
            5 => () => random.Next(2) == 0 ? long.MaxValue / 1024 : long.MinValue / 1024,
            _ => () => Column.None,
        };
        long[] all = new long[rows];
        bool isGap = false;
        for (int i = 0; i < rows; i++)
        {
            isGap = gaps > 0 && random.Next(gaps) == 0 ? !isGap : isGap;
            all[i] = isGap ? Column.None : next();
        }
        return all;
    }

    public static long[] Times(Random random, int rows)
    {
        long at = 1_795_292_100_000 + random.Next(1000);
        return [.. Enumerable.Range(0, rows).Select(_ => at += random.Next(50) == 0 ? random.Next(1, 100_000) : 1000 + random.Next(-3, 4))];
    }

    public static Values Around(Random random, long[] average) => new(
        [.. average.Select(value => value == Column.None ? value : value - random.NextInt64(0, (Math.Abs(value) / 4) + 2))], average,
        [.. average.Select(value => value == Column.None ? value : value + random.NextInt64(0, (Math.Abs(value) / 4) + 2))]);
}
