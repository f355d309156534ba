namespace Brig.Engine.Health;

/// <summary>What follows from a probe, and when the next one is due. The one place that knows.</summary>
internal static class HealthRules
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(250), LastLook = TimeSpan.FromSeconds(5);

    /// <summary>A start takes at least as long as one interval: who asks Docker for no start period is not looked at earlier either.</summary>
    public static TimeSpan Start(HealthCheck check) => check.StartPeriod > TimeSpan.Zero ? check.StartPeriod : check.Interval;

    /// <param name="running">How long the container had run when the probe began.</param>
    public static HealthState Next(HealthState state, HealthCheck check, ProbeResult result, TimeSpan running)
    {
        if (result.Succeeded)
        {
            return Become(HealthStatus.Healthy, 0);
        }
        if (state.Status == HealthStatus.Starting && running < Start(check))
        {
            return state with { ProbedAt = result.EndedAt };
        }
        int streak = state.FailingStreak + 1;
        return Become(streak >= check.Retries ? HealthStatus.Unhealthy : state.Status, streak);

        HealthState Become(HealthStatus status, int failures) =>
            new(status, failures, status == state.Status ? state.Since : result.EndedAt, result.EndedAt);
    }

    /// <summary>From the end of one probe, or the container's start, to the begin of the next.</summary>
    /// <param name="running">How long the container has run.</param>
    /// <param name="probes">How many there were.</param>
    /// <param name="chance">0 to 1: a twentieth more or less, so that what began together does not stay together.</param>
    public static TimeSpan Wait(HealthState state, HealthCheck check, TimeSpan running, int probes, double chance)
    {
        var left = Start(check) - running;
        if (state.Status != HealthStatus.Starting || left <= TimeSpan.Zero)
        {
            return check.Interval * (0.95 + chance / 10);
        }
        var step = check.StartInterval ?? TimeSpan.FromTicks(Math.Min(LastLook.Ticks, FirstLook.Ticks << Math.Min(probes, 10)));
        return step < left ? step * (0.95 + chance / 10) : left;
    }
}
