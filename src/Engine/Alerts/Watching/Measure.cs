using System.Collections.Frozen;
using Brig.Engine.History;

namespace Brig.Engine.Alerts.Watching;

/// <summary>What is looked at for a metric condition: the column, and the column it is measured against, of containers or of the machine.</summary>
/// <param name="Limit">Null: the value itself.</param>
/// <param name="Whole">The machine's column that stands in for a limit a container has not; null: without a limit there is no value.</param>
internal sealed record Measure(string Metric, string? Limit, string? Whole)
{
    private static readonly FrozenDictionary<string, (string Limit, string? Whole)> s_ofContainer = new Dictionary<string, (string, string?)>
    {
        ["cpuCores"] = ("cpuLimit", "cores"), ["memory"] = ("memLimit", "memTotal"), ["workingSet"] = ("memLimit", "memTotal"), ["anon"] = ("memLimit", "memTotal"), ["pids"] = ("pidsLimit", null),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> s_ofMachine = new Dictionary<string, string>
    {
        ["cpuCores"] = "cores", ["memAvailable"] = "memTotal", ["swapFree"] = "swapTotal", ["diskFree"] = "diskTotal", ["load1"] = "cores", ["load5"] = "cores", ["load15"] = "cores",
    }.ToFrozenDictionary();

    /// <exception cref="EngineException">Invalid: there is no such metric, or it has no limit.</exception>
    public static Measure Of(MetricCondition condition, bool isMachine)
    {
        string metric = condition.Metric;
        if (Columns.IndexOf(isMachine, metric) < 0)
        {
            string[] known = [.. Columns.Of(isMachine).Select(column => column.Name).Where(name => !isMachine || !IsCore(name))];
            throw EngineException.Invalid($"{(isMachine ? "The machine has" : "Containers have")} no metric \"{Text.Short(metric)}\".{Near.Hint(metric, known)} Known are {string.Join(", ", known)}.");
        }
        if (!condition.OfLimit)
        {
            return new(metric, null, null);
        }
        if (isMachine)
        {
            return s_ofMachine.TryGetValue(metric, out string? whole) ? new(metric, whole, null) : throw NoLimit(metric, s_ofMachine.Keys);
        }
        return s_ofContainer.TryGetValue(metric, out var of) ? new(metric, of.Limit, of.Whole) : throw NoLimit(metric, s_ofContainer.Keys);
    }

    /// <summary>Percent of the limit, or the value itself; NaN: nothing can be said.</summary>
    public double Of(double value, double limit, double whole)
    {
        if (Limit is null)
        {
            return value;
        }
        double of = double.IsFinite(limit) ? limit : whole;
        return of > 0 ? 100 * value / of : double.NaN;
    }

    private static bool IsCore(string name) => name.Length > 4 && name.StartsWith("core", StringComparison.Ordinal) && char.IsAsciiDigit(name[4]);

    private static EngineException NoLimit(string metric, IEnumerable<string> those) =>
        EngineException.Invalid($"{metric} has no limit to be measured against; ofLimit is for {string.Join(", ", those.Order(StringComparer.Ordinal))}.");
}
