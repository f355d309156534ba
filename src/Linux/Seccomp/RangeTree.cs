namespace Brig.Linux.Seccomp;

/// <summary>
/// Where to cut ranges of numbers in two, again and again, so that the kernel has least to do with the tree: it translates each instruction once, and walks the tree once for every
/// number. One number between two ranges that are answered alike is asked for by itself.
/// </summary>
internal sealed class RangeTree
{
    /// <summary>In steps of a walk: what translating an instruction costs.</summary>
    private const long Instruction = 60;

    /// <summary>More ranges are cut in the middle: the best cuts take their number to the power of three.</summary>
    private const int MostForBest = 200;

    private readonly int[,]? _cuts;

    public RangeTree(IReadOnlyList<FilterRange> ranges)
    {
        if (ranges.Count > MostForBest)
            return;
        var cost = new long[ranges.Count, ranges.Count];
        _cuts = new int[ranges.Count, ranges.Count];
        for (var length = 2; length <= ranges.Count; length++)
            for (var first = 0; first + length <= ranges.Count; first++)
                Cut(ranges, first, first + length - 1, cost);
    }

    /// <summary>The first range of the upper part.</summary>
    public int Cut(int first, int last) => _cuts is null ? (first + last + 1) / 2 : _cuts[first, last];

    /// <summary>The middle one of three is one number, the other two are one range but for it.</summary>
    public static bool IsOneNumberIn(IReadOnlyList<FilterRange> ranges, int first, int last) =>
        last == first + 2 && ranges[last].First == ranges[first + 1].First + 1 && FilterTable.Same(ranges[first].Rules, ranges[last].Rules);

    private void Cut(IReadOnlyList<FilterRange> ranges, int first, int last, long[,] cost)
    {
        // What is beyond the last range is never walked for.
        var walks = last + 1 < ranges.Count ? ranges[last + 1].First - ranges[first].First : ranges[last].First + 1 - ranges[first].First;
        var best = IsOneNumberIn(ranges, first, last) ? 0 : long.MaxValue;
        for (var cut = first + 1; best > 0 && cut <= last; cut++)
        {
            var parts = cost[first, cut - 1] + cost[cut, last];
            if (parts >= best)
                continue;
            best = parts;
            _cuts![first, last] = cut;
        }
        cost[first, last] = best + Instruction + walks;
    }
}
