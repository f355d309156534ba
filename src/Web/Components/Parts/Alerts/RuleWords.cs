using System.Globalization;
using Brig.Engine.Alerts;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Alerts;

/// <summary>A rule in a sentence: what it looks for, and at whom.</summary>
public static class RuleWords
{
    public static string What(AlertSpec spec) => spec switch
    {
        { Metric: { } metric } => (metric.Side == AlertSide.Above ? T("alerts.whatAbove", T("alerts.metric." + metric.Metric), Amount(metric)) : T("alerts.whatBelow", T("alerts.metric." + metric.Metric), Amount(metric))) + Lasting(spec.For),
        { Event: { What: AlertEvent.Unhealthy } } => T("alerts.eventUnhealthy") + Lasting(spec.For),
        { Event: { } happening } => T("alerts.event" + happening.What) + Times(happening.Count, happening.Within),
        { Log: { } log } => (log.Regex ? T("alerts.whatRegex", log.Pattern) : T("alerts.whatText", log.Pattern)) + Times(log.Count, log.Within),
        _ => "",
    };

    public static string Who(AlertScope scope) => scope switch
    {
        { Machine: true } => T("alerts.aboutMachine"),
        { Containers.IsDefaultOrEmpty: false } => string.Join(", ", scope.Containers),
        { Stacks.IsDefaultOrEmpty: false } => T("alerts.ofStacks", string.Join(", ", scope.Stacks)),
        { Labels.IsDefaultOrEmpty: false } => T("alerts.withLabels", string.Join(", ", scope.Labels)),
        _ => T("alerts.aboutAll"),
    };

    private static string Amount(MetricCondition metric) => metric switch
    {
        { OfLimit: true } => T("alerts.ofLimit", metric.Threshold.ToString("0.##", CultureInfo.InvariantCulture)),
        { Metric: "readBytes" or "writeBytes" or "rxBytes" or "txBytes" } => Format.Bytes(metric.Threshold) + "/s",
        _ when AlertModel.IsBytes(metric.Metric) => Format.Bytes(metric.Threshold),
        _ when metric.Metric.StartsWith("psi", StringComparison.Ordinal) => metric.Threshold.ToString("0.##", CultureInfo.InvariantCulture) + " %",
        { Metric: "throttledRatio" } => (metric.Threshold * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %",
        _ => metric.Threshold.ToString("0.##", CultureInfo.InvariantCulture),
    };

    private static string Lasting(TimeSpan time) => time <= TimeSpan.Zero ? "" : " " + T("alerts.lasting", Format.Duration(time));

    private static string Times(int count, TimeSpan within) => count <= 1 ? "" : " " + T("alerts.times", count, Format.Duration(within));
}
