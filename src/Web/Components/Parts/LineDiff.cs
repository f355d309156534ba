using System.Collections.Immutable;

namespace Brig.Web.Components.Parts;

/// <param name="Before">Its number on the one side, from 1; null: it is not there.</param>
public sealed record DiffLine(int? Before, int? After, string Text)
{
    public bool IsAdded => Before is null;
    public bool IsRemoved => After is null;
}

/// <summary>Two texts line by line, with as few changes as it goes (Myers, "An O(ND) Difference Algorithm", 1986).</summary>
public static class LineDiff
{
    /// <summary>Texts that differ more are shown one after the other: nobody reads thousands of changes line by line.</summary>
    private const int MostChanges = 1_500;

    public static ImmutableArray<DiffLine> Of(string before, string after)
    {
        string[] a = Lines(before), b = Lines(after);
        var all = ImmutableArray.CreateBuilder<DiffLine>(a.Length + b.Length);
        int i = 0, j = 0;
        foreach (var (x, y) in Same(a, b))
        {
            while (i < x)
                all.Add(new(i + 1, null, a[i++]));
            while (j < y)
                all.Add(new(null, j + 1, b[j++]));
            all.Add(new(++i, ++j, a[x]));
        }

        while (i < a.Length)
            all.Add(new(i + 1, null, a[i++]));
        while (j < b.Length)
            all.Add(new(null, j + 1, b[j++]));
        return all.ToImmutable();
    }

    /// <summary>Only the changes, with some lines around each; null stands where lines were left out.</summary>
    public static ImmutableArray<DiffLine?> Changes(ImmutableArray<DiffLine> all, int around = 3)
    {
        var near = new bool[all.Length];
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] is { IsAdded: false, IsRemoved: false })
                continue;
            for (int at = Math.Max(0, i - around); at <= Math.Min(all.Length - 1, i + around); at++)
                near[at] = true;
        }

        var shown = ImmutableArray.CreateBuilder<DiffLine?>();
        for (int i = 0; i < all.Length; i++)
        {
            if (near[i])
                shown.Add(all[i]);
            else if (i == 0 || near[i - 1])
                shown.Add(null);
        }

        return shown.ToImmutable();
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');

    /// <summary>Pairs of lines that stay, in order.</summary>
    private static List<(int, int)> Same(string[] a, string[] b)
    {
        int begin = 0, end = 0;
        while (begin < Math.Min(a.Length, b.Length) && a[begin] == b[begin])
            begin++;
        while (end < Math.Min(a.Length, b.Length) - begin && a[^(end + 1)] == b[^(end + 1)])
            end++;
        var same = Enumerable.Range(0, begin).Select(i => (i, i)).ToList();
        same.AddRange(Middle(a[begin..^end], b[begin..^end]).Select(pair => (pair.Item1 + begin, pair.Item2 + begin)));
        same.AddRange(Enumerable.Range(0, end).Select(i => (a.Length - end + i, b.Length - end + i)));
        return same;
    }

    private static Stack<(int, int)> Middle(string[] a, string[] b)
    {
        int most = Math.Min(MostChanges, a.Length + b.Length), offset = most + 1;
        var reach = new int[(2 * most) + 3];
        var trace = new List<int[]>();
        for (int d = 0; d <= most; d++)
        {
            trace.Add(reach[(offset - d - 1)..(offset + d + 2)]);
            for (int k = -d; k <= d; k += 2)
            {
                int x = k == -d || (k != d && reach[offset + k - 1] < reach[offset + k + 1]) ? reach[offset + k + 1] : reach[offset + k - 1] + 1;
                while (x < a.Length && x - k < b.Length && a[x] == b[x - k])
                    x++;
                reach[offset + k] = x;
                if (x >= a.Length && x - k >= b.Length)
                    return Back(trace, a.Length, b.Length);
            }
        }

        return [];
    }

    private static Stack<(int, int)> Back(List<int[]> trace, int x, int y)
    {
        var same = new Stack<(int, int)>();
        for (int d = trace.Count - 1; d >= 0; d--)
        {
            int At(int diagonal) => trace[d][diagonal + d + 1];
            int k = x - y, before = k == -d || (k != d && At(k - 1) < At(k + 1)) ? k + 1 : k - 1;
            int fromX = d == 0 ? 0 : At(before), fromY = d == 0 ? 0 : fromX - before;
            while (x > fromX && y > fromY)
                same.Push((--x, --y));
            (x, y) = (fromX, fromY);
        }

        return same;
    }
}
