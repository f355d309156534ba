namespace Brig.Engine.History;

/// <summary>
/// One column of several sources as one. Each is folded to the rows of a tier first, and counts in a row for as much of it as it was there: of two containers, one in place of the other,
/// neither a minute counts twice nor half.
/// </summary>
internal sealed class Sums(Grid fine, Fold fold)
{
    private readonly double[] _min = new double[fine.Count], _avg = new double[fine.Count], _max = new double[fine.Count], _weight = new double[fine.Count];
    private readonly bool[] _none = new bool[fine.Count];

    /// <param name="present">When the source was measured at all.</param>
    public void Add(Bins one, Bins present)
    {
        for (int point = 0; point < fine.Count; point++)
        {
            double weight = one.Weight(point);
            if (weight == 0)
            {
                _none[point] |= fold == Fold.Limit && present.Weight(point) > 0;
                continue;
            }
            if (fold == Fold.Most)
            {
                bool isFirst = _weight[point] == 0;
                _min[point] = isFirst ? one.Min(point) : Math.Max(_min[point], one.Min(point));
                _avg[point] = isFirst ? one.Avg(point) : Math.Max(_avg[point], one.Avg(point));
                _max[point] = isFirst ? one.Max(point) : Math.Max(_max[point], one.Max(point));
            }
            else
            {
                _min[point] += one.Min(point) * weight;
                _avg[point] += one.Avg(point) * weight;
                _max[point] += one.Max(point) * weight;
            }
            _weight[point] = Math.Max(_weight[point], weight);
        }
    }

    public Bins To(Grid grid)
    {
        var bins = new Bins(grid);
        for (int point = 0; point < fine.Count; point++)
        {
            double weight = _weight[point], part = fold == Fold.Most ? 1 : weight;
            if (weight > 0 && !_none[point])
            {
                long start = fine.From + (point * fine.Step);
                bins.Add(start, start + fine.Step, weight, _min[point] / part, _avg[point] / part, _max[point] / part);
            }
        }
        return bins;
    }
}
