using Brig.Engine.Health;
using Brig.Engine.History;
using Brig.Engine.Metrics;

namespace Brig.Engine.Alerts.Watching;

/// <summary>What there is to see at one tick: every source, and what was measured of it.</summary>
internal sealed class Sight
{
    /// <summary>A frame older than this tells nothing of now.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, ContainerSample> _samples = [];
    private readonly Dictionary<string, long[]> _rows = [];
    private readonly MachineSample? _machine;

    public Sight(IReadOnlyDictionary<string, AlertSource> sources, IReadOnlySet<string> unhealthy, MetricsFrame? frame, DateTimeOffset now)
    {
        (Sources, Unhealthy) = (sources, unhealthy);
        if (frame is null || (now - frame.At).Duration() > Fresh)
        {
            return;
        }
        _machine = frame.Machine;
        foreach (var sample in frame.Containers)
        {
            _samples[sample.Id.Value] = sample;
        }
    }

    public IReadOnlyDictionary<string, AlertSource> Sources { get; }
    public IReadOnlySet<string> Unhealthy { get; }

    /// <returns>Whether it is so, null: nobody knows; the number that says it; and words that go with it.</returns>
    public (bool? IsSo, double Value, string Words) Look(Watch watch, string source, TimeSpan now)
    {
        if (watch.Spec.Metric is { } metric)
        {
            double value = Value(watch.Measure!, source);
            return (double.IsNaN(value) ? null : metric.Side == AlertSide.Above ? value > metric.Threshold : value < metric.Threshold, value, "");
        }
        if (watch.Spec.Event?.What == AlertEvent.Unhealthy)
        {
            bool isUnhealthy = Unhealthy.Contains(source);
            return (isUnhealthy, isUnhealthy ? 1 : 0, watch.Counted(source, now).Last);
        }
        var (count, last) = watch.Counted(source, now);
        return (count >= (watch.Spec.Event?.Count ?? watch.Spec.Log!.Count), count, last);
    }

    private double Value(Measure measure, string source)
    {
        bool isMachine = source == AlertSource.MachineId;
        if (Row(source) is not { } row)
        {
            return double.NaN;
        }
        double limit = measure.Limit is null ? double.NaN : Cell(row, isMachine, measure.Limit);
        double whole = measure.Whole is null || double.IsFinite(limit) || Row(AlertSource.MachineId) is not { } machine ? double.NaN : Cell(machine, isMachine: true, measure.Whole);
        return measure.Of(Cell(row, isMachine, measure.Metric), limit, whole);
    }

    private static double Cell(long[] row, bool isMachine, string metric) =>
        Columns.IndexOf(isMachine, metric) is var at and >= 0 && at < row.Length ? Columns.Of(isMachine)[at].Shown(row[at]) : double.NaN;

    private long[]? Row(string source)
    {
        if (_rows.TryGetValue(source, out long[]? row))
        {
            return row;
        }
        if (source == AlertSource.MachineId)
        {
            if (_machine is null)
            {
                return null;
            }
            History.Row.Fill(row = new long[History.Row.MachineWidth], _machine);
        }
        else if (_samples.TryGetValue(source, out var sample))
        {
            History.Row.Fill(row = new long[Columns.Container.Length], sample);
        }
        else
        {
            return null;
        }
        return _rows[source] = row;
    }
}
