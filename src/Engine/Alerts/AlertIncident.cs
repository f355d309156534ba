using System.Collections.Immutable;

namespace Brig.Engine.Alerts;

/// <summary>One firing of a rule about one container, from its begin to its end.</summary>
/// <param name="Source">The container's id, or <c>machine</c>.</param>
/// <param name="Name">The container's at that time.</param>
/// <param name="Sentence">What was seen, for people.</param>
/// <param name="ResolvedAt">Null: it goes on.</param>
/// <param name="Ending">Why it is over, for people.</param>
/// <param name="Worst">Of what was measured or counted, the farthest from well.</param>
/// <param name="Quiet">Why no message went out: the rule, or the container, was silenced, or it cooled down; null: messages went out.</param>
public sealed record AlertIncident(
    string Id, string RuleId, string Rule, string Source, string Name, string Sentence, DateTimeOffset FiredAt, DateTimeOffset? ResolvedAt, string? Ending, double Worst, string? Quiet,
    ImmutableArray<AlertDelivery> Deliveries)
{
    /// <summary>It is about a privileged container.</summary>
    public bool Privileged { get; init; }
}

public enum AlertPhase
{
    Fired,
    Resolved,
}

public enum DeliveryState
{
    /// <summary>On its way, or to be tried again.</summary>
    Waiting,
    Sent,
    /// <summary>Given up.</summary>
    Failed,
}

/// <summary>One message to one target.</summary>
/// <param name="At">Of the last attempt.</param>
/// <param name="Error">Of the last attempt that failed, for people.</param>
public sealed record AlertDelivery(string Target, AlertPhase Phase, DeliveryState State, int Attempts = 0, DateTimeOffset? At = null, string? Error = null);

/// <summary>A change for those who follow: one rule or one incident as it is now.</summary>
/// <param name="RemovedRule">The id of a rule that is gone.</param>
public sealed record AlertChange(AlertRule? Rule = null, AlertIncident? Incident = null, string? RemovedRule = null);
