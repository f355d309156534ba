using Brig.Engine.Health;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Checks;

/// <summary>A check and its results as people read them.</summary>
public static class HealthWords
{
    /// <summary>A shell's line alone, else the program with its arguments.</summary>
    public static string Test(HealthCheck check) => check.Command is [_, "-c", var line] ? line : CommandLine.Join(check.Command);

    public static string Of(HealthCheck check)
    {
        var parts = new List<string> { T("health.every", Format.Duration(check.Interval)), T("health.timeout", Format.Duration(check.Timeout)), T("health.retries", check.Retries) };
        if (check.StartPeriod > TimeSpan.Zero)
            parts.Add(T("health.start", Format.Duration(check.StartPeriod)));
        if (check.OnUnhealthy != UnhealthyAction.None)
            parts.Add(T("health.then" + check.OnUnhealthy));
        if (check.FromImage)
            parts.Add(T("health.fromImage"));
        return string.Join(" · ", parts);
    }

    public static string Of(ProbeResult result) => result switch
    {
        { Succeeded: true } => T("health.passed"),
        { TimedOut: true } => T("health.timedOut"),
        { ExitCode: { } code } => T("health.exit", code),
        _ => T("health.notStarted"),
    };
}
