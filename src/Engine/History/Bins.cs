namespace Brig.Engine.History;

/// <summary>Folds values of any width into the points of a grid: a wide one fills all points whose middle it covers, narrow ones are folded by the time they stand for.</summary>
internal sealed class Bins(Grid grid)
{
    private readonly double[] _sum = new double[grid.Count], _weight = new double[grid.Count];
    private readonly double[] _min = Filled(grid.Count), _max = Filled(grid.Count);

    public Grid Grid => grid;

    /// <summary>Milliseconds that were measured in this point; more than its width where several stand for one time.</summary>
    public double Weight(int point) => _weight[point];

    public double Min(int point) => _min[point];
    public double Max(int point) => _max[point];
    public double Avg(int point) => _weight[point] > 0 ? _sum[point] / _weight[point] : double.NaN;

    /// <param name="start">Unix milliseconds; the value stands for the time from here to <paramref name="end"/>.</param>
    /// <param name="weight">Milliseconds of it that were measured.</param>
    public void Add(long start, long end, double weight, double min, double avg, double max)
    {
        if (double.IsNaN(avg) || end <= grid.From || start >= grid.To)
        {
            return;
        }
        long half = grid.Step / 2;
        long first = Math.Max(0, Up(start - half - grid.From)), behind = Math.Min(grid.Count, Up(end - half - grid.From));   // those whose middle lies in it
        if (first < behind)
        {
            for (long point = first; point < behind; point++)
            {
                Fold((int)point, weight / (behind - first), min, avg, max);
            }
            return;
        }
        long middle = (((start + end) / 2) - grid.From) / grid.Step;
        if ((start + end) / 2 >= grid.From && middle < grid.Count)
        {
            Fold((int)middle, weight, min, avg, max);
        }
    }

    public void Fold(int point, double weight, double min, double avg, double max)
    {
        _sum[point] += avg * weight;
        _weight[point] += weight;
        _min[point] = double.IsNaN(_min[point]) ? min : Math.Min(_min[point], min);
        _max[point] = double.IsNaN(_max[point]) ? max : Math.Max(_max[point], max);
    }

    public HistorySeries ToSeries(string source, string name, string metric, double scale)
    {
        double[] averages = new double[grid.Count];
        for (int i = 0; i < averages.Length; i++)
        {
            averages[i] = Math.Round(Avg(i) * scale) / scale;
        }
        return new(source, name, metric, _min, averages, _max);
    }

    private long Up(long distance) => distance <= 0 ? 0 : (distance + grid.Step - 1) / grid.Step;

    private static double[] Filled(int count)
    {
        double[] all = new double[count];
        Array.Fill(all, double.NaN);
        return all;
    }
}
