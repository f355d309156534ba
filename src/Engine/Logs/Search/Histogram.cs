using System.Collections.Immutable;

namespace Brig.Engine.Logs.Search;

/// <summary>Counts lines by time and level; when its bars become too many it makes them wider.</summary>
internal sealed class Histogram
{
    public const int MaxBars = 160;
    private const long Millisecond = 1_000_000;

    /// <summary>Milliseconds; each divides the next.</summary>
    private static readonly long[] Steps =
        [100, 500, 1000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 864_000_000, 8_640_000_000, 86_400_000_000];

    private readonly Dictionary<long, int[]> _bars = [];
    private long _first = long.MaxValue, _last = long.MinValue;
    private long _at = long.MinValue;
    private int[]? _bar;

    /// <param name="span">Expected, nanoseconds.</param>
    /// <param name="least">Bars are at least as wide, milliseconds.</param>
    public Histogram(long span, long least = 0) => Step = Array.Find(Steps, step => step >= least && span / (step * Millisecond) < MaxBars) is > 0 and var fits ? fits : Steps[^1];

    /// <summary>Of one bar, milliseconds.</summary>
    public long Step { get; private set; }

    public void Add(long nanoseconds, LineLevel level)
    {
        long at = nanoseconds / (Step * Millisecond);
        if (at != _at || _bar is null)
            (_at, _bar) = (at, Bar(at));
        _bar[(int)level]++;
        if (_last - _first >= MaxBars)
            Widen();
    }

    public void Add(Histogram other)
    {
        while (Step < other.Step)
            Widen();
        foreach (var (at, counts) in other._bars)
        {
            int[] bar = Bar(at * other.Step / Step);
            for (int level = 0; level < counts.Length; level++)
                bar[level] += counts[level];
        }
        while (_last - _first >= MaxBars && Step < Steps[^1])
            Widen();
    }

    public SearchHistogram? Told()
    {
        if (_bars.Count == 0)
            return null;
        int bars = (int)(_last - _first + 1);
        var levels = new int[7][];
        for (int level = 0; level < levels.Length; level++)
        {
            levels[level] = new int[bars];
            foreach (var (at, counts) in _bars)
                levels[level][at - _first] = counts[level];
        }
        return new(_first * Step, Step, [.. levels.Select(level => level.ToImmutableArray())]);
    }

    private int[] Bar(long at)
    {
        if (_bars.TryGetValue(at, out int[]? bar))
            return bar;
        _first = Math.Min(_first, at);
        _last = Math.Max(_last, at);
        return _bars[at] = new int[7];
    }

    private void Widen()
    {
        if (Step == Steps[^1])
            return;
        long from = Step;
        Step = Steps[Array.IndexOf(Steps, Step) + 1];
        var before = _bars.ToArray();
        _bars.Clear();
        (_first, _last, _at, _bar) = (long.MaxValue, long.MinValue, long.MinValue, null);
        foreach (var (at, counts) in before)
        {
            int[] bar = Bar(at * from / Step);
            for (int level = 0; level < counts.Length; level++)
                bar[level] += counts[level];
        }
    }
}
