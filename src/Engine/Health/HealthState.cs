namespace Brig.Engine.Health;

public enum HealthStatus
{
    /// <summary>Not known yet: never healthy in this run, and not failed often enough.</summary>
    Starting,
    Healthy,

    /// <summary>Failed as often in a row as its check allows.</summary>
    Unhealthy,
}

/// <summary>How well a running container with a check is.</summary>
/// <param name="FailingStreak">Failures in a row that count.</param>
/// <param name="Since">When it got this status.</param>
/// <param name="ProbedAt">When the last probe ended; null before the first.</param>
public sealed record HealthState(HealthStatus Status, int FailingStreak, DateTimeOffset Since, DateTimeOffset? ProbedAt = null);
