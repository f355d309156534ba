using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine;
using Brig.Engine.Alerts;
using Brig.Web.Components.Parts.Checks;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Alerts;

public enum AlertTopic { Metric, Event, Log }

public enum AlertAbout { All, Containers, Stacks, Labels, Machine }

/// <summary>A rule as it is typed into the form.</summary>
public sealed class AlertModel
{
    /// <summary>What is usually asked about a container, and about the machine.</summary>
    public static readonly ImmutableArray<string> OfContainer =
        ["workingSet", "cpuCores", "throttledRatio", "psiCpu", "psiMem", "psiMemFull", "psiIo", "pids", "memory", "swap", "readBytes", "writeBytes", "rxBytes", "txBytes"];
    public static readonly ImmutableArray<string> OfMachine = ["cpuCores", "memAvailable", "diskFree", "load5", "swapFree", "psiCpu", "psiMem", "psiIo"];

    private static readonly string[] s_limited = ["workingSet", "cpuCores", "memory", "pids", "memAvailable", "diskFree", "swapFree", "load5"];

    public string Name { get; set; } = "";
    public AlertTopic Topic { get; set; }
    public AlertAbout About { get; set; }

    /// <summary>Names, stacks or labels, with commas between.</summary>
    public string Who { get; set; } = "";
    public string Metric { get; set; } = "workingSet";
    public AlertSide Side { get; set; }
    public string Threshold { get; set; } = "90";
    public bool OfLimit { get; set; } = true;
    public AlertEvent Event { get; set; }
    public string Pattern { get; set; } = "";
    public bool Regex { get; set; }
    public string Count { get; set; } = "1";
    public string Within { get; set; } = "5m";
    public string For { get; set; } = "30s";
    public string CoolDown { get; set; } = "5m";
    public HashSet<string> Targets { get; } = [];

    public AlertModel()
    {
    }

    public AlertModel(AlertSpec spec)
    {
        Name = spec.Name;
        (About, Who) = spec.Scope switch
        {
            { Machine: true } => (AlertAbout.Machine, ""),
            { Containers.IsDefaultOrEmpty: false } => (AlertAbout.Containers, string.Join(", ", spec.Scope.Containers)),
            { Stacks.IsDefaultOrEmpty: false } => (AlertAbout.Stacks, string.Join(", ", spec.Scope.Stacks)),
            { Labels.IsDefaultOrEmpty: false } => (AlertAbout.Labels, string.Join(", ", spec.Scope.Labels)),
            _ => (AlertAbout.All, ""),
        };
        (For, CoolDown) = (Typed(spec.For), Typed(spec.CoolDown));
        Targets.UnionWith(spec.Targets);
        if (spec.Metric is { } metric)
            (Topic, Metric, Side, OfLimit, Threshold) = (AlertTopic.Metric, metric.Metric, metric.Side, metric.OfLimit,
                !metric.OfLimit && IsBytes(metric.Metric) && metric.Threshold >= 0 ? Quantity.Typed((long)metric.Threshold) : metric.Threshold.ToString(CultureInfo.InvariantCulture));
        if (spec.Event is { } happening)
            (Topic, Event, Count, Within) = (AlertTopic.Event, happening.What, happening.Count.ToString(CultureInfo.InvariantCulture), Typed(happening.Within));
        if (spec.Log is { } log)
            (Topic, Pattern, Regex, Count, Within) = (AlertTopic.Log, log.Pattern, log.Regex, log.Count.ToString(CultureInfo.InvariantCulture), Typed(log.Within));
    }

    public ImmutableArray<string> Metrics
    {
        get
        {
            var usual = About == AlertAbout.Machine ? OfMachine : OfContainer;
            return usual.Contains(Metric) ? usual : [.. usual, Metric];
        }
    }

    public bool MayBeOfLimit => s_limited.Contains(Metric);
    public bool IsOfLimit => OfLimit && MayBeOfLimit;
    public bool IsCounted => Topic == AlertTopic.Log || (Topic == AlertTopic.Event && Event != AlertEvent.Unhealthy);

    public bool IsRight => Fields.All(name => Wrong(name) is null);

