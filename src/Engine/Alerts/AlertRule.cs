using System.Collections.Immutable;

namespace Brig.Engine.Alerts;

/// <summary>A rule with what it sees now.</summary>
/// <param name="Trouble">Why it cannot work as it is, for example a target that is gone; null: it works.</param>
/// <param name="States">Whom it has something to say of; who is well is not in it.</param>
public sealed record AlertRule(string Id, AlertSpec Spec, DateTimeOffset CreatedAt, string? Trouble, ImmutableArray<AlertStanding> States);

/// <summary>How it stands between a rule and one container.</summary>
/// <param name="Source">The container's id, or <c>machine</c>.</param>
/// <param name="Since">When that began.</param>
/// <param name="Value">What was measured or counted last.</param>
public sealed record AlertStanding(string Source, string Name, AlertStage Stage, DateTimeOffset Since, double Value);

/// <summary>The life of an alert: quiet ▸ pending ▸ firing ▸ clearing ▸ quiet, and back from pending and clearing.</summary>
public enum AlertStage
{
    /// <summary>It is not so.</summary>
    Quiet,
    /// <summary>It is so, not yet for long enough.</summary>
    Pending,
    /// <summary>It was told.</summary>
    Firing,
    /// <summary>It is no longer so, not yet for long enough to say that it is over.</summary>
    Clearing,
}
