using System.Globalization;
using Brig.Engine.Alerts.Watching;

namespace Brig.Engine.Alerts;

/// <summary>What an incident says.</summary>
internal static class AlertWords
{
    public static string Fired(AlertSpec spec, AlertSource source, double value, string last) => spec switch
    {
        { Metric: { } metric } => $"{Title(metric.Metric)} of {source.Name} is {Amount(metric, value)}{(metric.OfLimit ? spec.Scope.Machine ? " of what it has" : " of its limit" : "")}, {(metric.Side == AlertSide.Above ? "above" : "below")} {Amount(metric, metric.Threshold)}{Lasting(spec.For)}.",
        { Event: { What: AlertEvent.Unhealthy } } => $"{source.Name} is unhealthy{Lasting(spec.For)}.{(last.Length > 0 ? $" Its check said: {Text.Short(last)}" : "")}",
        { Event: { } happening } => $"{source.Name} {Happened(happening.What)}{Times(happening.Count, happening.Within)}.{(last.Length > 0 ? $" The last time: {Text.Short(last)}." : "")}",
        { Log: { } log } => $"{source.Name} wrote a line with \"{Text.Short(log.Pattern)}\"{Times(log.Count, log.Within)}: {Text.Short(last)}",
        _ => "",
    };

    /// <summary>What a sentence calls it.</summary>
    private static string Title(string metric) => metric switch
    {
        "cpuCores" => "CPU use",
        "throttledRatio" => "The throttled part of the time",
        "workingSet" => "Memory in use",
        "memory" => "Memory with cache",
        "memAvailable" => "Available memory",
        "diskFree" => "Free disk space",
        "swapFree" => "Free swap",
        "swap" => "Swap in use",
        "pids" => "The number of processes",
        "psiCpu" => "CPU pressure",
        "psiMem" or "psiMemFull" => "Memory pressure",
        "psiIo" or "psiIoFull" => "Disk pressure",
        "readBytes" => "Disk reading",
        "writeBytes" => "Disk writing",
        "rxBytes" => "What the network brings",
        "txBytes" => "What the network takes",
        "load1" or "load5" or "load15" => $"The load ({metric[4..]} min)",
        _ => metric,
    };

    /// <summary>A number in the unit of its metric.</summary>
    public static string Amount(MetricCondition metric, double value) => metric.OfLimit
        ? Number(value) + " %"
        : metric.Metric switch
        {
            "cpuCores" or "cpuLimit" => Number(value) + (value == 1 ? " core" : " cores"),
            "throttledRatio" => Number(value * 100) + " %",
            "readBytes" or "writeBytes" or "rxBytes" or "txBytes" => Engine.Amount.Of((long)value) + "/s",
            "memory" or "workingSet" or "anon" or "file" or "kernel" or "swap" or "memPeak" or "memLimit" or "memTotal" or "memAvailable" or "swapTotal" or "swapFree" or "diskTotal" or "diskFree" => Engine.Amount.Of((long)value),
            var name when name.StartsWith("psi", StringComparison.Ordinal) => Number(value) + " %",
            _ => Number(value),
        };

    private static string Lasting(TimeSpan time) => time <= TimeSpan.Zero ? "" : $" for {Span(time)}";

    private static string Times(int count, TimeSpan within) => count <= 1 ? "" : $" {count} times within {Span(within)}";

    private static string Happened(AlertEvent what) => what switch
    {
        AlertEvent.Oom => "ran out of memory, and the kernel killed a process of it",
        AlertEvent.Failed => "ended with an error",
        _ => "was restarted",
    };

    private static string Span(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } when time.Minutes == 0 && time.Seconds == 0 => $"{time.TotalHours:0} h",
        { TotalMinutes: >= 1 } when time.Seconds == 0 => $"{time.TotalMinutes:0} min",
        _ => $"{Number(time.TotalSeconds)} s",
    };

    private static string Number(double value) => double.IsNaN(value) ? "unknown" : value.ToString("0.##", CultureInfo.InvariantCulture);
}