    private static readonly string[] Fields = [nameof(Name), nameof(Who), nameof(Threshold), nameof(Pattern), nameof(Count), nameof(Within), nameof(For), nameof(CoolDown)];

    /// <summary>Changes who it is about; the machine has metrics of its own and nothing else.</summary>
    public void Choose(AlertAbout about)
    {
        About = about;
        if (about == AlertAbout.Machine)
            Topic = AlertTopic.Metric;
        var usual = about == AlertAbout.Machine ? OfMachine : OfContainer;
        if (!usual.Contains(Metric))
            (Metric, Side, Threshold) = about == AlertAbout.Machine ? ("diskFree", AlertSide.Below, "10") : ("workingSet", AlertSide.Above, "90");
    }

    public string? Wrong(string field) => field switch
    {
        nameof(Name) => Name.Trim().Length is > 0 and <= 100 ? null : T("alerts.wrongName"),
        nameof(Who) when About is not (AlertAbout.All or AlertAbout.Machine) => Names.Length > 0 ? null : T("alerts.wrongWho"),
        nameof(Threshold) when Topic == AlertTopic.Metric => Number is null ? IsBytes(Metric) && !IsOfLimit ? T("alerts.wrongBytes") : T("alerts.wrongNumber") : null,
        nameof(Pattern) when Topic == AlertTopic.Log => Pattern.Length > 0 ? null : T("alerts.wrongPattern"),
        nameof(Count) when IsCounted => int.TryParse(Count, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= 10_000 ? null : T("alerts.wrongCount"),
        nameof(Within) when IsCounted => WrongTime(Within, least: 1),
        nameof(For) when !IsCounted => WrongTime(For, least: 0),
        nameof(CoolDown) => WrongTime(CoolDown, least: 0),
        _ => null,
    };

    /// <summary>Of fields that are right.</summary>
    public AlertSpec ToSpec(bool enabled = true) => new()
    {
        Name = Name.Trim(),
        Enabled = enabled,
        Scope = About switch
        {
            AlertAbout.Machine => new() { Machine = true },
            AlertAbout.Containers => new() { Containers = [.. Names] },
            AlertAbout.Stacks => new() { Stacks = [.. Names] },
            AlertAbout.Labels => new() { Labels = [.. Names] },
            _ => new(),
        },
        Metric = Topic == AlertTopic.Metric ? new(Metric, Side, Number ?? 0, IsOfLimit) : null,
        Event = Topic == AlertTopic.Event ? new(Event, IsCounted ? Times : 1) { Within = Time(Within) } : null,
        Log = Topic == AlertTopic.Log ? new(Pattern, Regex, null, Times) { Within = Time(Within) } : null,
        For = IsCounted ? TimeSpan.Zero : Time(For),
        CoolDown = Time(CoolDown),
        Targets = [.. Targets.Order(StringComparer.Ordinal)],
    };

    public static bool IsBytes(string metric) => metric is "memory" or "workingSet" or "swap" or "anon" or "file" or "kernel" or "memPeak" or "memAvailable" or "diskFree" or "swapFree" or "readBytes" or "writeBytes" or "rxBytes" or "txBytes";

    private double? Number => IsBytes(Metric) && !IsOfLimit ? Quantity.ToBytes(Threshold, 1 << 20)
        : double.TryParse(Threshold.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private int Times => int.TryParse(Count, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 1;

    private string[] Names => Who.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static TimeSpan Time(string text) => HealthModel.Seconds(text) ?? TimeSpan.Zero;

    private static string? WrongTime(string text, double least) => HealthModel.Seconds(text) is { } time && time.TotalSeconds >= least && text.Trim().Length > 0 ? null : T("health.wrongTime");

    private static string Typed(TimeSpan time) => time switch
    {
        { TotalSeconds: >= 3600 } when time.TotalSeconds % 3600 == 0 => time.TotalHours.ToString(CultureInfo.InvariantCulture) + "h",
        { TotalSeconds: >= 60 } when time.TotalSeconds % 60 == 0 => time.TotalMinutes.ToString(CultureInfo.InvariantCulture) + "m",
        _ => time.TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s",
    };
}
