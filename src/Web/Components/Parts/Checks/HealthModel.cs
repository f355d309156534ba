using System.Globalization;
using Brig.Engine.Health;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Checks;

public enum HealthChoice { Image, Shell, Program, None }

/// <summary>A health check as it is typed into the form.</summary>
public sealed class HealthModel
{
    public HealthChoice Choice { get; set; }
    public string Test { get; set; } = "";
    public string Interval { get; set; } = "";
    public string Timeout { get; set; } = "";
    public string StartPeriod { get; set; } = "";
    public string StartInterval { get; set; } = "";
    public string Retries { get; set; } = "";
    public UnhealthyAction OnUnhealthy { get; set; }

    public bool HasTest => Choice is HealthChoice.Shell or HealthChoice.Program;

    private static readonly string[] s_fields = [nameof(Test), nameof(Interval), nameof(Timeout), nameof(StartPeriod), nameof(StartInterval), nameof(Retries)];

    public bool IsRight => s_fields.All(name => Wrong(name) is null);

    /// <summary>What is wrong with a field; null when it is right, or is not asked for.</summary>
    public string? Wrong(string field) => !HasTest ? null : field switch
    {
        nameof(Test) => Test.Trim().Length == 0 ? T("health.wrongTest") : null,
        nameof(Interval) => WrongTime(Interval, least: 0.1),
        nameof(Timeout) => WrongTime(Timeout, least: 0.1),
        nameof(StartPeriod) => WrongTime(StartPeriod, least: 0),
        nameof(StartInterval) => WrongTime(StartInterval, least: 0.1),
        nameof(Retries) => Retries.Trim().Length == 0 || (int.TryParse(Retries, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= 10_000) ? null : T("health.wrongRetries"),
        _ => null,
    };

    /// <summary>Null: the image's.</summary>
    public HealthSpec? ToSpec() => Choice switch
    {
        HealthChoice.Image => null,
        HealthChoice.None => new() { Test = ["NONE"] },
        _ => new()
        {
            Test = Choice == HealthChoice.Shell ? ["CMD-SHELL", Test.Trim()] : ["CMD", .. CommandLine.Split(Test)],
            Interval = Seconds(Interval), Timeout = Seconds(Timeout), StartPeriod = Seconds(StartPeriod), StartInterval = Seconds(StartInterval),
            Retries = int.TryParse(Retries, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null,
            OnUnhealthy = OnUnhealthy,
        },
    };

    /// <summary><c>30</c>, <c>1.5 s</c>, <c>500ms</c>, <c>2m</c>, <c>1h</c>; null when it is none.</summary>
    public static TimeSpan? Seconds(string text)
    {
        var typed = text.Trim();
        var unit = typed.Length - typed.TrimEnd("hms".ToCharArray()).Length;
        double? factor = typed[^unit..] switch { "" or "s" => 1, "ms" => 0.001, "m" => 60, "h" => 3600, _ => null };
        return factor is { } by && double.TryParse(typed[..^unit], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double number) && number * by <= 86400
            ? TimeSpan.FromSeconds(number * by) : null;
    }

    private static string? WrongTime(string text, double least) =>
        text.Trim().Length == 0 || (Seconds(text) is { } time && time.TotalSeconds >= least) ? null : T("health.wrongTime");
}
