using System.Collections.Immutable;

namespace Brig.Engine.Health;

/// <summary>Health checks: what each container's is, how its last probes went, and waiting for one to be well.</summary>
public interface IHealth
{
    /// <exception cref="EngineException">NotFound.</exception>
    HealthReport Get(string container);

    /// <summary>A probe now, or the end of the one that runs; it counts like any other.</summary>
    /// <exception cref="EngineException">NotFound; Conflict: it has no check, does not run, is paused, or ended meanwhile.</exception>
    Task<ProbeResult> RunNowAsync(string container, CancellationToken stop = default);

    /// <summary>Returns when the condition holds, at once if it does already. A container not yet started is waited for, and one that a policy restarts.</summary>
    /// <exception cref="EngineException">
    /// Conflict: it can hold no more (unhealthy, ended, ended with another code than 0, could not be started). Invalid: healthy is asked of one without a check. NotFound, also when it is removed meanwhile.
    /// </exception>
    Task WaitForAsync(string container, WaitCondition condition, CancellationToken stop = default);
}

public enum WaitCondition
{
    /// <summary>It runs, or ran: its program was executed.</summary>
    Started,

    /// <summary>Its check says so.</summary>
    Healthy,

    /// <summary>It ended with code 0.</summary>
    CompletedSuccessfully,
}

/// <param name="Check">Null: it has none.</param>
/// <param name="State">Null while it does not run, or without a check.</param>
/// <param name="Probing">When the probe that runs now began.</param>
/// <param name="Results">The last five of the last run, oldest first.</param>
public sealed record HealthReport(HealthCheck? Check, HealthState? State, DateTimeOffset? Probing, ImmutableArray<ProbeResult> Results);
