using System.Collections.Immutable;

namespace Brig.Engine.Alerts;

/// <summary>
/// Rules that look at every container and the machine, and tell when something is wrong: in the dashboard, as an event (<c>alert</c>: <c>fire</c>, <c>resolve</c>), and at targets.
/// A firing survives a restart of the engine: it is not told twice, and what was not sent yet is sent then. All throw <see cref="EngineException"/>.
/// </summary>
public interface IAlerts
{
    /// <summary>By name.</summary>
    ImmutableArray<AlertRule> Rules();

    /// <param name="rule">Its id or name.</param>
    AlertRule Get(string rule);

    /// <exception cref="EngineException">Invalid: it makes no sense. NotFound: a target nobody knows. Conflict: the name is taken.</exception>
    Task<AlertRule> CreateAsync(AlertSpec spec, CancellationToken stop = default);

    /// <summary>Replaces it. What it told is over if it no longer says so.</summary>
    Task<AlertRule> ChangeAsync(string rule, AlertSpec spec, CancellationToken stop = default);
    Task RemoveAsync(string rule, CancellationToken stop = default);

    /// <summary>The newest first; those that go on before those that are over.</summary>
    /// <param name="rule">Its id or name, also of one that is gone; null: of all.</param>
    ImmutableArray<AlertIncident> Incidents(string? rule = null, string? source = null, bool onlyFiring = false, int limit = 200);

    /// <summary>When this rule would have fired, had it been there.</summary>
    Task<AlertPreview> PreviewAsync(AlertSpec spec, DateTimeOffset from, DateTimeOffset to, CancellationToken stop = default);

    ImmutableArray<AlertTarget> Targets();

    /// <summary>Makes or replaces it.</summary>
    Task<AlertTarget> SetTargetAsync(AlertTarget target, CancellationToken stop = default);

    /// <exception cref="EngineException">Conflict, naming the rules that use it.</exception>
    Task RemoveTargetAsync(string name, CancellationToken stop = default);

    /// <summary>Sends a message that says it is a test, now and once.</summary>
    /// <exception cref="EngineException">Failed, with what the other side said.</exception>
    Task TestTargetAsync(string name, CancellationToken stop = default);

    /// <summary>Those that are not over.</summary>
    ImmutableArray<AlertSilence> Silences();
    Task<AlertSilence> SilenceAsync(SilenceSpec spec, CancellationToken stop = default);
    Task RemoveSilenceAsync(string id, CancellationToken stop = default);

    /// <summary>What fires now, then every change. A reader 1,024 behind is ended; it follows anew.</summary>
    Live<AlertIncident, AlertChange> Follow();
}

/// <summary>What a rule would have said.</summary>
/// <param name="From">How far back could be looked.</param>
/// <param name="Step">Seconds between two values that were looked at; null: every single one.</param>
/// <param name="Note">What was not looked at, for people; null: nothing was left out.</param>
public sealed record AlertPreview(DateTimeOffset From, DateTimeOffset To, double? Step, ImmutableArray<AlertPreviewSpan> Spans, string? Note);

/// <param name="To">Null: to the end of what was looked at.</param>
public sealed record AlertPreviewSpan(string Source, string Name, DateTimeOffset From, DateTimeOffset? To, double Worst);
